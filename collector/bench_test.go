package collector

import (
	"fmt"
	"hash/maphash"
	"runtime"
	"testing"
	"time"

	"vobiz_exporter/vobiz"
)

func benchNumber(i int) vobiz.Number {
	return vobiz.Number{
		ID: fmt.Sprintf("aabbccdd-1234-5678-90ab-%012d", i), AccountID: fmt.Sprintf("MA_%d", i%1000),
		E164: fmt.Sprintf("+91%010d", i), Country: "IN", Status: "active", Currency: "INR",
		Capabilities: vobiz.Capabilities{Voice: true}, MonthlyFee: 300e6, HasApplication: i%50 > 0,
		NextBilling: foldNow.Add(time.Duration(i%720) * time.Hour),
	}
}

var benchFold = FoldOptions{
	Windows:     []Window{{"7d", 168 * time.Hour}, {"14d", 336 * time.Hour}, {"30d", 720 * time.Hour}},
	DetailLimit: 1000, ByAccount: true,
}

// BenchmarkFold takes in 100,000 numbers of 1,000 customers.
func BenchmarkFold(b *testing.B) {
	numbers := make([]vobiz.Number, 100_000)
	for i := range numbers {
		numbers[i] = benchNumber(i)
	}
	b.ReportAllocs()
	for b.Loop() {
		f := newFold(benchFold, foldNow, maphash.MakeSeed())
		for i := range numbers {
			f.add(&numbers[i])
		}
		f.inventory()
	}
	b.ReportMetric(float64(b.N*len(numbers))/b.Elapsed().Seconds(), "numbers/s")
}

// BenchmarkMemory reports what a number takes while a second inventory is
// folded beside the ids of the first: the most that is held at any time.
func BenchmarkMemory(b *testing.B) {
	const numbers = 1_000_000
	for b.Loop() {
		before := heapInUse()
		r := &numbersReader{options: benchFold, seed: maphash.MakeSeed()}
		var f *fold
		for run := range 2 {
			f = newFold(benchFold, foldNow, r.seed)
			for i := range numbers {
				n := benchNumber(i)
				f.add(&n)
			}
			if run == 0 {
				f.inventory()
				r.count(&f.seen)
			}
		}
		b.ReportMetric(float64(heapInUse()-before)/numbers, "bytes/number")
		runtime.KeepAlive(r)
		runtime.KeepAlive(f)
	}
}

func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
