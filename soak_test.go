package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

var (
	soakRefreshes = flag.Int("soak", 50, "refreshes of TestSoak")
	soakSeed      = flag.Uint64("seed", 1, "seed of TestSoak")
)

// By how much a soak may grow beyond its first sample. Idle connections, up to
// eight for each side, come and go with the faults.
const (
	soakHeap        = 4 << 20
	soakGoroutines  = 32
	soakDescriptors = 32
)

// soak is an exporter, an API that changes and fails under it, and what the
// exporter has to show.
type soak struct {
	t   *testing.T
	r   *rand.Rand
	api *vobiztest.Server
	e   *exporter

	story   time.Time // by which the inventory evolves
	held    []vobiztest.Number
	settled bool // the API told no odd things of late

	reads    [2]counter          // good ones, of numbers and accounts
	truth    vobiztest.Inventory // as of the last of them
	readAt   time.Time           // when that of the numbers was
	families map[string]bool
	came     int
	went     int

	step    int
	fault   string // of this step
	faults  map[string]int
	failed  int
	checked int // figures compared
	samples []sample
}

// counter is a series and its last value.
type counter struct {
	series string
	value  float64
}

func (c *counter) grew(got model.Series) bool {
	before := c.value
	c.value = got[c.series]
	return c.value > before
}

// sample is what the process uses at one moment.
type sample struct {
	refreshes               int
	heap                    uint64
	goroutines, descriptors int
}

// TestSoak reads a changing inventory again and again, under random faults. It
// holds every figure of every pull against the model, and memory, goroutines and
// file descriptors against their bounds.
func TestSoak(t *testing.T) {
	s := newSoak(t)
	t.Logf("%d refreshes, seed %d", *soakRefreshes, *soakSeed)
	start := time.Now()
	every := max(*soakRefreshes/20, 10)
	got := s.pull()
	for refreshes := 0; refreshes < *soakRefreshes; {
		s.step++
		s.change()
		s.disturb()
		got = s.pull()
		s.api.Clear()
		s.check(got)
		numbers := got.Family("vobiz_inventory_refreshes_total")
		refreshes = int(numbers[`vobiz_inventory_refreshes_total{endpoint="numbers",result="success"}`] +
			numbers[`vobiz_inventory_refreshes_total{endpoint="numbers",result="error"}`])
		if refreshes >= every*(len(s.samples)+1) {
			s.measure(refreshes)
		}
	}
	s.report(got, time.Since(start))
}

func newSoak(t *testing.T) *soak {
	now := time.Now()
	inv := vobiztest.Generate(vobiztest.GenerateOptions{Seed: *soakSeed, Customers: 12, Numbers: 300, Now: now, Messy: true})
	model.SettleDates(inv, model.Defaults(now))
	s := &soak{
		t: t, r: rand.New(rand.NewPCG(*soakSeed, 0)), api: vobiztest.NewServer(inv, vobiztest.Options{}), story: now,
		truth: vobiztest.Inventory{Numbers: slices.Clone(inv.Numbers)}, families: map[string]bool{}, faults: map[string]int{},
		reads: [2]counter{
			{series: `vobiz_inventory_refreshes_total{endpoint="numbers",result="success"}`},
			{series: `vobiz_inventory_refreshes_total{endpoint="accounts",result="success"}`},
		},
	}
	args := against(t, partnerAPI(t, s.api), "--web.listen-address=127.0.0.1:0", "--inventory.min-refresh-interval=0s",
		"--vobiz.page-size=25", "--vobiz.max-retries=2", "--vobiz.request-timeout=2s", "--collector.detail-limit=100",
		"--inventory.state-file="+filepath.Join(t.TempDir(), "state"))
	s.e = launch(t, func(ctx context.Context, log io.Writer) error {
		f, err := parseFlags(args, io.Discard)
		if err != nil {
			return err
		}
		f.client.backoff = time.Millisecond
		return f.serve(ctx, log)
	})
	return s
}

