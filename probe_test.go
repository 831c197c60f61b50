package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

// probe asks for one customer.
func (e *exporter) probe(account string) (int, model.Series) {
	e.t.Helper()
	status, body := e.get("/probe?account="+account, "X-Prometheus-Scrape-Timeout-Seconds", "30")
	if status != http.StatusOK {
		return status, nil
	}
	series, err := model.Parse(strings.NewReader(body))
	if err != nil {
		e.t.Fatal(err)
	}
	return status, series
}

// numbersOf is the part of an inventory that one customer's endpoint lists.
func numbersOf(inv *vobiztest.Inventory, account string) *vobiztest.Inventory {
	var own vobiztest.Inventory
	for _, n := range inv.Numbers {
		if n.AccountID == account {
			own.Numbers = append(own.Numbers, n)
		}
	}
	return &own
}

// TestProbeEveryFigure probes every customer of a messy inventory, several times
// at once: each shows its own numbers to the last figure, and is read once.
func TestProbeEveryFigure(t *testing.T) {
	o := model.Defaults(time.Now())
	o.Accounts = false
	inv, _ := messy(o)
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	e := start(t, against(t, partnerAPI(t, api))...)
	pages := 0
	for _, a := range inv.Accounts {
		own := numbersOf(inv, a.AuthID)
		pages += max(1, (len(own.Numbers)+99)/100)
		want := model.Of(own, o)
		var probes sync.WaitGroup
		for range 3 {
			probes.Go(func() {
				_, got := e.probe(a.AuthID)
				sameSeries(t, want, got, time.Now())
				if got["vobiz_probe_success{}"] != 1 || len(got.Family("vobiz_probe_duration_seconds")) != 1 {
					t.Errorf("%s: the probe does not call itself a success", a.AuthID)
				}
			})
		}
		probes.Wait()
	}
	if n := api.Count(vobiztest.EndpointAccountNumbers); n != pages {
		t.Errorf("%d API requests, want %d", n, pages)
	}
}

func TestProbeBadRequests(t *testing.T) {
	api := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
	e := start(t, against(t, partnerAPI(t, api))...)
	for query, want := range map[string]struct {
		status int
		says   string
	}{
		"":                                    {400, "missing"},
		"?account=":                           {400, "not a customer's id"},
		"?account=MA_1&account=MA_2":          {400, "repeated"},
		"?account=../../numbers":              {400, "not a customer's id"},
		"?account=http://evil.example/":       {400, "not a customer's id"},
		"?account=%3Cscript%3E":               {400, "not a customer's id"},
		"?account=" + strings.Repeat("M", 65): {400, "not a customer's id"},
		"?account=MA_NOBODY":                  {404, "no customer MA_NOBODY"},
	} {
		status, body := e.get("/probe" + query)
		if status != want.status || !strings.Contains(body, want.says) || strings.Count(body, "\n") != 1 {
			t.Errorf("%q: %d %s", query, status, body)
		}
	}
	if n := api.Count(vobiztest.EndpointAccountNumbers); n != 1 {
		t.Errorf("%d API requests, want one, for the customer that might have been", n)
	}
}

// TestProbeOutage: a customer whose read fails is shown as last read, and as a
// failure, until it can be read again.
func TestProbeOutage(t *testing.T) {
	o := model.Defaults(time.Now())
	o.Accounts = false
	inv, _ := messy(o)
	account := inv.Numbers[0].AccountID
	want := model.Of(numbersOf(inv, account), o)
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	e := start(t, against(t, partnerAPI(t, api), "--inventory.min-refresh-interval=0s", "--vobiz.max-retries=0")...)
	_, got := e.probe(account)
	sameSeries(t, want, got, time.Now())
	api.Inject(vobiztest.Fault{Endpoint: vobiztest.EndpointAccountNumbers, Handler: vobiztest.Status(503)})
	_, got = e.probe(account)
	sameSeries(t, want, got, time.Now())
	if got["vobiz_probe_success{}"] != 0 || got[`vobiz_inventory_age_seconds{endpoint="account_numbers"}`] <= 0 {
		t.Error("the failure is not told")
	}
	other := inv.Accounts[slices.IndexFunc(inv.Accounts, func(a vobiztest.Account) bool { return a.AuthID != account })].AuthID
	if status, got := e.probe(other); status != 200 || got["vobiz_probe_success{}"] != 0 || len(got.Family("vobiz_dids")) != 0 {
		t.Errorf("a customer never read: %d, %v", status, got)
	}
	api.Clear()
	if _, got = e.probe(account); got["vobiz_probe_success{}"] != 1 {
		t.Error("it does not heal")
	}
}

