package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

// What is served after a fault: the inventory of before, or what the API holds
// by now.
const (
	lastGood = "last good"
	fresh    = "new"
)

// When an exporter is well again once the fault is over.
const (
	nextRead   = "at the next read"
	afterPause = "at the first read after the pause"
	later      = "when the pause is over; until then the API is not asked"
)

// faultGroup is a part of the matrix.
type faultGroup struct {
	title string
	rows  []faultRow
}

// faultRow is a fault, and what it has to come to.
type faultRow struct {
	name  string
	flags []string
	alone bool // an attack on memory, or on what tests share: nothing may run beside it

	faults []vobiztest.Fault             // what strikes
	stage  func(*testing.T, *stage)      // or how it is staged, where the API itself is sound
	change func(*vobiztest.Inventory)    // what the API holds by then, beside what always changes
	seen   func(*vobiztest.Inventory)    // what of that the exporter understands, if not all
	series model.Series                  // or what is served, where no inventory says it
	check  func(*testing.T, *afterwards) // what else holds

	numbers, accounts ending
	note              string // on what is served
	heals             string // nextRead unless set
}

// ending is how a fault ends for one endpoint.
type ending struct {
	served  string
	up      float64
	retries string // reasons and how often each
}

// afterwards is what a row's check may look at.
type afterwards struct {
	*stage
	e      *exporter
	before model.Series
	got    model.Series
}

// figures are what was measured.
type figures struct {
	took time.Duration // the longer of the two reads
	heap uint64        // bytes at the peak above those before
}

// maxGrowth is what no fault may make the heap grow by. It counts garbage not
// yet collected, and the API that runs in the same process.
const maxGrowth = 64 << 20

// TestFaults breaks the API in every way there is, and holds what the exporter
// then serves, counts and says against the table. With -update it runs row after
// row, measures, and writes docs/faults.md.
func TestFaults(t *testing.T) {
	groups := faultGroups()
	measured := map[string]figures{}
	count := 0
	for _, group := range groups {
		count += len(group.rows)
		t.Run(group.title, func(t *testing.T) {
			for i := range group.rows {
				row := &group.rows[i]
				t.Run(row.name, func(t *testing.T) {
					if *update || row.alone {
						measured[row.name] = row.run(t)
						return
					}
					t.Parallel()
					row.run(t)
				})
			}
		})
	}
	if t.Failed() || *update && len(measured) < count {
		return // a part of the matrix is no matrix
	}
	checkFaultsPage(t, groups, measured)
}

func (row *faultRow) run(t *testing.T) figures {
	o := model.Defaults(time.Now())
	first, struck := beforeAndAfter(o, row.change)
	s := newStage(t, row, cloned(first))
	e := start(t, against(t, s.url, row.args(s)...)...)
	before := e.settled(t)
	sameSeries(t, model.Of(first, o), before, time.Now())

	s.api.Update(func(inv *vobiztest.Inventory) { *inv = *cloned(struck) })
	watch := watchHeap()
	s.strike()
	asked := time.Now()
	got := e.pull("60")
	growth := watch.stop()
	row.compare(t, o, first, struck, got)
	for endpoint, want := range map[string]ending{"numbers": row.numbers, "accounts": row.accounts} {
		want.compare(t, endpoint, before, got)
		trueAge(t, endpoint, got, asked)
	}
	if (*update || row.alone) && growth > maxGrowth {
		t.Errorf("the heap grew by %d MiB", growth>>20)
	}
	if row.check != nil {
		row.check(t, &afterwards{s, e, before, got})
	}
	row.heal(t, s, e, o)
	if log := e.log.String(); strings.Contains(log, "panic") || strings.Contains(log, vobiztest.CustomerTokenMark) {
		t.Errorf("the log tells of a panic or a secret:\n%s", log)
	}
	took := max(got[`vobiz_inventory_refresh_duration_seconds{endpoint="numbers"}`], got[`vobiz_inventory_refresh_duration_seconds{endpoint="accounts"}`])
	return figures{time.Duration(took * float64(time.Second)), growth}
}

