package main

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"vobiz_exporter/vobiz/vobiztest"
)

func stringFaults() []faultRow {
	good := succeeds("")
	return []faultRow{
		{
			name: "invalid UTF-8 in every string that becomes a label", faults: append(always(vobiztest.InvalidUTF8()), always(vobiztest.Rewrite(invalidIDs))...),
			seen: eachString(func(s string) string { return "\uFFFD\uFFFD" + s }), numbers: good, accounts: good, note: "U+FFFD for each byte",
		},
		{
			name:   "control characters, quotes and newlines in every string that becomes a label",
			change: eachString(func(s string) string { return "\x00\x01\t\r\n\\n\"{}=,#\x1b[31m\x7f\u0085\u2028\u202e" + s }), check: oneLineEach,
			numbers: good, accounts: good, note: "escaped",
		},
		{
			name:   "1 kB in every string that becomes a label",
			change: eachString(func(s string) string { return s + strings.Repeat("नं", 170) }), seen: eachString(cut),
			numbers: good, accounts: good, note: "cut at 128 bytes",
		},
	}
}

// eachString changes every string that becomes the value of a label.
func eachString(f func(string) string) func(*vobiztest.Inventory) {
	return func(inv *vobiztest.Inventory) {
		for i := range inv.Numbers {
			n := &inv.Numbers[i]
			for _, s := range []*string{&n.AccountID, &n.E164, &n.Country, &n.Status, &n.Currency} {
				*s = f(*s)
			}
		}
		for i := range inv.Accounts {
			a := &inv.Accounts[i]
			for _, s := range []*string{&a.AuthID, &a.Name, &a.Country, &a.PricingTier.Currency, &a.BillingMode, &a.KYCStatus} {
				*s = f(*s)
			}
		}
	}
}

func invalidIDs(body []byte) []byte {
	return bytes.ReplaceAll(body, []byte(`"auth_id":"`), []byte("\"auth_id\":\"\xff\xc3"))
}

func cut(s string) string {
	s = s[:min(len(s), 128)]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s
}

// oneLineEach: no string breaks out of its line, of the exposition or the log.
func oneLineEach(t *testing.T, a *afterwards) {
	_, body := a.e.get("/metrics")
	for line := range strings.Lines(body) {
		if !strings.HasPrefix(line, "# ") && (line[0] < 'a' || line[0] > 'z') {
			t.Fatalf("a line is broken: %q", line)
		}
	}
	if strings.Contains(a.e.log.String(), "\x1b") {
		t.Error("a control character is in the log")
	}
}

func listFaults() []faultRow {
	good, contradicts := succeeds(""), fails("")
	return []faultRow{
		{
			name: "10 numbers without id", change: withoutIDs(10), seen: without(10), check: rejects(10),
			numbers: good, accounts: good, note: "less the 10, which are counted",
		},
		{name: "10 numbers listed twice", change: repeated, seen: onlyOnce, check: duplicates(10), numbers: good, accounts: good, note: "each once"},
		{name: "one id for all", change: oneID, numbers: contradicts, accounts: good},
		{name: "customers listed twice", change: customersTwice, seen: customersOnce, numbers: good, accounts: good, note: "each once"},
		{name: "pages that repeat for ever", faults: append(onNumbers(vobiztest.Total(fmt.Sprint(math.MaxInt64))), onNumbers(vobiztest.RepeatPage())...), numbers: contradicts, accounts: good},
		{name: "page 1 whatever is asked for", flags: []string{"--vobiz.concurrency=1"}, faults: onNumbers(pageOne), numbers: fails("bad_body 1"), accounts: good},
		{name: "`per_page` smaller than asked", faults: always(vobiztest.PerPage(7)), numbers: good, accounts: good},
		{name: "`per_page` that changes on the way", faults: onPage(3, vobiztest.PerPage(10)), numbers: contradicts, accounts: good},
		{name: "first page empty", faults: onPage(1, vobiztest.EmptyPage()), numbers: contradicts, accounts: good},
		{name: "middle page empty", faults: onPage(3, vobiztest.EmptyPage()), numbers: contradicts, accounts: good},
		{
			name: "last page empty", faults: onPage(5, vobiztest.EmptyPage()), seen: firstNumbers(80),
			numbers: good, accounts: good, note: "less that page, once a second read agrees",
		},
		{name: "every page empty, the total as ever", faults: always(vobiztest.EmptyPage()), numbers: contradicts, accounts: contradicts},
		{
			name: "nothing left, by one read", faults: []vobiztest.Fault{{Endpoint: vobiztest.EndpointNumbers, Times: 1, Handler: none()}},
			numbers: good, accounts: good, note: "a second read disagrees",
		},
		{name: "nothing left, by two reads", faults: onNumbers(none()), seen: firstNumbers(0), numbers: good, accounts: good, note: "none, once a second read agrees"},
	}
}

