package vobiz

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Page is one page of a list, as the API answered it.
type Page[T any] struct {
	Number   int // which page, from 1
	PerPage  int // items a page, by the server's own word; 0 where it says nothing
	Total    int // items in the whole list, by the server's own word
	Rejected int // items of this page that could not be understood and are left out
	Items    []T
}

// size is the number of items that the page held, understood or not.
func (p *Page[T]) size() int { return len(p.Items) + p.Rejected }

// listing says where a list is found and how its items are read.
type listing[T any] struct {
	endpoint Endpoint
	path     string // below the base URL, escaped
	key      string // the member that holds the items
	item     func(*decoder, *T) error
}

// unset marks a total that the answer did not hold.
const unset = math.MinInt

// decode reads one page. Its errors are ErrBadBody, and never hold any of the
// body, or those of reading r.
func (l *listing[T]) decode(r io.Reader, asked, perPage int) (Page[T], error) {
	d := &decoder{
		Decoder: jsontext.NewDecoder(r, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)),
		shared:  make(map[string]string),
	}
	p := Page[T]{Number: asked, Total: unset, Items: make([]T, 0, perPage)}
	list := false
	err := d.object(func(name []byte) error {
		switch string(name) {
		case l.key:
			list = true
			return l.items(d, &p)
		case "page":
			return d.count(&p.Number)
		case "per_page", "size":
			return d.count(&p.PerPage)
		case "total":
			return d.count(&p.Total)
		default:
			return d.SkipValue()
		}
	})
	if err == nil {
		err = d.end()
	}
	if err != nil {
		return p, bodyError(err)
	}
	if !list {
		return p, fmt.Errorf("%w: no list %q in it", ErrBadBody, l.key)
	}
	return p, p.check(asked)
}

// items reads the list itself; null is an empty one.
func (l *listing[T]) items(d *decoder, p *Page[T]) error {
	switch d.PeekKind() {
	case 'n':
		return d.SkipValue()
	case '[':
	default:
		if err := d.SkipValue(); err != nil {
			return err
		}
		return errItem
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != ']' {
		if p.size() == maxItems {
			return fmt.Errorf("%w: more than %d items on a page", ErrBadBody, maxItems)
		}
		var none T
		p.Items = append(p.Items, none)
		last := len(p.Items) - 1
		switch err := l.item(d, &p.Items[last]); {
		case errors.Is(err, errItem):
			p.Items = p.Items[:last]
			p.Rejected++
		case err != nil:
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// end makes sure that nothing follows the object.
func (d *decoder) end() error {
	switch _, err := d.ReadToken(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("%w: more than one JSON value", ErrBadBody)
}

// maxItems is the most items that a page may hold. Nobody asks for more than
// MaxPageSize; a server with its own idea of a page may bring some more.
const maxItems = 10 * MaxPageSize

// check holds the page's own figures against what was asked and what it holds.
func (p *Page[T]) check(asked int) error {
	switch {
	case p.Number != asked:
		return fmt.Errorf("%w: asked for page %d, it says page %s", ErrBadBody, asked, figure(p.Number))
	case p.Total == unset:
		return fmt.Errorf("%w: no total in it", ErrBadBody)
	case p.Total < 0, asked == 1 && p.Total < p.size():
		return fmt.Errorf("%w: a total of %s with %d items on page %d", ErrBadBody, figure(p.Total), p.size(), asked)
	case p.PerPage < 0:
		return fmt.Errorf("%w: %s items a page", ErrBadBody, figure(p.PerPage))
	}
	return nil
}

// figure is a count of the API's as errors show it: one that is as long as a
// phone number, and may be one, is not repeated.
type figure int

// String implements fmt.Stringer.
func (f figure) String() string {
	const most = 999_999_999
	if f < -most || f > most {
		return "(more than 9 digits)"
	}
	return strconv.Itoa(int(f))
}

// bodyError turns what went wrong while decoding into an error that shows
// nothing of the body.
func bodyError(err error) error {
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, ErrBadBody):
		return err
	case errors.Is(err, errItem):
		return fmt.Errorf("%w: not of the documented shape", ErrBadBody)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%w: it ends too early", ErrBadBody)
	case errors.As(err, &syntax):
		return fmt.Errorf("%w: not valid JSON from byte %d on", ErrBadBody, syntax.ByteOffset)
	}
	return err
}
