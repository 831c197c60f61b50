package vobiztest_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"vobiz_exporter/vobiz/vobiztest"
)

func itoa(n int) string { return strconv.Itoa(n) }

func faulty(t *testing.T, answer vobiztest.Answer) *vobiztest.Server {
	t.Helper()
	server := vobiztest.NewServer(small(t), vobiztest.Options{})
	server.Inject(vobiztest.Fault{Handler: answer})
	return server
}

func TestFaultMeetsWhatItNames(t *testing.T) {
	server := vobiztest.NewServer(small(t), vobiztest.Options{})
	server.Inject(
		vobiztest.Fault{Endpoint: vobiztest.EndpointNumbers, Page: 2, After: 1, Times: 2, Handler: vobiztest.Status(503)},
		vobiztest.Fault{Endpoint: vobiztest.EndpointAccounts, Handler: vobiztest.Status(500)},
	)
	steps := []struct {
		path string
		want int
	}{
		{"/numbers?page=1", 200},
		{"/numbers?page=2", 200},
		{"/numbers?page=2", 503},
		{"/numbers?page=3", 200},
		{"/numbers?page=2", 503},
		{"/numbers?page=2", 200},
		{"/accounts", 500},
		{"/accounts?page=2", 500},
	}
	for i, step := range steps {
		if w := ask(t, server, step.path); w.Code != step.want {
			t.Errorf("step %d, %s: %d, want %d", i, step.path, w.Code, step.want)
		}
	}
	server.Clear()
	if w := ask(t, server, "/accounts"); w.Code != 200 {
		t.Errorf("after Clear: %d", w.Code)
	}
}

func TestFaultsNestAndUnreachedOnesAreNotUsedUp(t *testing.T) {
	server := vobiztest.NewServer(small(t), vobiztest.Options{})
	server.Inject(
		vobiztest.Fault{Times: 1, Handler: vobiztest.Status(500)},
		vobiztest.Fault{Times: 1, Handler: vobiztest.Total("-1")},
		vobiztest.Fault{Times: 1, Handler: vobiztest.PerPage(7)},
	)
	if w := ask(t, server, "/numbers"); w.Code != 500 {
		t.Fatalf("first: %d", w.Code)
	}
	if p := askPage(t, server, "/numbers"); p.Total != -1 || p.PerPage != 7 || len(p.Items) != 7 {
		t.Errorf("second: total %d, per_page %d, %d items", p.Total, p.PerPage, len(p.Items))
	}
	if p := askPage(t, server, "/numbers"); p.Total != 250 || p.PerPage != 20 {
		t.Errorf("third: total %d, per_page %d", p.Total, p.PerPage)
	}
}

func TestAnswersInPlaceOfTheAPI(t *testing.T) {
	tests := []struct {
		name        string
		answer      vobiztest.Answer
		status      int
		header      string
		headerValue string
		body        string
	}{
		{"status", vobiztest.Status(504), 504, "Content-Type", "application/json", `"code":"GATEWAY_TIMEOUT"`},
		{"unknown status", vobiztest.Status(599), 599, "", "", `"code":"UNKNOWN_ERROR"`},
		{"429", vobiztest.RateLimited("Wed, 01 Apr 2026 09:00:00 GMT"), 429, "Retry-After", "Wed, 01 Apr 2026 09:00:00 GMT", "RATE_LIMIT"},
		{"429 without", vobiztest.RateLimited(""), 429, "Retry-After", "", "RATE_LIMIT"},
		{"HTML", vobiztest.HTML(200), 200, "Content-Type", "text/html; charset=utf-8", "<html>"},
		{"HTML error", vobiztest.HTML(502), 502, "", "", "Bad Gateway"},
		{"shape", vobiztest.JSON(`[]`), 200, "Content-Type", "application/json", "[]"},
		{"redirect", vobiztest.Redirect("http://elsewhere.example/"), 302, "Location", "http://elsewhere.example/", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := ask(t, faulty(t, test.answer), "/numbers")
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.body) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if got := w.Header().Get(test.header); test.header != "" && got != test.headerValue {
				t.Errorf("%s: %q", test.header, got)
			}
		})
	}
}