func totalFaults() []faultRow {
	good, bad := succeeds(""), fails("bad_body 1")
	total := func(verbatim string) []vobiztest.Fault { return onNumbers(vobiztest.Total(verbatim)) }
	return []faultRow{
		{name: "`total` negative", faults: total("-1"), numbers: bad, accounts: good},
		{name: "`total` a word", faults: total(`"many"`), numbers: bad, accounts: good},
		{name: "`total` 1e300", faults: total("1e300"), numbers: bad, accounts: good},
		{name: "`total` missing", faults: total("null"), numbers: bad, accounts: good},
		{name: "`total` 2⁶³−1", faults: total(fmt.Sprint(math.MaxInt64)), check: reports(math.MaxInt64), numbers: good, accounts: good},
		{name: "`total` 50 too many", faults: total("143"), check: reports(143), numbers: good, accounts: good},
		{name: "`total` less than on one page", faults: total("1"), numbers: bad, accounts: good},
		{name: "`total` of a page and a half", faults: total("30"), check: reports(30), numbers: good, accounts: good},
		{
			name: "`total` of two full pages", faults: total("40"), seen: firstNumbers(40),
			numbers: good, accounts: good, note: "40 numbers: nothing contradicts it",
		},
	}
}

// none is a sound answer of an account that has no numbers.
func none() vobiztest.Answer { return vobiztest.JSON(`{"items":[],"page":1,"per_page":100,"total":0}`) }

func firstNumbers(n int) func(*vobiztest.Inventory) {
	return func(inv *vobiztest.Inventory) { inv.Numbers = inv.Numbers[:n] }
}

func repeated(inv *vobiztest.Inventory) { inv.Numbers = append(inv.Numbers, inv.Numbers[:10]...) }

func onlyOnce(inv *vobiztest.Inventory) { inv.Numbers = inv.Numbers[:len(inv.Numbers)-10] }

func duplicates(n float64) func(*testing.T, *afterwards) {
	return func(t *testing.T, a *afterwards) {
		if got := a.got[`vobiz_inventory_duplicate_items{endpoint="numbers"}`]; got != n {
			t.Errorf("%v duplicates are told of, want %v", got, n)
		}
	}
}

func oneID(inv *vobiztest.Inventory) {
	for i := range inv.Numbers {
		inv.Numbers[i].ID = "the same"
	}
}

func customersTwice(inv *vobiztest.Inventory) { inv.Accounts = append(inv.Accounts, inv.Accounts...) }

func customersOnce(inv *vobiztest.Inventory) { inv.Accounts = inv.Accounts[:len(inv.Accounts)/2] }

// reports wants the API's own total shown, whatever is served.
func reports(total float64) func(*testing.T, *afterwards) {
	return func(t *testing.T, a *afterwards) {
		if got := a.got["vobiz_inventory_reported_total_dids{}"]; got != total {
			t.Errorf("a total of %v is told of, want %v", got, total)
		}
	}
}
