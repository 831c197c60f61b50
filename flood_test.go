package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vobiz_exporter/collector"
	"vobiz_exporter/internal/pipenet"
	"vobiz_exporter/vobiz"
	"vobiz_exporter/vobiz/vobiztest"

	"github.com/go-kit/log"
)

// TestFloodOfPulls: while the API hangs, so many pulls wait and no more; the rest
// are turned away at once, the API is asked once, and nothing is left behind.
func TestFloodOfPulls(t *testing.T) {
	const flood, heapBound = 400, 64 << 20
	api := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
	e := start(t, against(t, partnerAPI(t, api), "--vobiz.request-timeout=5m", "--inventory.min-refresh-interval=0s")...)
	goroutines := e.pull("30")["go_goroutines{}"]
	heap := heapInUse()
	api.ResetRequests()
	api.Inject(vobiztest.Fault{Handler: vobiztest.Hang()})

	answers := make(chan int, flood)
	var pulls sync.WaitGroup
	for range flood {
		pulls.Go(func() {
			status, body := e.get("/metrics", "X-Prometheus-Scrape-Timeout-Seconds", "600")
			if status == http.StatusOK && !strings.Contains(body, "\nvobiz_dids{") {
				t.Error("an answer without the inventory")
			}
			answers <- status
		})
	}
	for range flood - maxPulls { // whoever is answered now did not wait
		if status := <-answers; status != http.StatusServiceUnavailable {
			t.Errorf("status %d, want 503", status)
		}
	}
	if status, _ := e.get("/-/healthy"); status != http.StatusOK {
		t.Errorf("healthy: %d", status)
	}
	if n, m := api.Count(vobiztest.EndpointNumbers), api.Count(vobiztest.EndpointAccounts); n > 1 || m > 1 {
		t.Errorf("%d and %d requests to the API, want one each", n, m)
	}
	if grown := heapInUse() - heap; grown > heapBound {
		t.Errorf("the heap grew by %d bytes", grown)
	}
	api.Clear()
	pulls.Wait()
	for range maxPulls {
		if status := <-answers; status != http.StatusOK {
			t.Errorf("status %d, want 200", status)
		}
	}
	after := e.pull("30")["go_goroutines{}"]
	for tries := 0; after > goroutines+32 && tries < 1000; tries++ { // what was closed takes a moment
		after = e.pull("30")["go_goroutines{}"]
	}
	if after > goroutines+32 {
		t.Errorf("%v goroutines, %v before", after, goroutines)
	}
}

// TestFloodOfCustomers: probes of customers that nobody knows, from clients that do
// not wait, begin so many reads and no more, whatever the API does.
func TestFloodOfCustomers(t *testing.T) {
	const flood, most = 1000, 100
	api := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
	e := start(t, against(t, partnerAPI(t, api), "--vobiz.request-timeout=5m", "--probe.max-accounts=100")...)
	known := e.pull("30")
	api.Inject(vobiztest.Fault{Endpoint: vobiztest.EndpointAccountNumbers, Handler: vobiztest.Hang()})
	refused := 0
	for i := range flood {
		status, _ := e.get(fmt.Sprintf("/probe?account=MA_%d", i), "X-Prometheus-Scrape-Timeout-Seconds", "0.5")
		switch status {
		case http.StatusOK: // told that it did not succeed
		case http.StatusServiceUnavailable:
			refused++
		default:
			t.Fatalf("status %d", status)
		}
	}
	// A read may be under way a moment before it is counted.
	if n := api.Count(vobiztest.EndpointAccountNumbers); n > most+10 || refused < flood-most-10 {
		t.Errorf("%d reads, %d of %d probes refused", n, refused, flood)
	}
	if got := e.pull("30"); got["vobiz_inventory_reported_total_dids{}"] != known["vobiz_inventory_reported_total_dids{}"] {
		t.Error("the inventory is gone")
	}
	api.Clear()
	for status := 0; status != http.StatusNotFound; { // once the reads are over
		status, _ = e.get("/probe?account=MA_NOBODY")
	}
}