func TestChangedPages(t *testing.T) {
	t.Run("total", func(t *testing.T) {
		body := ask(t, faulty(t, vobiztest.Total(`"many"`)), "/numbers").Body.String()
		if !strings.HasSuffix(body, `,"per_page":20,"total":"many"}`) {
			t.Error(body[len(body)-60:])
		}
	})
	t.Run("total of one customer", func(t *testing.T) {
		server := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
		server.Inject(vobiztest.Fault{Handler: vobiztest.Total("9")})
		if p := askPage(t, server, "/accounts/MA_XXXXXXXX/numbers"); p.Total != 9 || p.AccountAuthID != "MA_XXXXXXXX" {
			t.Errorf("%+v", p)
		}
	})
	t.Run("empty", func(t *testing.T) {
		for _, path := range []string{"/numbers", "/accounts"} {
			p := askPage(t, faulty(t, vobiztest.EmptyPage()), path)
			if len(p.Items)+len(p.Accounts) != 0 || p.Total == 0 {
				t.Errorf("%s: %+v", path, p)
			}
		}
	})
	t.Run("repeated", func(t *testing.T) {
		server := faulty(t, vobiztest.RepeatPage())
		first, ninth := askPage(t, server, "/numbers"), askPage(t, server, "/numbers?page=9")
		if ninth.Page != 9 || !bytes.Equal(first.Items[0], ninth.Items[0]) || len(ninth.Items) != 20 {
			t.Errorf("page %d of %d items", ninth.Page, len(ninth.Items))
		}
	})
	t.Run("smaller", func(t *testing.T) {
		server := faulty(t, vobiztest.PerPage(30))
		p := askPage(t, server, "/numbers?per_page=100&page=9")
		if p.PerPage != 30 || len(p.Items) != 10 || p.Total != 250 {
			t.Errorf("per_page %d, %d items", p.PerPage, len(p.Items))
		}
	})
	t.Run("invalid UTF-8", func(t *testing.T) {
		for _, path := range []string{"/numbers", "/accounts"} {
			if utf8.Valid(ask(t, faulty(t, vobiztest.InvalidUTF8()), path).Body.Bytes()) {
				t.Errorf("%s is valid", path)
			}
		}
	})
	t.Run("drift", func(t *testing.T) {
		server := vobiztest.NewServer(small(t), vobiztest.Options{})
		server.Inject(vobiztest.Fault{Page: 2, Times: 1, Handler: vobiztest.Before(func() {
			server.Update(func(inv *vobiztest.Inventory) { inv.Numbers = inv.Numbers[1:] })
		})})
		first, second := askPage(t, server, "/numbers"), askPage(t, server, "/numbers?page=2")
		if first.Total != 250 || second.Total != 249 {
			t.Errorf("totals %d, %d", first.Total, second.Total)
		}
	})
}

// TestClearSparesTheAPI: a request that passed the faults by is answered, though
// they are cleared while it waits for its latency.
func TestClearSparesTheAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{Latency: time.Second, NoGzip: true})
		s.Inject(vobiztest.Fault{Page: 99, Handler: vobiztest.Status(http.StatusTeapot)})
		answered := httptest.NewRecorder()
		done := make(chan struct{})
		go func() {
			defer close(done)
			r := httptest.NewRequest(http.MethodGet, "/api/v1/partner/numbers", http.NoBody)
			r.Header.Set("X-Auth-ID", vobiztest.DefaultAuthID)
			r.Header.Set("X-Auth-Token", vobiztest.DefaultAuthToken)
			s.ServeHTTP(answered, r)
		}()
		time.Sleep(time.Second / 2)
		s.Clear()
		<-done
		if answered.Code != http.StatusOK || answered.Body.Len() == 0 {
			t.Errorf("%d with %d bytes", answered.Code, answered.Body.Len())
		}
	})
}
