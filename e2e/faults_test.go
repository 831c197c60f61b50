package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/e2e/program"
	"vobiz_exporter/vobiz/vobiztest"
)

// afterwards is how long it is watched that nothing more comes: over two group
// intervals of Alertmanager, in which whatever it still has to say is sent.
const afterwards = 2*5*time.Minute/timeScale + 2*time.Second

// replicas is the job with two exporters.
const replicas = "vobiz-replicas"

// testFaults breaks everything at once, each fault in a job of its own, and mends
// it: whoever is to be told is told, once, and nobody else of anything else.
func testFaults(t *testing.T, binary string) {
	all := faults()
	targets := jobs{}
	apis := map[string]*api{}
	for _, f := range all {
		apis[f.job] = startAPI(t, healthy())
		targets[f.job] = []string{startExporter(t, binary, apis[f.job], anyPort, f.args...).Address}
	}
	apis[replicas] = startAPI(t, healthy())
	first := startExporter(t, binary, apis[replicas], anyPort)
	second := startExporter(t, binary, apis[replicas], anyPort)
	targets[replicas] = []string{first.Address, second.Address}
	s := startStack(t, targets)

	// What the rules compare the present with; and it is quiet.
	s.settled(t, len(targets), 45)
	if got := s.receiver.all(); len(got) > 0 {
		t.Fatalf("a healthy inventory brings:\n%s", list(got))
	}

	strike(all, apis, false)
	second.Kill()
	apis[replicas].Update(func(inv *vobiztest.Inventory) { inv.Numbers[0].IsBlocked = true })
	s.settled(t, len(targets), 75)
	strike(all, apis, true)
	want := wanted(append(all, fault{job: replicas, want: []told{
		{"ticket", "VobizExporterDown", 1, "1 of 2"},
		{"ticket", "VobizNumbersBlocked", 1, replicas + ": 1."},
	}}))
	check := func() string { return differs(s.receiver.all(), want) }
	program.Eventually(t, 2*time.Minute, check)
	program.Throughout(t, afterwards, check)
	checkTexts(t, s.receiver.all(), want)
	s.checkNobodyIsTold(t)

	for _, f := range all {
		f.mend(apis[f.job])
	}
	restore(apis[replicas])
	targets[replicas] = []string{first.Address}
	s.reconfigure(t, targets)
	ended := func() string { return s.receiver.unresolved(want) }
	program.Eventually(t, 2*time.Minute, ended)
	program.Throughout(t, afterwards, ended)
}

func strike(faults []fault, apis map[string]*api, late bool) {
	for _, f := range faults {
		if f.late == late {
			f.strike(apis[f.job])
		}
	}
}

// wanted are all notifications that the faults are to bring.
func wanted(faults []fault) []notification {
	var all []notification
	for _, f := range faults {
		for _, w := range f.want {
			all = append(all, notification{w.receiver, "firing", w.alert, f.job, w.alerts, w.text})
		}
	}
	return all
}

// checkTexts wants the words that each notification is to hold.
func checkTexts(t *testing.T, got, want []notification) {
	t.Helper()
	for _, w := range want {
		for _, g := range got {
			if g.String() == w.String() && !strings.Contains(strings.ReplaceAll(g.text, "\n", " "), w.text) {
				t.Errorf("%s\nsays: %s\nnot: %s", g, g.text, w.text)
			}
		}
	}
}

// checkNobodyIsTold wants the alerts that only inform to fire, and those that
// another one speaks for to be held back rather than not to fire.
func (s *stack) checkNobodyIsTold(t *testing.T) {
	t.Helper()
	for _, want := range []string{
		`ALERTS{alertname="VobizDetailDropped",severity="info",job="vobiz-inventory"}`,
		`ALERTS{alertname="VobizRenewalNotCovered",severity="warning",account="MA_01",job="vobiz-inventory"}`,
		`ALERTS{alertname="VobizNumbersNotRouted",severity="warning",job="vobiz-routes"}`,
		`ALERTS{alertname="VobizCustomerWithoutActiveNumber",severity="warning",job="vobiz-customer"}`,
		`ALERTS{alertname="VobizCustomerWithoutActiveNumber",severity="critical",job="vobiz-shrank"}`,
		`ALERTS{alertname="VobizInventoryShrank",severity="warning",job="vobiz-shrank"}`,
		`ALERTS{alertname="VobizInventoryStale",severity="warning",endpoint="numbers",job="vobiz-credentials"}`,
		`ALERTS{alertname="VobizInventoryStale",severity="warning",endpoint="accounts",job="vobiz-customers-refused"}`,
	} {
		if firing := s.query(t, strings.TrimSuffix(want, "}")+`,alertstate="firing"}`); len(firing) == 0 {
			t.Errorf("does not fire, and is only to be held back: %s", want)
		}
	}
}

// unresolved is an objection until each of the groups has been resolved, once,
// and when there is another.
func (r *receiver) unresolved(groups []notification) string {
	ends := map[string]int{}
	for _, n := range r.all() {
		if n.status == "resolved" {
			ends[n.receiver+" "+n.alert+" "+n.job]++
		}
	}
	var wrong []string
	for _, g := range groups {
		key := g.receiver + " " + g.alert + " " + g.job
		if ends[key] != 1 {
			wrong = append(wrong, fmt.Sprintf("%s: resolved %d times", key, ends[key]))
		}
		delete(ends, key)
	}
	for key := range ends {
		wrong = append(wrong, key+": resolved, but was never told")
	}
	return strings.Join(wrong, "\n")
}
