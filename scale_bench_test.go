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

// BenchmarkScale reads the same inventories, and one of 10,000 customers, with the
// exporter in a process of its own, and reports how long a read and a pull take
// there, a pull while a read is under way, and the memory that is resident after
// all of them.
func BenchmarkScale(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "vobiz_exporter")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	sizes := append(benchSizes[:], struct{ customers, numbers int }{10_000, 1_000_000})
	for _, size := range sizes {
		b.Run(fmt.Sprintf("customers=%d/numbers=%d", size.customers, size.numbers), func(b *testing.B) {
			_, url := benchAPI(b, size.customers, size.numbers)
			p := startProcess(b, binary, against(b, url, "--inventory.min-refresh-interval=0s")...)
			p.pull(b, patient) // the read that it began with
			var read float64
			var meanwhile time.Duration
			var last model.Series
			for b.Loop() {
				last = p.pull(b, patient)
				read += last[`vobiz_inventory_refresh_duration_seconds{endpoint="numbers"}`]
				// A scraper with no patience starts the next read, and is shown the last.
				start := time.Now()
				p.pull(b, impatience)
				meanwhile += time.Since(start)
				p.pull(b, patient)
			}
			n := float64(b.N)
			b.ReportMetric(read/n, "s/read")
			b.ReportMetric(meanwhile.Seconds()/n, "s/pull-meanwhile")
			b.ReportMetric(last["process_resident_memory_bytes{}"]/(1<<20), "MiB-resident")
			b.ReportMetric(float64(len(last)), "series")
		})
	}
}

// How long a scraper waits, in seconds: as long as it takes, and not at all.
const (
	patient    = "600"
	impatience = "0.5"
)

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

// pull scrapes, and parses what a patient scraper got.
func (p *process) pull(b *testing.B, timeout string) model.Series {
	b.Helper()
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
	if timeout == impatience {
		return nil
	}
	series, err := model.Parse(strings.NewReader(string(body)))
	if err != nil {
		b.Fatal(err)
	}
	return series
}