// TestProbeKeepsAFew: of more customers than are kept, the one probed longest
// ago is read again.
func TestProbeKeepsAFew(t *testing.T) {
	inv := vobiztest.Generate(vobiztest.GenerateOptions{Seed: 2, Customers: 10, Numbers: 50, Now: time.Now()})
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	e := start(t, against(t, partnerAPI(t, api), "--probe.max-accounts=2")...)
	for _, step := range []struct{ account, requests int }{{0, 1}, {1, 2}, {0, 2}, {2, 3}, {0, 3}, {1, 4}} {
		e.probe(inv.Accounts[step.account].AuthID)
		if n := api.Count(vobiztest.EndpointAccountNumbers); n != step.requests {
			t.Errorf("after customer %d: %d requests, want %d", step.account, n, step.requests)
		}
	}
}

func TestDiscovery(t *testing.T) {
	inv, _ := messy(model.Defaults(time.Now()))
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	api.Inject(vobiztest.Fault{Endpoint: vobiztest.EndpointAccounts, Handler: vobiztest.Status(503)})
	e := start(t, against(t, partnerAPI(t, api), "--vobiz.max-retries=0", "--inventory.min-refresh-interval=0s")...)
	if status, body := e.get("/sd"); status != 503 || !strings.Contains(body, "no list of customers") {
		t.Errorf("before the first read: %d %s", status, body)
	}
	api.Clear()
	status, body := e.get("/sd")
	for status == 503 { // a read of before may still have been under way
		status, body = e.get("/sd")
	}
	var groups []struct {
		Targets []string
		Labels  map[string]string
	}
	if err := json.Unmarshal([]byte(body), &groups); err != nil || len(groups) != len(inv.Accounts) {
		t.Fatalf("%d groups, %v: %s", len(groups), err, body)
	}
	slices.SortFunc(inv.Accounts, func(a, b vobiztest.Account) int { return strings.Compare(a.AuthID, b.AuthID) })
	for i, a := range inv.Accounts {
		g := groups[i]
		enabled := "false"
		if a.Enabled && a.IsActive {
			enabled = "true"
		}
		if !slices.Equal(g.Targets, []string{a.AuthID}) || len(g.Labels) != 5 ||
			g.Labels["__meta_vobiz_account_id"] != a.AuthID || g.Labels["__meta_vobiz_account_name"] != a.Name ||
			g.Labels["__meta_vobiz_account_country"] != a.Country || g.Labels["__meta_vobiz_account_kyc_status"] != a.KYCStatus ||
			g.Labels["__meta_vobiz_account_enabled"] != enabled {
			t.Errorf("%+v for %s", g, a.AuthID)
		}
	}
	resp, err := http.Get(e.url + "/sd")
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	_ = resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("Content-Type %s", kind)
	}
	if status, body := e.get("/sd", "If-None-Match", resp.Header.Get("ETag")); status != http.StatusNotModified || body != "" {
		t.Errorf("unchanged: %d %s", status, body)
	}
}

func TestDiscoveryWithoutCustomers(t *testing.T) {
	e := start(t, against(t, partnerAPI(t, vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})), "--no-collector.accounts")...)
	if status, body := e.get("/sd"); status != 404 || !strings.Contains(body, "--no-collector.accounts") {
		t.Errorf("%d %s", status, body)
	}
}
