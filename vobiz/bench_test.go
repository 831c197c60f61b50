package vobiz_test

import (
	"testing"

	"vobiz_exporter/vobiz/vobiztest"
)

// BenchmarkRead reads pages over loopback HTTP; most of it is decoding.
func BenchmarkRead(b *testing.B) {
	const numbers = 10_000
	api := vobiztest.NewServer(inventoryOf(numbers), vobiztest.Options{NoGzip: true})
	conf := config(serve(b, api))
	conf.Rate = 1e9
	client := newClient(b, conf)
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range client.Numbers(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N)*numbers/b.Elapsed().Seconds(), "numbers/s")
}
