package vobiztest

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// object appends the members of one JSON object. Each key is passed as
// `,"name":`; the comma of the first becomes the brace when the object closes,
// so that any member may be left out.
type object struct {
	b     []byte
	start int
	style Style
}

func newObject(dst []byte, style Style) object {
	return object{b: dst, start: len(dst), style: style}
}

func (o *object) close() []byte {
	if len(o.b) == o.start {
		return append(o.b, "{}"...)
	}
	o.b[o.start] = '{'
	return append(o.b, '}')
}

// text writes a string that is there even when empty.
func (o *object) text(key, v string) {
	o.b = appendText(append(o.b, key...), v)
}

// required writes a string that the vendor's schema asks for.
func (o *object) required(key, v string) {
	if v == "" && o.style.Missing != MissingAsVendor {
		o.missing(key)
		return
	}
	o.text(key, v)
}

// optional writes a string that the vendor's schema does not ask for.
func (o *object) optional(key, v string) {
	if v == "" {
		o.missing(key)
		return
	}
	o.text(key, v)
}

func (o *object) missing(key string) {
	switch o.style.Missing {
	case MissingNull:
		o.raw(key, "null")
	case MissingEmpty:
		o.raw(key, `""`)
	case MissingAsVendor, MissingAbsent:
	}
}

// raw writes v, which is JSON already.
func (o *object) raw(key, v string) {
	o.b = append(append(o.b, key...), v...)
}

func (o *object) boolean(key string, v bool) {
	o.b = strconv.AppendBool(append(o.b, key...), v)
}

func (o *object) integer(key string, v int) {
	o.b = strconv.AppendInt(append(o.b, key...), int64(v), 10)
}

// fee writes an amount that the vendor sends as a number.
func (o *object) fee(key string, v float64) {
	o.b = append(o.b, key...)
	switch o.style.Money {
	case MoneyDecimal:
		o.b = strconv.AppendFloat(o.b, v, 'f', 2, 64)
	case MoneyString:
		o.b = appendMoneyText(o.b, v)
	case MoneyAsVendor:
		o.b = strconv.AppendFloat(o.b, v, 'f', -1, 64)
	}
}

// wallet writes an amount that the vendor sends as a decimal string.
func (o *object) wallet(key string, v float64) {
	o.b = append(o.b, key...)
	if o.style.Money == MoneyDecimal {
		o.b = strconv.AppendFloat(o.b, v, 'f', 2, 64)
		return
	}
	o.b = appendMoneyText(o.b, v)
}

func appendMoneyText(dst []byte, v float64) []byte {
	return append(strconv.AppendFloat(append(dst, '"'), v, 'f', 5, 64), '"')
}

// date writes a moment, with fractions of a second where it has them.
func (o *object) date(key string, s Stamp) {
	if s == 0 {
		o.missing(key)
		return
	}
	o.b = append(append(o.b, key...), '"')
	t, offset := s.Time(), "Z"
	switch o.style.Offset {
	case OffsetZero:
		offset = "+00:00"
	case OffsetIndia:
		t, offset = t.Add(5*time.Hour+30*time.Minute), "+05:30"
	case OffsetZ:
	}
	// The offset is put on by hand: the layouts that spell one are slower, and
	// only the one that ends in Z is fast.
	o.b = t.AppendFormat(o.b, time.RFC3339Nano)
	o.b = append(append(o.b[:len(o.b)-1], offset...), '"')
}

// appendText appends v as a JSON string, its invalid UTF-8 replaced.
func appendText(dst []byte, v string) []byte {
	dst, _ = jsontext.AppendQuote(dst, v)
	return dst
}
