package main

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

// messy is an inventory of 2,503 numbers of 40 customers, one of them without
// any, and what the exporter has to show for it.
func messy(o model.Options) (*vobiztest.Inventory, model.Series) {
	inv := vobiztest.Generate(vobiztest.GenerateOptions{Seed: 7, Customers: 40, Numbers: 2503, Now: o.Now, Messy: true})
	model.SettleDates(inv, o)
	return inv, model.Of(inv, o)
}

// sameSeries holds what was pulled against what the model says, for every
// family that the model has, and checks the families of days by their
// timestamps.
func sameSeries(t *testing.T, want, got model.Series, pulled time.Time) {
	t.Helper()
	wrong := 0
	complain := func(format string, args ...any) {
		if wrong++; wrong <= 10 {
			t.Errorf(format, args...)
		}
	}
	families := map[string]bool{}
	for series, value := range want {
		name, _, _ := strings.Cut(series, "{")
		families[name] = true
		if v, ok := got[series]; !ok || v != value {
			complain("%s is %v (exposed: %t), want %v", series, v, ok, value)
		}
		days := strings.Replace(series, "_timestamp_seconds{", "_days{", 1)
		if days == series {
			continue
		}
		if off := got[days] - model.Days(value, pulled); math.Abs(off) > 1.0/1440 {
			complain("%s is %v days off", days, off)
		}
	}
	for series := range got {
		name, _, _ := strings.Cut(series, "{")
		if _, ok := want[series]; families[name] && !ok {
			complain("%s should not be there", series)
		}
	}
	if wrong > 10 {
		t.Errorf("%d series are wrong in all", wrong)
	}
}

// TestEveryFigure pulls a messy inventory fifty times at once, under every
// setting that shapes the families, and counts what that asks of the API.
func TestEveryFigure(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		flags    []string
		options  func(*model.Options)
		requests int
	}{
		"defaults":    {nil, func(*model.Options) {}, 26 + 1},
		"few details": {[]string{"--collector.detail-limit=50"}, func(o *model.Options) { o.Detail = 50 }, 26 + 1},
		"no details":  {[]string{"--collector.detail-limit=0"}, func(o *model.Options) { o.Detail = 0 }, 26 + 1},
		"windows":     {[]string{"--collector.windows=21d,3d"}, func(o *model.Options) { o.Windows = []string{"3d", "21d"} }, 26 + 1},
		"summed":      {[]string{"--no-collector.by-account"}, func(o *model.Options) { o.ByAccount = false }, 26 + 1},
		"no accounts": {[]string{"--no-collector.accounts"}, func(o *model.Options) { o.Accounts = false }, 26},
	} {
		t.Run(name, func(t *testing.T) {
			o := model.Defaults(now)
			c.options(&o)
			inv, want := messy(o)
			api := vobiztest.NewServer(inv, vobiztest.Options{})
			e := start(t, against(t, partnerAPI(t, api), c.flags...)...)
			var pulls sync.WaitGroup
			for range 50 {
				pulls.Go(func() {
					_, body := e.get("/metrics", "X-Prometheus-Scrape-Timeout-Seconds", "30")
					if !strings.Contains(body, "\nvobiz_inventory_reported_total_dids 2503\n") {
						t.Error("a pull did not wait for the read")
					}
				})
			}
			pulls.Wait()
			got := e.pull("30")
			sameSeries(t, want, got, time.Now())
			if n := api.Count(""); n != c.requests {
				t.Errorf("%d API requests, want %d", n, c.requests)
			}
			if got[`vobiz_inventory_reported_total_dids{}`] != 2503 || got[`vobiz_up{endpoint="numbers"}`] != 1 {
				t.Error("the read is not shown as good")
			}
			if !o.Accounts && len(got.Family("vobiz_up")) != 1 {
				t.Error("customers are told of though they are not read")
			}
		})
	}
}

// TestNumberLabel: per-number series can do without phone numbers.
func TestNumberLabel(t *testing.T) {
	inv, _ := messy(model.Defaults(time.Now()))
	e := start(t, against(t, partnerAPI(t, vobiztest.NewServer(inv, vobiztest.Options{})),
		"--collector.number-label=id", "--no-collector.account-names")...)
	_, body := e.get("/metrics")
	for _, n := range inv.Numbers {
		if strings.Contains(body, n.E164) {
			t.Fatalf("%s is shown", n.E164)
		}
	}
	for _, a := range inv.Accounts {
		if strings.Contains(body, a.Name) {
			t.Fatalf("%s is shown", a.Name)
		}
	}
	series, err := model.Parse(strings.NewReader(body))
	if err != nil || len(series.Family("vobiz_did_problem")) == 0 || len(series.Family("vobiz_account_info")) != 40 {
		t.Errorf("details are missing (%v)", err)
	}
}