// pull pulls, now and then with others at the same time, or after one that went
// away before its answer.
func (s *soak) pull() model.Series {
	if s.fault != "drift" && s.r.IntN(30) == 0 {
		if conn, err := net.Dial("tcp", strings.TrimPrefix(s.e.url, "http://")); err == nil {
			fmt.Fprint(conn, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
			_ = conn.Close()
		}
	}
	if s.fault != "drift" && s.r.IntN(20) == 0 {
		var others sync.WaitGroup
		for range 8 {
			others.Go(func() { s.e.pull("30") })
		}
		others.Wait()
	}
	return s.e.pull("30")
}

// check holds a pull against the model: of the inventory as it is where a read of
// this step was good, and else as it was at the last one that was.
func (s *soak) check(got model.Series) {
	s.t.Helper()
	s.api.Update(func(inv *vobiztest.Inventory) {
		if s.reads[0].grew(got) {
			came, went := difference(s.truth.Numbers, inv.Numbers)
			s.came, s.went = s.came+came, s.went+went
			s.truth.Numbers, s.readAt = slices.Clone(inv.Numbers), time.Now()
		}
		if s.reads[1].grew(got) {
			s.truth.Accounts = slices.Clone(inv.Accounts)
		}
	})
	o := model.Defaults(s.readAt)
	o.Detail = 100
	sound := vobiztest.Inventory{Accounts: s.truth.Accounts, Numbers: soundNumbers(s.truth.Numbers)}
	want := model.Of(&sound, o)
	want["vobiz_dids_added_total{}"], want["vobiz_dids_removed_total{}"] = float64(s.came), float64(s.went)
	want[`vobiz_inventory_duplicate_items{endpoint="numbers"}`] = 0
	want[`vobiz_inventory_duplicate_items{endpoint="accounts"}`] = 0
	want[`vobiz_inventory_rejected_items{endpoint="numbers"}`] = float64(len(s.truth.Numbers) - len(sound.Numbers))
	want[`vobiz_inventory_rejected_items{endpoint="accounts"}`] = 0
	want["vobiz_inventory_reported_total_dids{}"] = float64(len(s.truth.Numbers))
	for series := range want {
		name, _, _ := strings.Cut(series, "{")
		s.families[name] = true
	}
	for series := range got {
		name, _, _ := strings.Cut(series, "{")
		if _, ok := want[series]; !ok && s.families[name] {
			s.t.Errorf("%s should not be there", series)
		}
	}
	sameSeries(s.t, want, got, time.Now())
	s.checked += len(want)
	if got[`vobiz_up{endpoint="numbers"}`] != 1 || got[`vobiz_up{endpoint="accounts"}`] != 1 {
		s.failed++
		if s.fault == "none" || s.fault == "drift" {
			s.t.Errorf("a read failed for no reason:\n%s", s.e.log)
		}
	}
	if s.t.Failed() {
		s.t.Fatalf("at step %d (fault: %s) of the soak with seed %d", s.step, s.fault, *soakSeed)
	}
}

func soundNumbers(numbers []vobiztest.Number) []vobiztest.Number {
	return slices.DeleteFunc(slices.Clone(numbers), func(n vobiztest.Number) bool { return n.Raw != nil })
}

// difference counts the numbers that came and went from one inventory to another.
func difference(before, after []vobiztest.Number) (came, went int) {
	ids := make(map[string]bool)
	for _, n := range soundNumbers(before) {
		ids[n.ID] = true
	}
	for _, n := range soundNumbers(after) {
		if !ids[n.ID] {
			came++
		}
		delete(ids, n.ID)
	}
	return came, len(ids)
}

// measure takes a sample, and looks for secrets in the log so far.
func (s *soak) measure(refreshes int) {
	s.t.Helper()
	now := usage(refreshes)
	for range 100 { // connections that were closed take a moment to be gone
		if len(s.samples) == 0 || now.within(s.samples[0]) {
			break
		}
		s.e.get("/-/healthy")
		now = usage(refreshes)
	}
	s.samples = append(s.samples, now)
	if first := s.samples[0]; !now.within(first) {
		s.t.Fatalf("it grows: from %+v to %+v, with seed %d", first, now, *soakSeed)
	}
	log := s.e.log.take()
	for _, mark := range []string{
		vobiztest.DefaultAuthToken, vobiztest.CustomerTokenMark, vobiztest.CustomerEmailMark,
		vobiztest.CustomerPhoneMark, vobiztest.CustomerAddressMark,
	} {
		if strings.Contains(log, mark) {
			s.t.Fatalf("%q is in the log:\n%s", mark, log)
		}
	}
}

func usage(refreshes int) sample {
	runtime.GC()
	runtime.GC() // what finalizers and pools let go at the first
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	descriptors, _ := os.ReadDir("/proc/self/fd") // none where there is no such thing
	return sample{refreshes, m.HeapAlloc, runtime.NumGoroutine(), len(descriptors)}
}

func (s sample) within(first sample) bool {
	return s.heap <= first.heap+soakHeap && s.goroutines <= first.goroutines+soakGoroutines &&
		s.descriptors <= first.descriptors+soakDescriptors
}

func (s *soak) report(got model.Series, took time.Duration) {
	for _, m := range s.samples {
		s.t.Logf("| %d | %.2f | %d | %d |", m.refreshes, float64(m.heap)/(1<<20), m.goroutines, m.descriptors)
	}
	s.t.Logf("%s, %d pulls compared, %d figures, %d of the pulls after a failed read, %d API requests, %d came, %d went",
		took.Round(time.Second), s.step, s.checked, s.failed, s.api.Count(""), s.came, s.went)
	for _, name := range slices.Sorted(maps.Keys(s.faults)) {
		s.t.Logf("| %s | %d |", name, s.faults[name])
	}
	for _, family := range []string{"vobiz_inventory_refreshes_total", "vobiz_api_retries_total", "vobiz_api_requests_total"} {
		list := got.Family(family)
		for _, series := range slices.Sorted(maps.Keys(list)) {
			if list[series] > 0 {
				s.t.Logf("%s %v", series, list[series])
			}
		}
	}
}
