package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	"vobiz_exporter/collector"
	"vobiz_exporter/vobiz"
	"vobiz_exporter/vobiz/vobiztest"
)

// benchConfig reads at full speed, four pages at a time.
func benchConfig(url string) vobiz.Config {
	return vobiz.Config{
		BaseURL: url, AuthID: vobiztest.DefaultAuthID,
		Token:    func() (vobiz.Secret, error) { return vobiztest.DefaultAuthToken, nil },
		PageSize: 100, Concurrency: 4, Rate: 1e9, RequestTimeout: time.Minute,
	}
}

func benchAPI(b *testing.B, customers, numbers int) (*vobiztest.Server, string) {
	inv := vobiztest.Generate(vobiztest.GenerateOptions{Seed: 5, Customers: customers, Numbers: numbers, Now: time.Now(), Messy: true})
	api := vobiztest.NewServer(inv, vobiztest.Options{NoGzip: true})
	return api, partnerAPI(b, api)
}

// benchCollector returns one that is running and reads on every pull.
func benchCollector(b *testing.B, url string, interval time.Duration) *collector.Collector {
	b.Helper()
	client, err := vobiz.New(benchConfig(url))
	if err != nil {
		b.Fatal(err)
	}
	f, err := parseFlags(nil, io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	options, err := f.collection()
	if err != nil {
		b.Fatal(err)
	}
	options.Cache.MinRefreshInterval = interval
	c := collector.New(client, options, log.NewNopLogger())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Run(ctx)
	}()
	b.Cleanup(func() {
		cancel()
		<-done
		client.Close()
	})
	return c
}

// bareItem is what the exporter uses of a number, for a client that does no more
// than decode it.
type bareItem struct {
	ID           string `json:"id"`
	AccountID    string `json:"account_id"`
	E164         string `json:"e164"`
	Country      string `json:"country"`
	Status       string `json:"status"`
	Currency     string `json:"currency"`
	Capabilities struct {
		Voice, SMS, MMS, Fax bool
	} `json:"capabilities"`
	MonthlyFee      any    `json:"monthly_fee"`
	SetupFee        any    `json:"setup_fee"`
	ApplicationID   string `json:"application_id"`
	TrunkGroupID    string `json:"trunk_group_id"`
	NextBillingDate string `json:"next_billing_date"`
	VoiceEnabled    bool   `json:"voice_enabled"`
	IsBlocked       bool   `json:"is_blocked"`
	IsTrialNumber   bool   `json:"is_trial_number"`
	AadhaarRequired bool   `json:"aadhaar_verification_required"`
	AadhaarVerified bool   `json:"aadhaar_verified"`
}

// bareRead downloads and decodes the same pages with the same concurrency, and
// keeps nothing.
func bareRead(ctx context.Context, client *http.Client, url string, pages int) (items int64, err error) {
	var next, count atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range 4 {
		group.Go(func() error {
			for {
				page := next.Add(1)
				if page > int64(pages) {
					return nil
				}
				req, err := http.NewRequestWithContext(ctx, http.MethodGet,
					url+"/api/v1/partner/numbers?per_page=100&page="+strconv.FormatInt(page, 10), http.NoBody)
				if err != nil {
					return err
				}
				req.Header.Set("X-Auth-ID", vobiztest.DefaultAuthID)
				req.Header.Set("X-Auth-Token", vobiztest.DefaultAuthToken)
				resp, err := client.Do(req)
				if err != nil {
					return err
				}
				var answer struct {
					Items []bareItem `json:"items"`
				}
				err = json.UnmarshalRead(resp.Body, &answer)
				_ = resp.Body.Close()
				if err != nil {
					return err
				}
				count.Add(int64(len(answer.Items)))
			}
		})
	}
	return count.Load(), group.Wait()
}

// benchSizes double, up to a million numbers of a thousand customers.
var benchSizes = [...]struct{ customers, numbers int }{
	{10, 10_000},
	{20, 20_000},
	{40, 40_000},
	{80, 80_000},
	{160, 160_000},
	{320, 320_000},
	{640, 640_000},
	{1000, 1_000_000},
}

// BenchmarkRefresh reads inventories over loopback HTTP, each time beside a bare
// client that downloads and decodes the same pages in the same process.
func BenchmarkRefresh(b *testing.B) {
	for _, size := range benchSizes {
		b.Run(fmt.Sprintf("numbers=%d", size.numbers), func(b *testing.B) {
			benchRefresh(b, size.customers, size.numbers)
		})
	}
}

func benchRefresh(b *testing.B, customers, numbers int) {
	_, url := benchAPI(b, customers, numbers)
	c := benchCollector(b, url, 0)
	bare := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	defer bare.CloseIdleConnections()
	var ours, theirs time.Duration
	c.Await(b.Context()) // connections are there from now on
	for b.Loop() {
		start := time.Now()
		c.Await(b.Context())
		ours += time.Since(start)
		start = time.Now()
		if _, err := bareRead(b.Context(), bare, url, numbers/100); err != nil {
			b.Fatal(err)
		}
		theirs += time.Since(start)
	}
	if !c.Ready() {
		b.Fatal("nothing was read")
	}
	b.ReportMetric(float64(ours)/float64(theirs), "x-bare-client")
	b.ReportMetric(float64(numbers)*float64(b.N)/ours.Seconds(), "numbers/s")
}

// replay is a collector that has its metrics already: what it costs is
// promhttp's and the registry's own.
type replay []prometheus.Metric

func (r replay) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(r, ch) }

func (r replay) Collect(ch chan<- prometheus.Metric) {
	for _, m := range r {
		ch <- m
	}
}

// BenchmarkPull pulls from memory, each time beside a registry that merely replays
// the same series.
func BenchmarkPull(b *testing.B) {
	for _, customers := range []int{1000, 10_000} {
		b.Run(fmt.Sprintf("customers=%d", customers), func(b *testing.B) { benchPull(b, customers) })
	}
}

func benchPull(b *testing.B, customers int) {
	_, url := benchAPI(b, customers, 100*customers)
	c := benchCollector(b, url, time.Hour)
	c.Await(b.Context())
	own, replayed := prometheus.NewRegistry(), prometheus.NewRegistry()
	own.MustRegister(c)
	replayed.MustRegister(replayOf(c))
	pull := newPullHandler(c, own, 0, errorLog{log.NewNopLogger()})
	baseline := promhttp.HandlerFor(replayed, promhttp.HandlerOpts{})
	var ours, theirs time.Duration
	series := len(replayOf(c))
	for b.Loop() {
		ours += timed(pull)
		theirs += timed(baseline)
	}
	perSeries := float64(ours-theirs) / float64(b.N) / float64(series)
	b.ReportMetric(perSeries, "ns-beyond-promhttp/series")
	b.ReportMetric(float64(ours)/float64(theirs), "x-promhttp")
	b.ReportMetric(float64(series), "series")
	b.ReportMetric(ours.Seconds()/float64(b.N), "s/pull")
}

func replayOf(c prometheus.Collector) replay {
	ch := make(chan prometheus.Metric, 1<<20)
	c.Collect(ch)
	close(ch)
	var all replay
	for m := range ch {
		all = append(all, m)
	}
	return all
}

func timed(h http.Handler) time.Duration {
	recorder := httptest.ResponseRecorder{Body: new(bytes.Buffer)}
	req := httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody)
	start := time.Now()
	h.ServeHTTP(&recorder, req)
	return time.Since(start)
}
