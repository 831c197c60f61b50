package main

import (
	"context"
	"flag"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vobiz_exporter/collector"
	"vobiz_exporter/internal/pipenet"
	"vobiz_exporter/vobiz"
	"vobiz_exporter/vobiz/vobiztest"

	"github.com/go-kit/log"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

var update = flag.Bool("update", false, "write the golden files anew")

// examplePull is what a pull shows of the vendor's own example, on 1 April 2026
// by a fake clock, and what the registry makes of it.
func examplePull(t *testing.T, check func(body string, registry *prometheus.Registry)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)))
		network := pipenet.Serve(t, vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{}))
		api := collector.NewAPI(vobiz.EndpointNumbers, vobiz.EndpointAccounts)
		client, err := vobiz.New(vobiz.Config{
			BaseURL: "http://localhost", AuthID: vobiztest.DefaultAuthID,
			Token:    func() (vobiz.Secret, error) { return vobiztest.DefaultAuthToken, nil },
			PageSize: 100, Concurrency: 4, Rate: math.MaxFloat64, RequestTimeout: time.Second,
			Dial: network.Dial, Hooks: api.Hooks(),
		})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		f, err := parseFlags(nil, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		options, err := f.collection()
		if err != nil {
			t.Fatal(err)
		}
		c := collector.New(client, options, log.NewNopLogger())
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go c.Run(ctx)
		registry, err := newRegistry(c, api)
		if err != nil {
			t.Fatal(err)
		}
		pull := newPullHandler(c, registry, f.offset, errorLog{log.NewNopLogger()})
		c.Await(ctx)
		time.Sleep(42 * time.Second) // an age that is not 0
		recorder := httptest.NewRecorder()
		pull.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
		check(recorder.Body.String(), registry)
		cancel()
		synctest.Wait()
	})
}

// TestGolden compares the whole of the exporter's own families.
func TestGolden(t *testing.T) {
	examplePull(t, func(body string, _ *prometheus.Registry) {
		var own strings.Builder
		for line := range strings.Lines(body) {
			name := strings.TrimPrefix(strings.TrimPrefix(line, "# HELP "), "# TYPE ")
			if strings.HasPrefix(name, "vobiz_") && !strings.HasPrefix(name, "vobiz_exporter_build_info") {
				own.WriteString(line)
			}
		}
		golden(t, "testdata/vendor_example.prom", own.String())
	})
}

// golden holds text against a file or, with -update, writes it.
func golden(t *testing.T, file, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), text); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// TestLint: the linter's only complaints are about the two families that count
// in days, as people do; each has one in seconds beside it.
func TestLint(t *testing.T) {
	examplePull(t, func(_ string, registry *prometheus.Registry) {
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		problems, err := promlint.NewWithMetricFamilies(families).Lint()
		if err != nil {
			t.Fatal(err)
		}
		expected := map[string]bool{"vobiz_account_next_billing_days": true, "vobiz_did_next_billing_days": true}
		for _, p := range problems {
			if !expected[p.Metric] || !strings.Contains(p.Text, "days") {
				t.Errorf("%s: %s", p.Metric, p.Text)
			}
		}
	})
}
