package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"

	"github.com/go-json-experiment/json/jsontext"
)

// pour writes a block so many times, or until the other side has gone.
func pour(w io.Writer, block []byte, times int) {
	for range times {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

const mebibyte = 1 << 20

func nested(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	_, _ = w.Write([]byte(`{"items":`))
	pour(w, bytes.Repeat([]byte("["), mebibyte), 1<<10)
}

func bigHeaders(w http.ResponseWriter, r *http.Request, next http.Handler) {
	w.Header().Set("X-Filler", strings.Repeat("x", mebibyte))
	next.ServeHTTP(w, r)
}

func bigError(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = w.Write([]byte(`{"error":{"message":"`))
	pour(w, bytes.Repeat([]byte("x"), mebibyte), 10<<10)
}

func twice(body []byte) []byte { return append(body, body...) }

// renamed takes the members away that tell items apart.
func renamed(body []byte) []byte {
	body = bytes.ReplaceAll(body, []byte(`"id":`), []byte(`"uuid":`))
	return bytes.ReplaceAll(body, []byte(`"auth_id":`), []byte(`"auth":`))
}

// numbersPage writes a page of 100 made-up numbers, each with a status of its
// own, of a list of total.
func numbersPage(w io.Writer, page, total int) {
	body := []byte(`{"items":[`)
	for i := (page - 1) * 100; i < page*100; i++ {
		body = fmt.Appendf(body, `{"id":"n%d","account_id":"MA_A","country":"IN","currency":"INR","status":"s%d"},`, i, i)
	}
	_, _ = fmt.Fprintf(w, `%s],"page":%d,"per_page":100,"total":%d}`, body[:len(body)-1], page, total)
}

func pageOf(r *http.Request) (page int) {
	_, _ = fmt.Sscan(r.URL.Query().Get("page"), &page)
	return page
}

const statuses = 100_000

func manyStatuses(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	numbersPage(w, pageOf(r), statuses)
}

// cappedStatuses is what is left of them: those of the first page, and other.
func cappedStatuses() model.Series {
	want := model.Series{`vobiz_dids{account="MA_A",country="IN",status="other"}`: statuses - 100}
	for i := range 100 {
		want[fmt.Sprintf(`vobiz_dids{account="MA_A",country="IN",status="s%d"}`, i)] = 1
	}
	return want
}

func cappedOnce(t *testing.T, a *afterwards) {
	if n := strings.Count(a.e.log.String(), "too many different values"); n != 1 {
		t.Errorf("too many values were logged %d times", n)
	}
}

func endlessNumbers(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	numbersPage(w, pageOf(r), 1<<60)
}

// pageOne answers page 1, and says so, whatever page is asked for.
func pageOne(w http.ResponseWriter, r *http.Request, next http.Handler) {
	first := r.Clone(r.Context())
	query := first.URL.Query()
	query.Set("page", "1")
	first.URL.RawQuery = query.Encode()
	next.ServeHTTP(w, first)
}

// otherShape spoils the first n numbers, each so that it cannot be understood.
func otherShape(n int) func(*vobiztest.Inventory) {
	shapes := []string{`{}`, `[]`, `"id"`, `17`, `null`, `{"id":null}`, `{"id":""}`, `{"id":{}}`, `{"id":"x","status":[]}`, `{"id":"y","monthly_fee":"many"}`}
	return func(inv *vobiztest.Inventory) {
		for i := range n {
			inv.Numbers[i].Raw = jsontext.Value(shapes[i%len(shapes)])
		}
	}
}

// withoutIDs takes the ids of the first n numbers.
func withoutIDs(n int) func(*vobiztest.Inventory) {
	return func(inv *vobiztest.Inventory) {
		for i := range n {
			inv.Numbers[i].ID = ""
		}
	}
}

// without leaves out the first n numbers.
func without(n int) func(*vobiztest.Inventory) {
	return func(inv *vobiztest.Inventory) { inv.Numbers = inv.Numbers[n:] }
}

// rejects wants n numbers told of as not understood.
func rejects(n float64) func(*testing.T, *afterwards) {
	return func(t *testing.T, a *afterwards) {
		if got := a.got[`vobiz_inventory_rejected_items{endpoint="numbers"}`]; got != n {
			t.Errorf("%v numbers are told of as not understood, want %v", got, n)
		}
	}
}
