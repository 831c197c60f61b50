package vobiztest_test

import (
	"compress/gzip"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vobiz_exporter/vobiz/vobiztest"

	"github.com/google/go-cmp/cmp"
)

func TestVendorExampleIsSpeltAsOnTheVendorsPage(t *testing.T) {
	const want = `{"items":[` +
		`{"id":"aabbccdd-1234-5678-90ab-cdef12345678","account_id":"MA_XXXXXXXX","e164":"+918012345678","country":"IN",` +
		`"region":"Karnataka","capabilities":{"voice":true,"sms":false,"mms":false,"fax":false},"status":"active",` +
		`"provider":"","setup_fee":100,"monthly_fee":300,"currency":"INR","application_id":"20577609616603585",` +
		`"voice_enabled":true,"tags":[],"purchased_at":"2026-03-25T06:58:38Z","is_blocked":false,` +
		`"created_at":"2025-03-31T18:30:00Z","updated_at":"2026-03-25T06:58:54Z","is_trial_number":false,` +
		`"last_billing_date":"2026-03-25T06:58:38Z","next_billing_date":"2026-04-25T06:58:38Z",` +
		`"minimum_commitment_months":0,"aadhaar_verification_required":false,"aadhaar_verified":false,"source":"purchased"},` +
		`{"id":"11223344-1234-5678-90ab-cdef12345678","account_id":"MA_XXXXXXXX","e164":"+919876543210","country":"IN",` +
		`"region":"Mumbai","capabilities":{"voice":true,"sms":false,"mms":false,"fax":false},"status":"active",` +
		`"provider":"","setup_fee":100,"monthly_fee":200,"currency":"INR","application_id":"31985999331899218",` +
		`"voice_enabled":true,"tags":[],"purchased_at":"2026-02-17T10:25:30Z","is_blocked":false,` +
		`"created_at":"2026-02-14T09:30:04Z","updated_at":"2026-02-17T10:29:35Z","is_trial_number":false,` +
		`"last_billing_date":"2026-02-17T10:25:30Z","next_billing_date":"2026-03-17T10:25:30Z",` +
		`"minimum_commitment_months":0,"aadhaar_verification_required":false,"aadhaar_verified":false,"source":"purchased"}` +
		`],"page":1,"per_page":20,"total":2,"account_auth_id":"MA_XXXXXXXX"}`
	server := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
	if diff := cmp.Diff(want, ask(t, server, "/accounts/MA_XXXXXXXX/numbers").Body.String()); diff != "" {
		t.Error(diff)
	}
}

func TestPagingArithmetic(t *testing.T) {
	tests := []struct {
		name, query           string
		page, perPage, length int
	}{
		{"defaults", "", 1, 20, 20},
		{"first", "?page=1&per_page=100", 1, 100, 100},
		{"last is what remains", "?page=3&per_page=100", 3, 100, 50},
		{"last of pages that fit", "?page=5&per_page=50", 5, 50, 50},
		{"beyond the end", "?page=4&per_page=100", 4, 100, 0},
		{"far beyond the end", "?page=9223372036854775807&per_page=100", 9223372036854775807, 100, 0},
		{"larger is clamped", "?per_page=1000", 1, 100, 100},
	}
	server := vobiztest.NewServer(small(t), vobiztest.Options{})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := askPage(t, server, "/numbers"+test.query)
			if got.Page != test.page || got.PerPage != test.perPage || len(got.Items) != test.length || got.Total != 250 {
				t.Errorf("page %d, per_page %d, %d items of %d", got.Page, got.PerPage, len(got.Items), got.Total)
			}
		})
	}
}

