package vobiztest_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"vobiz_exporter/vobiz/vobiztest"
)

var benchNow = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

func BenchmarkGenerate(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		vobiztest.Generate(vobiztest.GenerateOptions{
			Seed: 1, Customers: 100, Numbers: 10_000, Now: benchNow, Messy: true,
		})
	}
}

func BenchmarkPage(b *testing.B) {
	for _, messy := range []bool{false, true} {
		inv := vobiztest.Generate(vobiztest.GenerateOptions{
			Seed: 1, Customers: 100, Numbers: 100_000, Now: benchNow, Messy: messy,
		})
		server := vobiztest.NewServer(inv, vobiztest.Options{})
		for _, encoding := range []string{"identity", "gzip"} {
			b.Run("messy="+strconv.FormatBool(messy)+"/"+encoding, func(b *testing.B) {
				benchPages(b, server, encoding)
			})
		}
	}
}

func benchPages(b *testing.B, server *vobiztest.Server, encoding string) {
	b.ReportAllocs()
	sink := &discard{header: http.Header{}}
	page := 0
	for b.Loop() {
		page = page%1000 + 1
		r := httptest.NewRequest(http.MethodGet, "/api/v1/partner/numbers?per_page=100&page="+strconv.Itoa(page), nil)
		r.Header.Set("X-Auth-ID", vobiztest.DefaultAuthID)
		r.Header.Set("X-Auth-Token", vobiztest.DefaultAuthToken)
		r.Header.Set("Accept-Encoding", encoding)
		server.ServeHTTP(sink, r)
	}
	b.ReportMetric(float64(sink.bytes)/float64(b.N), "B-sent/op")
}

// discard is a ResponseWriter that counts what it drops.
type discard struct {
	header http.Header
	bytes  int
}

func (d *discard) Header() http.Header { return d.header }

func (d *discard) WriteHeader(int) {}

func (d *discard) Write(p []byte) (int, error) {
	d.bytes += len(p)
	return len(p), nil
}
