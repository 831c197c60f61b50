package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/internal/model"
)

// BenchmarkScale reads inventories that double in size with the exporter in a
// process of its own, and reports what that process takes: its resident memory
// after a hundredth and after the last of ten reads, how long a read and a pull
// take, and how long a pull takes while a read is under way. The read is also
// given as a ratio to a bare client that downloads and decodes the same pages
// with the same concurrency.
func BenchmarkScale(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "vobiz_exporter")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for _, size := range []struct{ customers, numbers int }{
		{10, 10_000},
		{20, 20_000},
		{40, 40_000},
		{80, 80_000},
		{160, 160_000},
		{320, 320_000},
		{640, 640_000},
		{1000, 1_000_000},
		{10_000, 1_000_000},
	} {
		b.Run(fmt.Sprintf("customers=%d/numbers=%d", size.customers, size.numbers), func(b *testing.B) {
			_, url := benchAPI(b, size.customers, size.numbers)
			p := startProcess(b, binary, against(b, url, "--inventory.min-refresh-interval=0s")...)
			p.pull(b, 0) // the read that it began with
			bare := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
			defer bare.CloseIdleConnections()
			var ours, theirs, waiting float64
			var last model.Series
			for b.Loop() {
				last = p.pull(b, 0)
				ours += last[`vobiz_inventory_refresh_duration_seconds{endpoint="numbers"}`]
				start := time.Now()
				if _, err := bareRead(b.Context(), bare, url, (size.numbers+99)/100); err != nil {
					b.Fatal(err)
				}
				theirs += time.Since(start).Seconds()
				// A scraper with no patience starts the next read, and gets the last.
				start = time.Now()
				p.pull(b, time.Millisecond)
				waiting += time.Since(start).Seconds()
				p.pull(b, 0)
			}
			n := float64(b.N)
			b.ReportMetric(ours/theirs, "x-bare-client")
			b.ReportMetric(ours/n, "s/read")
			b.ReportMetric(waiting/n, "s/pull-meanwhile")
			b.ReportMetric(last["process_resident_memory_bytes{}"]/(1<<20), "MiB-resident")
			b.ReportMetric(float64(len(last)), "series")
		})
	}
}

// process is an exporter in a process of its own.
type process struct{ url string }

func startProcess(b *testing.B, binary string, args ...string) *process {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	log := newLogBuffer()
	cmd := exec.CommandContext(ctx, binary, append([]string{"--web.listen-address=127.0.0.1:0"}, args...)...)
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
	})
	return &process{url: "http://" + log.find(b, `msg="Listening on" address=(\S+)`)}
}

// pull scrapes with a timeout beyond the offset, 0 for as long as it takes.
func (p *process) pull(b *testing.B, patience time.Duration) model.Series {
	b.Helper()
	timeout := "600"
	if patience > 0 {
		timeout = fmt.Sprint((500*time.Millisecond + patience).Seconds())
	}
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, p.url+"/metrics", http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", timeout)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("%d, %v", resp.StatusCode, err)
	}
	if patience > 0 {
		return nil
	}
	series, err := model.Parse(strings.NewReader(string(body)))
	if err != nil {
		b.Fatal(err)
	}
	return series
}