func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// onPipes serves an exporter of the vendor's example on a network inside the
// process and the bubble's clock, once it has its inventory. stop ends it.
func onPipes(t *testing.T, api *vobiztest.Server) (network *pipenet.Network, stop func()) {
	client, err := vobiz.New(vobiz.Config{
		BaseURL: "http://localhost", AuthID: vobiztest.DefaultAuthID,
		Token:    func() (vobiz.Secret, error) { return vobiztest.DefaultAuthToken, nil },
		PageSize: 100, Concurrency: 4, Rate: math.MaxFloat64, RequestTimeout: time.Hour,
		Dial: pipenet.Serve(t, api).Dial,
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := parseFlags(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	options, err := f.collection()
	if err != nil {
		t.Fatal(err)
	}
	c := collector.New(client, options, log.NewNopLogger())
	registry, err := newRegistry(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go c.Run(ctx)
	c.Await(ctx)
	pull := newPullHandler(c, registry, f.offset, errorLog{log.NewNopLogger()})
	server := newServer(c, routes{
		telemetryPath: f.path, pull: pull, probe: http.NotFoundHandler(), discovery: newDiscoveryHandler(c, options.Accounts),
	})
	return pipenet.Start(t, server), func() {
		cancel()
		client.Close()
		synctest.Wait()
	}
}

func dial(t *testing.T, network *pipenet.Network) net.Conn {
	conn, err := network.Dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// pulled is how long an ordinary pull takes.
func pulled(t *testing.T, network *pipenet.Network) time.Duration {
	t.Helper()
	begin := time.Now()
	transport := &http.Transport{DialContext: network.Dial, DisableKeepAlives: true}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://exporter.test/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), "\nvobiz_dids{") {
		t.Errorf("status %d, %v", resp.StatusCode, err)
	}
	return time.Since(begin)
}

// TestSlowLoris: connections that bring no whole request, by the hundred, are cut
// off in time, and keep nobody from an answer.
func TestSlowLoris(t *testing.T) {
	const many = 300
	for name, c := range map[string]struct {
		send  string
		drip  bool // a byte a second after it
		until time.Duration
	}{
		"silent":       {"", false, readTimeout},
		"half a line":  {"GET /met", false, readTimeout},
		"half headers": {"GET /metrics HTTP/1.1\r\nHost: x\r\nX-A: b", false, readTimeout},
		"dripping":     {"GET /metrics HTTP/1.1\r\nHost: x\r\nX-A: ", true, readTimeout},
		"kept alive":   {"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n", false, idleTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				network, stop := onPipes(t, vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{}))
				defer stop()
				begin := time.Now()
				var conns sync.WaitGroup
				for range many {
					conn := dial(t, network)
					conns.Go(func() {
						_, err := io.WriteString(conn, c.send)
						for c.drip && err == nil {
							time.Sleep(time.Second)
							_, err = io.WriteString(conn, "b")
						}
					})
					conns.Go(func() {
						_, _ = io.Copy(io.Discard, conn)
						if took := time.Since(begin); took < c.until || took > c.until+time.Second {
							t.Errorf("cut off after %s, want %s", took, c.until)
						}
						_ = conn.Close()
					})
				}
				time.Sleep(readTimeout / 2)
				if took := pulled(t, network); took > 0 {
					t.Errorf("a pull took %s meanwhile", took)
				}
				conns.Wait()
			})
		})
	}
}

// TestUnreadAnswers: clients that ask and do not read, however patient they say
// they are, are cut off, and others have their turn.
func TestUnreadAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, stop := onPipes(t, vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{}))
		defer stop()
		var conns []net.Conn
		for range maxAnswers {
			conn := dial(t, network)
			conns = append(conns, conn)
			fmt.Fprint(conn, "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 600\r\n\r\n")
		}
		synctest.Wait()
		if took := pulled(t, network); took != writeTimeout {
			t.Errorf("the next pull took %s, want %s", took, writeTimeout)
		}
		for _, conn := range conns {
			if _, err := io.Copy(io.Discard, conn); err != nil { // a cut, not a wait
				t.Error(err)
			}
			_ = conn.Close()
		}
		if took := pulled(t, network); took > 0 {
			t.Errorf("a pull took %s afterwards", took)
		}
	})
}