func TestPagesTogetherAreTheInventory(t *testing.T) {
	inv := small(t)
	server := vobiztest.NewServer(inv, vobiztest.Options{MaxPerPage: 30})
	var got, want []string
	for n := 1; ; n++ {
		p := askPage(t, server, "/numbers?per_page=100&page="+itoa(n))
		if len(p.Items) == 0 {
			break
		}
		for _, raw := range p.Items {
			got = append(got, decode[item](t, raw).ID)
		}
	}
	for _, n := range inv.Numbers {
		want = append(want, n.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAccountsEchoSize(t *testing.T) {
	inv := small(t)
	got := askPage(t, vobiztest.NewServer(inv, vobiztest.Options{}), "/accounts?page=2&per_page=3")
	if got.Page != 2 || got.Size != 3 || got.PerPage != 0 || got.Total != 5 || len(got.Accounts) != 2 {
		t.Fatalf("%+v", got)
	}
	if id := decode[item](t, got.Accounts[0]).AuthID; id != inv.Accounts[3].AuthID {
		t.Errorf("first of page 2 is %s", id)
	}
}

func TestAnAccountHasFiftyFields(t *testing.T) {
	a := small(t).Accounts[0]
	fields := decode[map[string]any](t, a.AppendJSON(nil))
	if len(fields) < 50 {
		t.Errorf("%d fields", len(fields))
	}
	if credits, ok := fields["cash_credits"].(string); !ok || !strings.Contains(credits, ".") {
		t.Errorf("cash_credits %v", fields["cash_credits"])
	}
}

func TestCustomerNumbers(t *testing.T) {
	inv := small(t)
	server := vobiztest.NewServer(inv, vobiztest.Options{})
	total := 0
	for _, account := range inv.Accounts {
		p := askPage(t, server, "/accounts/"+account.AuthID+"/numbers?per_page=100")
		if p.AccountAuthID != account.AuthID || p.PerPage != 100 {
			t.Errorf("echo %+v", p)
		}
		for _, raw := range p.Items {
			if owner := decode[item](t, raw).AccountID; owner != account.AuthID {
				t.Errorf("number of %s in the list of %s", owner, account.AuthID)
			}
		}
		total += p.Total
	}
	if unassigned := 5; total != len(inv.Numbers)-unassigned {
		t.Errorf("%d numbers over all customers", total)
	}
}

func TestCustomerNumbersFollowUpdate(t *testing.T) {
	server := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
	const path = "/accounts/MA_XXXXXXXX/numbers"
	if got := askPage(t, server, path); got.Total != 2 {
		t.Fatalf("total %d before", got.Total)
	}
	server.Update(func(inv *vobiztest.Inventory) { inv.Numbers = inv.Numbers[:1] })
	if got := askPage(t, server, path); got.Total != 1 {
		t.Errorf("total %d after", got.Total)
	}
	server.Update(func(inv *vobiztest.Inventory) { inv.Numbers = nil })
	if got := askPage(t, server, path); got.Total != 0 || got.Items == nil {
		t.Errorf("total %d, items %v of a customer without numbers", got.Total, got.Items)
	}
}

func TestSearch(t *testing.T) {
	server := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
	for search, want := range map[string]int{"98765": 1, "+91": 2, "+1": 0, "": 2, "3456": 1} {
		for _, path := range []string{"/numbers", "/accounts/MA_XXXXXXXX/numbers"} {
			p := askPage(t, server, path+"?search="+url.QueryEscape(search))
			if p.Total != want || len(p.Items) != want {
				t.Errorf("%s search %q: %d of %d, want %d", path, search, len(p.Items), p.Total, want)
			}
		}
	}
}

func TestGzip(t *testing.T) {
	for _, off := range []bool{false, true} {
		server := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{NoGzip: off})
		r := request(t, prefix+"/numbers")
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		if zipped := w.Header().Get("Content-Encoding") == "gzip"; zipped == off {
			t.Fatalf("NoGzip %v, zipped %v", off, zipped)
		}
		if off {
			continue
		}
		if _, err := gzip.NewReader(w.Body); err != nil {
			t.Error(err)
		}
	}
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{
			RateLimit: 2, RetryAfter: 1500 * time.Millisecond,
		})
		want := []int{200, 200, 429}
		for i, status := range want {
			w := ask(t, server, "/numbers")
			if w.Code != status {
				t.Errorf("request %d: %d", i, w.Code)
			}
			if status == 429 && w.Header().Get("Retry-After") != "2" {
				t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
			}
		}
		<-time.After(500 * time.Millisecond)
		if w := ask(t, server, "/numbers"); w.Code != 200 {
			t.Errorf("half a second on: %d", w.Code)
		}
		if w := ask(t, server, "/numbers"); w.Code != 429 {
			t.Errorf("one more: %d", w.Code)
		}
	})
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{Latency: time.Second})
		start := time.Now()
		ask(t, server, "/numbers")
		if took := time.Since(start); took != time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestRequests(t *testing.T) {
	server := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{Record: true})
	ask(t, server, "/numbers")
	ask(t, server, "/accounts/MA_XXXXXXXX/numbers?page=3&search=1")
	ask(t, server, "/elsewhere")
	for endpoint, want := range map[string]int{
		"": 3, vobiztest.EndpointNumbers: 1, vobiztest.EndpointAccountNumbers: 1, vobiztest.EndpointAccounts: 0,
	} {
		if got := server.Count(endpoint); got != want {
			t.Errorf("Count(%q) = %d", endpoint, got)
		}
	}
	all := server.Requests()
	if len(all) != 3 || all[0].Page != 1 {
		t.Fatalf("%+v", all)
	}
	if r := all[1]; r.Account != "MA_XXXXXXXX" || r.Page != 3 || r.Query.Get("search") != "1" || r.Time.IsZero() {
		t.Errorf("%+v", r)
	}
	server.ResetRequests()
	if server.Count("") != 0 || len(server.Requests()) != 0 {
		t.Error("not forgotten")
	}
}
