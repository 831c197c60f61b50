package main

import (
	"strings"
	"testing"
	"time"

	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

// TestOutages breaks the API in every way that lasts, and repairs it. Meanwhile
// each pull is answered within the scraper's patience with the last good
// inventory and its true age, and the log says when it starts and when it ends.
func TestOutages(t *testing.T) {
	for name, fault := range map[string]vobiztest.Answer{
		"down":        vobiztest.Reset(),
		"hanging":     vobiztest.Hang(),
		"dripping":    vobiztest.Drip(50 * time.Millisecond),
		"html":        vobiztest.HTML(200),
		"bad gateway": vobiztest.HTML(502),
		"truncating":  vobiztest.Truncated(),
		"refusing":    vobiztest.Status(401),
		"throttling":  vobiztest.RateLimited("1"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := model.Defaults(time.Now())
			inv, want := messy(o)
			api := vobiztest.NewServer(inv, vobiztest.Options{})
			e := start(t, against(t, partnerAPI(t, api), "--inventory.min-refresh-interval=0s",
				"--vobiz.max-retries=1", "--vobiz.request-timeout=2s")...)
			good := e.pull("30")
			sameSeries(t, want, good, time.Now())
			readAt := good[`vobiz_inventory_last_success_timestamp_seconds{endpoint="numbers"}`]

			api.Inject(vobiztest.Fault{Endpoint: vobiztest.EndpointNumbers, Handler: fault})
			got := e.pull("1")
			if slow := name == "hanging" || name == "dripping"; slow && got[`vobiz_inventory_refreshing{endpoint="numbers"}`] != 1 {
				t.Error("a pull with a timeout of 1 s waited for the read to end")
			}
			sameSeries(t, want, got, time.Now())
			e.log.find(t, `level=error .*endpoint=numbers msg="reading the API fails`)
			for range 2 { // however often it fails
				got = e.pull("30")
			}
			sameSeries(t, want, got, time.Now())
			readAt = max(readAt, got[`vobiz_inventory_last_success_timestamp_seconds{endpoint="numbers"}`])
			age := got[`vobiz_inventory_age_seconds{endpoint="numbers"}`]
			if off := float64(time.Now().UnixMicro())/1e6 - readAt - age; off < 0 || off > 5 {
				t.Errorf("the age is %v s off", off)
			}
			if got[`vobiz_up{endpoint="numbers"}`] != 0 || got[`vobiz_up{endpoint="accounts"}`] != 1 {
				t.Error("vobiz_up does not tell the one from the other")
			}
			refused := got[`vobiz_api_credentials_rejected{endpoint="numbers"}`]
			if (refused == 1) != (name == "refusing") {
				t.Errorf("credentials rejected is %v", refused)
			}

			api.Clear()
			healed := e.pull("30")
			for healed[`vobiz_up{endpoint="numbers"}`] != 1 { // a read of before may still have been under way
				healed = e.pull("30")
			}
			if healed[`vobiz_api_credentials_rejected{endpoint="numbers"}`] != 0 {
				t.Error("credentials are still told to be rejected")
			}
			e.log.find(t, `level=info .*endpoint=numbers msg="reading the API works again" after=`)
			if n := strings.Count(e.log.String(), "reading the API fails"); n != 1 {
				t.Errorf("the failure was logged %d times", n)
			}
		})
	}
}

// TestFirstPullOfAnOutage: without any inventory yet, a pull shows the health
// families alone, and the exporter is healthy but not ready.
func TestFirstPullOfAnOutage(t *testing.T) {
	api := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
	api.Inject(vobiztest.Fault{Handler: vobiztest.Hang()})
	e := start(t, against(t, partnerAPI(t, api))...)
	got := e.pull("1")
	for series, want := range map[string]float64{
		`vobiz_up{endpoint="numbers"}`:                                         0,
		`vobiz_up{endpoint="accounts"}`:                                        0,
		`vobiz_inventory_refreshing{endpoint="numbers"}`:                       1,
		`vobiz_inventory_refreshes_total{endpoint="numbers",result="success"}`: 0,
		`vobiz_inventory_refreshes_total{endpoint="accounts",result="error"}`:  0,
		`vobiz_api_requests_total{code="200",endpoint="numbers"}`:              0,
		`vobiz_api_retries_total{endpoint="accounts",reason="bad_body"}`:       0,
		`vobiz_dids_added_total{}`:                                             0,
		`vobiz_inventory_max_age_seconds{}`:                                    3600,
		`vobiz_inventory_min_refresh_interval_seconds{}`:                       300,
	} {
		if v, ok := got[series]; !ok || v != want {
			t.Errorf("%s is %v (exposed: %t), want %v", series, v, ok, want)
		}
	}
	for _, absent := range []string{"vobiz_dids", "vobiz_account_info", "vobiz_inventory_age_seconds", "vobiz_inventory_reported_total_dids"} {
		if found := got.Family(absent); len(found) > 0 {
			t.Errorf("%v is shown before anything was read", found)
		}
	}
	if status, _ := e.get("/-/healthy"); status != 200 {
		t.Errorf("healthy: %d", status)
	}
	if status, body := e.get("/-/ready"); status != 503 || !strings.Contains(body, "no inventory") {
		t.Errorf("ready: %d %s", status, body)
	}
	api.Clear()
	e.pull("30")
	if status, _ := e.get("/-/ready"); status != 200 {
		t.Errorf("ready after the first read: %d", status)
	}
}

// TestStopsDuringARead: told to stop while a read and a pull hang, the exporter
// answers the pull and is gone at once.
func TestStopsDuringARead(t *testing.T) {
	api := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
	api.Inject(vobiztest.Fault{Handler: vobiztest.Hang()})
	e := start(t, against(t, partnerAPI(t, api))...)
	answered := make(chan model.Series, 1)
	go func() { answered <- e.pull("30") }()
	for e.pull("0.6")["promhttp_metric_handler_requests_in_flight{}"] < 2 { // this one and the other
	}
	e.stop()
	err := <-e.done
	e.done <- err
	if err != nil {
		t.Errorf("stopped with %v", err)
	}
	if got := <-answered; got[`vobiz_up{endpoint="numbers"}`] != 0 {
		t.Error("the pull was not answered")
	}
	if strings.Contains(e.log.String(), "reading the API fails") {
		t.Error("the stop was logged as a failure of the API")
	}
}

// TestVanishedInventory: an inventory that is suddenly empty is believed only
// when a second look says so too.
func TestVanishedInventory(t *testing.T) {
	o := model.Defaults(time.Now())
	inv, want := messy(o)
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	e := start(t, against(t, partnerAPI(t, api), "--inventory.min-refresh-interval=0s")...)
	e.pull("30")
	empty := vobiztest.JSON(`{"items":[],"page":1,"per_page":100,"total":0}`)
	api.Inject(vobiztest.Fault{Endpoint: vobiztest.EndpointNumbers, Page: 1, Times: 1, Handler: empty})
	sameSeries(t, want, e.pull("30"), time.Now())
	api.Clear()
	api.Inject(vobiztest.Fault{Endpoint: vobiztest.EndpointNumbers, Handler: empty})
	got := e.pull("30")
	if len(got.Family("vobiz_dids")) != 0 || got["vobiz_dids_removed_total{}"] != 2503 || got[`vobiz_up{endpoint="numbers"}`] != 1 {
		t.Error("an inventory that is empty for good was not believed")
	}
}