// TestPatientPull: one that says it waits longer than answers usually may take is
// still answered.
func TestPatientPull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
		network, stop := onPipes(t, api)
		defer stop()
		time.Sleep(6 * time.Minute)
		api.Inject(vobiztest.Fault{Handler: vobiztest.Delay(5 * time.Minute)})
		conn := dial(t, network)
		begin := time.Now()
		fmt.Fprint(conn, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Prometheus-Scrape-Timeout-Seconds: 600\r\n\r\n")
		answer, err := io.ReadAll(conn)
		_ = conn.Close()
		if took := time.Since(begin); err != nil || took != 5*time.Minute || !strings.Contains(string(answer), "\nvobiz_dids{") {
			t.Errorf("%d bytes after %s, %v", len(answer), took, err)
		}
	})
}

// TestOversizedRequests are refused without being read to their end.
func TestOversizedRequests(t *testing.T) {
	for name, c := range map[string]struct{ request, want string }{
		"one header":   {"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + strings.Repeat("a", 1<<20), "431"},
		"many headers": {"GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-A: a\r\n", 1<<17), "431"},
		"path":         {"GET /" + strings.Repeat("a", 1<<20), "431"},
		"body":         {"GET /-/healthy HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n" + strings.Repeat("a", 1<<20), "200"},
		"header line":  {"GET / HTTP/1.1\r\nHost: x\r\nX-A\x00: a\r\n\r\n", "400"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				network, stop := onPipes(t, vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{}))
				defer stop()
				conn := dial(t, network)
				sent := make(chan int, 1)
				go func() {
					n, _ := io.WriteString(conn, c.request)
					sent <- n
				}()
				answer, _ := io.ReadAll(conn)
				if !strings.HasPrefix(string(answer), "HTTP/1.1 "+c.want+" ") {
					t.Errorf("answered %.60q, want %s", answer, c.want)
				}
				_ = conn.Close()
				if n := <-sent; n > 512<<10 {
					t.Errorf("%d bytes were read", n)
				}
			})
		})
	}
}

// TestPageShowsNothingOfTheAPI as HTML: whatever the API or the request say, the
// pages that the exporter makes hold no markup of theirs.
func TestPageShowsNothingOfTheAPI(t *testing.T) {
	const evil = `"><script>alert(1)</script>`
	inv := vobiztest.VendorExample()
	for i := range inv.Numbers {
		n := &inv.Numbers[i]
		n.AccountID, n.E164, n.Status, n.Country, n.Currency = evil, evil, evil, evil, evil
	}
	for i := range inv.Accounts {
		a := &inv.Accounts[i]
		a.AuthID, a.Name, a.Company, a.BillingMode, a.KYCStatus = evil, evil, evil, evil, evil
	}
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	e := start(t, against(t, partnerAPI(t, api), "--inventory.min-refresh-interval=0s", "--vobiz.max-retries=0")...)
	look := func() {
		for _, path := range []string{"/", "/?q=%22%3E%3Cscript%3E", "/%3Cscript%3E", "//%3Cscript%3E/..", "/-/ready"} {
			if _, body := e.get(path); strings.Contains(strings.ToLower(body), "<script") {
				t.Errorf("%s: %s", path, body)
			}
		}
	}
	if _, body := e.get("/metrics"); !strings.Contains(body, "<script>") { // plain text, where it belongs
		t.Error("the numbers were not read")
	}
	look()
	api.Inject(vobiztest.Fault{Handler: vobiztest.JSON(evil)})
	if e.pull("30")[`vobiz_up{endpoint="numbers"}`] != 0 {
		t.Error("the fault was not met")
	}
	look()
}
