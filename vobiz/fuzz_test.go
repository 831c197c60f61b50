package vobiz

import (
	"bytes"
	"errors"
	"math"
	"math/big"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"
)

// The corpora in testdata/fuzz are run by every go test; make fuzz looks further.

// canaries are what the corpora hold in place of secrets and phone numbers, and
// others of the same shape: an error that differs between the two tells of them.
var canaries = strings.NewReplacer("canary", "parrot", "7777777777", "8888888888")

// checkDecode holds what comes of decoding any body as the first page of a list
// against what has to be true of every page.
func checkDecode[T any](t *testing.T, l *listing[T], body []byte) (items []T) {
	p, err := l.decode(bytes.NewReader(body), 1, 100)
	slow, slowErr := l.decode(iotest.OneByteReader(bytes.NewReader(body)), 1, 100)
	if said(err) != said(slowErr) || !reflect.DeepEqual(p, slow) {
		t.Errorf("it matters how the body comes in: %+v %v, %+v %v", p, err, slow, slowErr)
	}
	if err != nil {
		if !errors.Is(err, ErrBadBody) || len(err.Error()) > 150 {
			t.Errorf("error %q", err)
		}
		_, other := l.decode(strings.NewReader(canaries.Replace(string(body))), 1, 100)
		if said(other) != said(err) {
			t.Errorf("the error tells of the body: %q, %q", err, other)
		}
		return nil
	}
	if p.Number != 1 || p.PerPage < 0 || p.Rejected < 0 || p.size() > maxItems || p.Total < p.size() {
		t.Errorf("page %d, %d a page, %d items, %d rejected, total %d", p.Number, p.PerPage, len(p.Items), p.Rejected, p.Total)
	}
	return p.Items
}

func said(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func checkText(t *testing.T, id string, texts ...string) {
	if id == "" {
		t.Error("an item without an id was taken")
	}
	for _, s := range append(texts, id) {
		if !utf8.ValidString(s) {
			t.Errorf("%q is no UTF-8", s)
		}
	}
}

func FuzzDecodeNumbers(f *testing.F) {
	f.Fuzz(func(t *testing.T, body []byte) {
		l := &listing[Number]{key: "items", item: (*decoder).number}
		for _, n := range checkDecode(t, l, body) {
			checkText(t, n.ID, n.AccountID, n.E164, n.Country, n.Status, n.Currency)
			if y := n.NextBilling.Year(); !n.NextBilling.IsZero() && y < 2 {
				t.Errorf("billed in the year %d", y)
			}
		}
	})
}

func FuzzDecodeAccounts(f *testing.F) {
	f.Fuzz(func(t *testing.T, body []byte) {
		l := &listing[Account]{key: "accounts", item: (*decoder).account}
		for _, a := range checkDecode(t, l, body) {
			checkText(t, a.ID, a.Name, a.Country, a.Currency, a.BillingMode, a.KYCStatus)
		}
	})
}

var digits = regexp.MustCompile(`^[0-9]+$`)

// FuzzRetryAfter: whatever the header and the clock say, the wait is from 0 to an
// hour, and a number of seconds is obeyed to the letter up to there.
func FuzzRetryAfter(f *testing.F) {
	f.Fuzz(func(t *testing.T, header string, now int64) {
		got := parseRetryAfter(header, time.Unix(now, 0))
		if got < 0 || got > maxPause {
			t.Errorf("%q: wait %s", header, got)
		}
		if text := strings.TrimSpace(header); digits.MatchString(text) {
			n, ok := new(big.Int).SetString(text, 10)
			want := maxPause
			if ok && n.IsInt64() && n.Int64() < int64(maxPause/time.Second) {
				want = time.Duration(n.Int64()) * time.Second
			}
			if got != want {
				t.Errorf("%q: wait %s, want %s", header, got, want)
			}
		}
	})
}

// FuzzParseMoney holds the parser against arithmetic of 200 bits: what is taken
// is right to the millionth, or to the precision of a float64 where that is
// coarser, and comes back as it was.
func FuzzParseMoney(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMoney([]byte(text))
		if err != nil {
			if m != 0 {
				t.Errorf("%q: %d beside an error", text, m)
			}
			return
		}
		if m == math.MinInt64 || m == math.MaxInt64 {
			t.Errorf("%q: beyond the limits", text)
		}
		exact, _, err := big.ParseFloat(text, 10, 200, big.ToNearestEven)
		if err != nil { // an exponent beyond even this arithmetic
			if m != 0 {
				t.Errorf("%q: %d, but %v", text, m, err)
			}
			return
		}
		micros, _ := exact.Mul(exact, big.NewFloat(moneyUnit)).Float64()
		if off := math.Abs(micros - float64(m)); off > 0.5+math.Abs(micros)*1e-15 {
			t.Errorf("%q: %d millionths, want %v", text, m, micros)
		}
		again, err := ParseMoney(strconv.AppendFloat(nil, m.Units(), 'f', -1, 64))
		if off := math.Abs(float64(again) - float64(m)); err != nil || off > math.Abs(micros)*1e-15 {
			t.Errorf("%q: %d, and %d the second time (%v)", text, m, again, err)
		}
		if m.Add(-m) != 0 || m.Add(math.MaxInt64) < m || m.Add(math.MinInt64) > m {
			t.Errorf("%d does not add up", m)
		}
	})
}