// args are the row's flags, and those that make all rows quick.
func (row *faultRow) args(s *stage) []string {
	args := slices.Concat(s.flags, row.flags)
	for _, flag := range []string{"--inventory.min-refresh-interval=0s", "--vobiz.max-retries=1", "--vobiz.page-size=20"} {
		name, _, _ := strings.Cut(flag, "=")
		if !slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, name+"=") }) {
			args = append(args, flag)
		}
	}
	return args
}

// compare holds the figures against the model's, for the inventory that has to
// be served.
func (row *faultRow) compare(t *testing.T, o model.Options, first, struck *vobiztest.Inventory, got model.Series) {
	t.Helper()
	if row.series != nil {
		sameSeries(t, row.series, got, time.Now())
		return
	}
	understood := cloned(struck)
	if row.seen != nil {
		row.seen(understood)
	}
	served := &vobiztest.Inventory{Numbers: first.Numbers, Accounts: first.Accounts}
	if row.numbers.served == fresh {
		served.Numbers = understood.Numbers
	}
	if row.accounts.served == fresh {
		served.Accounts = understood.Accounts
	}
	sameSeries(t, model.Of(served, o), got, time.Now())
}

// compare holds what the exporter says of one endpoint against what it has to.
func (want ending) compare(t *testing.T, endpoint string, before, got model.Series) {
	t.Helper()
	label := fmt.Sprintf("{endpoint=%q}", endpoint)
	if up := got["vobiz_up"+label]; up != want.up {
		t.Errorf("vobiz_up of %s is %v, want %v", endpoint, up, want.up)
	}
	var retries []string
	for _, reason := range []string{"rate_limited", "server_error", "network", "bad_body"} {
		series := fmt.Sprintf("vobiz_api_retries_total{endpoint=%q,reason=%q}", endpoint, reason)
		if n := got[series] - before[series]; n != 0 {
			retries = append(retries, fmt.Sprint(reason, " ", n))
		}
	}
	if retried := strings.Join(retries, ", "); retried != want.retries {
		t.Errorf("retries of %s: %q, want %q", endpoint, retried, want.retries)
	}
	name := "vobiz_inventory_last_success_timestamp_seconds" + label
	if same := got[name] == before[name]; same != (want.served == lastGood) {
		t.Errorf("%s: the last good read is from %v, before the fault it was from %v", endpoint, got[name], before[name])
	}
	ended := fmt.Sprintf("vobiz_inventory_refreshes_total{endpoint=%q,result=%q}", endpoint, map[float64]string{0: "error", 1: "success"}[want.up])
	if got[ended] != before[ended]+1 {
		t.Errorf("%s is %v, before the fault it was %v", ended, got[ended], before[ended])
	}
}

// trueAge holds the age against the time of the last good read: together they
// are a moment since the pull began.
func trueAge(t *testing.T, endpoint string, got model.Series, asked time.Time) {
	t.Helper()
	const tolerance = 0.01 // floats of seconds since 1970, and a clock that is being set
	label := fmt.Sprintf("{endpoint=%q}", endpoint)
	at := got["vobiz_inventory_last_success_timestamp_seconds"+label] + got["vobiz_inventory_age_seconds"+label]
	seconds := func(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }
	if at < seconds(asked)-tolerance || at > seconds(time.Now())+tolerance {
		t.Errorf("the age of %s was true at %v, pulled from %v to now", endpoint, at, seconds(asked))
	}
}

// heal ends the fault, and sees what the API then holds served.
func (row *faultRow) heal(t *testing.T, s *stage, e *exporter, o model.Options) {
	t.Helper()
	s.api.Clear()
	s.repair()
	_, sound := beforeAndAfter(o, nil)
	s.api.Update(func(inv *vobiztest.Inventory) { *inv = *cloned(sound) })
	if row.heals == later {
		asked := s.api.Count("")
		if e.pull("60"); s.api.Count("") != asked {
			t.Error("the API was asked although it wants to be left alone")
		}
		return
	}
	got := e.pull("60")
	for start := time.Now(); row.heals == afterPause && !up(got) && time.Since(start) < 30*time.Second; {
		got = e.pull("60")
	}
	if !up(got) {
		t.Error("it did not heal")
	}
	sameSeries(t, model.Of(sound, o), got, time.Now())
}