// TestChangesAreCounted across refreshes: what came, what went, and the new
// figures.
func TestChangesAreCounted(t *testing.T) {
	o := model.Defaults(time.Now())
	inv, want := messy(o)
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	e := start(t, against(t, partnerAPI(t, api), "--inventory.min-refresh-interval=0s")...)
	sameSeries(t, want, e.pull("30"), time.Now())
	api.Update(func(inv *vobiztest.Inventory) {
		fresh := inv.Numbers[0]
		fresh.ID, fresh.E164 = "00000000-0000-4000-8000-000000000001", "+911111111111"
		inv.Numbers = append(inv.Numbers[3:], fresh)
		want = model.Of(inv, o)
	})
	got := e.pull("30")
	sameSeries(t, want, got, time.Now())
	if came, went := got["vobiz_dids_added_total{}"], got["vobiz_dids_removed_total{}"]; came != 1 || went != 3 {
		t.Errorf("%v came and %v went, want 1 and 3", came, went)
	}
}

// TestDriftBetweenPages changes the inventory while it is read: the list is read
// once more, and nothing counts twice or is missed.
func TestDriftBetweenPages(t *testing.T) {
	o := model.Defaults(time.Now())
	for name, change := range map[string]func(inv *vobiztest.Inventory){
		"removed": func(inv *vobiztest.Inventory) { inv.Numbers = inv.Numbers[5:] },
		"added": func(inv *vobiztest.Inventory) {
			fresh := inv.Numbers[0]
			fresh.ID = "00000000-0000-4000-8000-000000000002"
			inv.Numbers = append([]vobiztest.Number{fresh}, inv.Numbers...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inv, _ := messy(o)
			var want model.Series
			api := vobiztest.NewServer(inv, vobiztest.Options{})
			api.Inject(vobiztest.Fault{Endpoint: vobiztest.EndpointNumbers, Page: 9, Times: 1, Handler: vobiztest.Before(func() {
				api.Update(func(inv *vobiztest.Inventory) {
					change(inv)
					want = model.Of(inv, o)
				})
			})})
			e := start(t, against(t, partnerAPI(t, api))...)
			got := e.pull("30")
			sameSeries(t, want, got, time.Now())
			if got[`vobiz_inventory_duplicate_items{endpoint="numbers"}`] != 0 || api.Count(vobiztest.EndpointNumbers) < 2*25 {
				t.Error("the list was not read once more")
			}
		})
	}
}

// TestDriftThatRepeats grows the inventory between its last two pages, the last of
// which is answered first: the page that this adds holds nothing new.
func TestDriftThatRepeats(t *testing.T) {
	o := model.Defaults(time.Now())
	inv, _ := messy(o)
	inv.Numbers = inv.Numbers[:2500]
	var want model.Series
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	answered := make(chan struct{})
	api.Inject(
		vobiztest.Fault{Endpoint: vobiztest.EndpointNumbers, Page: 25, Times: 1, Handler: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			next.ServeHTTP(w, r)
			close(answered)
		}},
		vobiztest.Fault{Endpoint: vobiztest.EndpointNumbers, Page: 24, Times: 1, Handler: vobiztest.Before(func() {
			<-answered
			api.Update(func(inv *vobiztest.Inventory) {
				for i := range 3 {
					fresh := inv.Numbers[i]
					fresh.ID = fmt.Sprint("fresh", i)
					inv.Numbers = append([]vobiztest.Number{fresh}, inv.Numbers...)
				}
				want = model.Of(inv, o)
			})
		})},
	)
	e := start(t, against(t, partnerAPI(t, api))...)
	got := e.pull("30")
	sameSeries(t, want, got, time.Now())
	if got[`vobiz_up{endpoint="numbers"}`] != 1 || api.Count(vobiztest.EndpointNumbers) < 2*25 {
		t.Error("the list was not read once more")
	}
}

// TestHabitIsNotDrift: a total that is wrong by the same amount every time costs
// a second read once, not each time.
func TestHabitIsNotDrift(t *testing.T) {
	o := model.Defaults(time.Now())
	o.Accounts = false
	inv, want := messy(o)
	inv.Numbers = append(inv.Numbers, inv.Numbers[0]) // the API lists one twice
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	e := start(t, against(t, partnerAPI(t, api), "--inventory.min-refresh-interval=0s", "--no-collector.accounts")...)
	e.log.find(t, "Listening")
	got := e.pull("30")
	for api.Count("") < 2*26 {
		got = e.pull("30")
	}
	before := api.Count("")
	reads := got[`vobiz_inventory_refreshes_total{endpoint="numbers",result="success"}`]
	got = e.pull("30")
	reads = got[`vobiz_inventory_refreshes_total{endpoint="numbers",result="success"}`] - reads
	if asked := api.Count("") - before; float64(asked) != 26*reads {
		t.Errorf("%d requests for %v reads", asked, reads)
	}
	sameSeries(t, want, got, time.Now())
	if got[`vobiz_inventory_duplicate_items{endpoint="numbers"}`] != 1 {
		t.Error("the duplicate is not shown")
	}
}
