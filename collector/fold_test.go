package collector

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"vobiz_exporter/vobiz"
)

var foldNow = time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)

func foldOf(options FoldOptions, numbers ...vobiz.Number) *Inventory {
	if options.Windows == nil {
		options.Windows = []Window{{"7d", 7 * 24 * time.Hour}, {"30d", 30 * 24 * time.Hour}}
	}
	f := newFold(options, foldNow, maphash.MakeSeed())
	for i := range numbers {
		if numbers[i].ID == "" {
			numbers[i].ID = fmt.Sprint(i)
		}
		f.add(&numbers[i])
	}
	return f.inventory()
}

// TestWindowEnds: both ends of a window belong to it, and the next nanosecond
// does not.
func TestWindowEnds(t *testing.T) {
	day := 24 * time.Hour
	for left, want := range map[time.Duration][3]int64{
		-time.Nanosecond: {0, 0, 1}, 0: {1, 1, 0}, 7 * day: {1, 1, 0}, 7*day + 1: {0, 1, 0},
		30 * day: {0, 1, 0}, 30*day + 1: {0, 0, 0},
	} {
		inv := foldOf(FoldOptions{}, vobiz.Number{NextBilling: foldNow.Add(left), MonthlyFee: 5})
		for _, g := range inv.Groups {
			for i, w := range want {
				if g.Due[i].Numbers != w || int64(g.Due[i].Fees) != 5*w {
					t.Errorf("%s left: %+v, want %v", left, g.Due, want)
				}
			}
		}
	}
}

// TestDetailDoesNotDependOnOrder: whatever the order of the pages, the same
// series are kept, the soonest first, and two numbers with one label share a
// series under the earlier date.
func TestDetailDoesNotDependOnOrder(t *testing.T) {
	var numbers []vobiz.Number
	for i := range 200 {
		numbers = append(numbers, vobiz.Number{
			ID: fmt.Sprint(i), AccountID: "MA_1", E164: fmt.Sprintf("+%d", i/2), Status: "active",
			NextBilling: foldNow.Add(time.Duration(i*37%200-10) * time.Hour),
		})
	}
	first := foldOf(FoldOptions{DetailLimit: 30}, numbers...)
	if len(first.Billing) != 30 || first.Dropped.Billing != 70 || len(first.Problems) != 30 {
		t.Fatalf("%d kept and %d dropped, %d problems", len(first.Billing), first.Dropped.Billing, len(first.Problems))
	}
	earliest := make(map[string]int64)
	for _, n := range numbers {
		at := n.NextBilling.UnixMicro()
		if old, ok := earliest[n.E164]; !ok || at < old {
			earliest[n.E164] = at
		}
	}
	for i, e := range first.Billing {
		if e.Rank != earliest[e.Key.Number] || (i > 0 && e.Rank < first.Billing[i-1].Rank) {
			t.Errorf("%+v, want %d", e, earliest[e.Key.Number])
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		r.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
		again := foldOf(FoldOptions{DetailLimit: 30}, numbers...)
		if !slices.Equal(first.Billing, again.Billing) || !slices.Equal(first.Problems, again.Problems) || first.Dropped != again.Dropped {
			t.Fatal("another order, another detail")
		}
	}
}

func TestLabel(t *testing.T) {
	long := strings.Repeat("x", 127)
	for in, want := range map[string]string{
		"": "", "active": "active", "a\nb\"c\\": "a\nb\"c\\", "\xff\xc3x": "\uFFFDx",
		long + "yz": long + "y", long + "é": long, strings.Repeat("é", 100): strings.Repeat("é", 64),
	} {
		got := label(in)
		if got != want || !utf8.ValidString(got) || len(got) > maxLabelBytes {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := label(strings.Repeat("\xff", 500) + "end"); !utf8.ValidString(got) || len(got) > maxLabelBytes {
		t.Errorf("%q", got)
	}
}

func TestParseWindows(t *testing.T) {
	got, err := ParseWindows("30d, 36h,1w")
	want := []Window{{"36h", 36 * time.Hour}, {"1w", 7 * 24 * time.Hour}, {"30d", 30 * 24 * time.Hour}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", "7", "7d,", "-7d", "0s", "7d,1w", "soon", strings.Repeat("1d,2d,", 20) + "3d"} {
		if got, err := ParseWindows(bad); err == nil {
			t.Errorf("%q was taken as %v", bad, got)
		}
	}
}

func TestIDSet(t *testing.T) {
	var set idSet
	model := make(map[uint64]bool)
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		hash := r.Uint64N(10_000) // 0 among them, and many twice
		if hash == 1 {
			continue // shares its slot with 0
		}
		if set.has(hash) != model[hash] || set.add(hash) == model[hash] {
			t.Fatalf("%d is taken for what it is not", hash)
		}
		model[hash] = true
	}
	if set.len != len(model) || len(set.all()) != len(model) || set.has(10_001) {
		t.Errorf("%d in the set, %d listed, want %d", set.len, len(set.all()), len(model))
	}
}

// TestLabelsAreCapped: an API that makes up values without end makes no series
// without end, and nothing is lost.
func TestLabelsAreCapped(t *testing.T) {
	var numbers []vobiz.Number
	for i := range 100_000 {
		numbers = append(numbers, vobiz.Number{AccountID: "MA_1", Status: fmt.Sprint("s", i), Country: "IN"})
	}
	inv := foldOf(FoldOptions{ByAccount: true}, numbers...)
	if len(inv.Groups) != maxStatuses+1 || inv.Capped != len(numbers)-maxStatuses {
		t.Errorf("%d groups, %d capped", len(inv.Groups), inv.Capped)
	}
	if g := inv.Groups[groupKey{"MA_1", "IN", other, unknown}]; g == nil || g.Numbers != int64(inv.Capped) {
		t.Errorf("under other: %+v", g)
	}
}
