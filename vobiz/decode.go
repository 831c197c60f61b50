package vobiz

import (
	"errors"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// errItem marks an item that is sound JSON but not what the schema says. The
// item is left out and counted; the page goes on.
var errItem = errors.New("item cannot be understood")

// decoder reads one page. Strings that many items share are kept once.
type decoder struct {
	*jsontext.Decoder
	shared  map[string]string
	scratch []byte
}

// maxShared bounds the strings kept for sharing, should every item differ.
const maxShared = 4096

// object calls member with the name of each member of the object that comes
// next; member has to read the value. An errItem is held back until the whole
// object is read, so that the stream stays in step.
func (d *decoder) object(member func(name []byte) error) error {
	if d.PeekKind() != '{' {
		if err := d.SkipValue(); err != nil {
			return err
		}
		return errItem
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	var bad error
	for d.PeekKind() != '}' {
		name, err := d.ReadValue()
		if err != nil {
			return err
		}
		switch err := member(name[1 : len(name)-1]); {
		case errors.Is(err, errItem):
			bad = err
		case err != nil:
			return err
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	return bad
}

// optionalObject is object, for a member that may be null.
func (d *decoder) optionalObject(member func(name []byte) error) error {
	if d.PeekKind() == 'n' {
		return d.SkipValue()
	}
	return d.object(member)
}

// bytes returns the text of a string or the literal of a number, and nothing for
// null. The result is good until the next read.
func (d *decoder) bytes() ([]byte, error) {
	raw, err := d.ReadValue()
	if err != nil {
		return nil, err
	}
	switch raw.Kind() {
	case 'n':
		return nil, nil
	case '0':
		return raw, nil
	case '"':
		// The one error that is left here is broken UTF-8, which is replaced.
		d.scratch, _ = jsontext.AppendUnquote(d.scratch[:0], raw)
		return d.scratch, nil
	default:
		return nil, errItem
	}
}

// text reads a string of its own; a number is taken by its literal.
func (d *decoder) text(to *string) error {
	b, err := d.bytes()
	*to = string(b)
	return err
}

// sharedText reads a string that other items are likely to hold too.
func (d *decoder) sharedText(to *string) error {
	b, err := d.bytes()
	if err != nil {
		return err
	}
	s, ok := d.shared[string(b)]
	if !ok {
		s = string(b)
		if len(d.shared) < maxShared {
			d.shared[s] = s
		}
	}
	*to = s
	return nil
}

// present reads whether there is anything but null and "".
func (d *decoder) present(to *bool) error {
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	*to = raw.Kind() != 'n' && string(raw) != `""`
	return nil
}

// flag reads a boolean that may be null.
func (d *decoder) flag(to *Flag) error {
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	switch raw.Kind() {
	case 't':
		*to = True
	case 'f':
		*to = False
	case 'n':
		*to = Unset
	default:
		return errItem
	}
	return nil
}

// boolean reads a boolean, null being false.
func (d *decoder) boolean(to *bool) error {
	var f Flag
	err := d.flag(&f)
	*to = f == True
	return err
}

// money reads an amount as integer, decimal or decimal string, and says whether
// there was one.
func (d *decoder) money(to *Money) (bool, error) {
	b, err := d.bytes()
	if err != nil || len(b) == 0 {
		return false, err
	}
	m, err := ParseMoney(b)
	if err != nil {
		return false, errItem
	}
	*to = m
	return true, nil
}

// date reads an RFC 3339 time. Null, "" and the year 1, which some servers send
// for "none", give the zero time.
func (d *decoder) date(to *time.Time) error {
	b, err := d.bytes()
	if err != nil || len(b) == 0 {
		return err
	}
	var t time.Time
	if err := t.UnmarshalText(b); err != nil {
		return errItem
	}
	if t.Year() > 1 {
		*to = t
	}
	return nil
}

// count reads a whole number, and leaves to as it is for null.
func (d *decoder) count(to *int) error {
	b, err := d.bytes()
	if err != nil || len(b) == 0 {
		return err
	}
	n, err := strconv.Atoi(string(b))
	if err != nil {
		return errItem
	}
	*to = n
	return nil
}
