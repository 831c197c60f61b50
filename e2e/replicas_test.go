package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/e2e/program"
	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

// long keeps an exporter from reading twice in a test.
func long() []string {
	return []string{"--inventory.min-refresh-interval=1h", "--inventory.max-age=2h"}
}

// scrapeAll is a Prometheus configuration for exporters, with the shipped rules.
func scrapeAll(t *testing.T, exporters ...*program.Process) string {
	t.Helper()
	rules := t.TempDir() + "/vobiz.rules.yml"
	writeFile(t, rules, scaled(t, shippedRules))
	var targets []string
	for _, e := range exporters {
		targets = append(targets, fmt.Sprintf("%q", e.Address))
	}
	return "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n" +
		"rule_files: [" + rules + "]\n" +
		"scrape_configs: [{job_name: vobiz, static_configs: [{targets: [" + strings.Join(targets, ", ") + "]}]}]\n"
}

// says waits for the single figure that a query has to come to.
func (s *stack) says(t *testing.T, query string, want int) {
	t.Helper()
	program.Eventually(t, time.Minute, func() string {
		found := s.query(t, query)
		if len(found) != 1 || found[0].Value[1] != fmt.Sprint(want) {
			return fmt.Sprintf("%s is %v, want %d", query, found, want)
		}
		return ""
	})
}

// waitReady waits until an exporter has read everything, and returns what it shows.
func waitReady(t *testing.T, exporter *program.Process) (all model.Series) {
	t.Helper()
	program.Eventually(t, time.Minute, func() string {
		all = pulled(t, exporter)
		for _, endpoint := range []string{"numbers", "accounts"} {
			if all[fmt.Sprintf("vobiz_up{endpoint=%q}", endpoint)] != 1 {
				return endpoint + " have not been read"
			}
		}
		return ""
	})
	return all
}

// Two replicas each read the API, and show everything twice to whoever adds up
// instances; one exporter shows it to two Prometheus servers for one read.
func TestReplicas(t *testing.T) {
	if testing.Short() {
		t.Skip("takes ten seconds")
	}
	inv := generated()
	numbers := len(inv.Numbers)
	binary, a := buildExporter(t), startAPI(t, inv)

	first := startExporter(t, binary, a, anyPort, long()...)
	waitReady(t, first)
	oneRead := a.Count("")
	if pages := (numbers + 99) / 100; a.Count(vobiztest.EndpointNumbers) != pages {
		t.Fatalf("%d pages of numbers were read, want %d", a.Count(vobiztest.EndpointNumbers), pages)
	}
	second := startExporter(t, binary, a, anyPort, long()...)
	waitReady(t, second)

	both := startPrometheus(t, scrapeAll(t, first, second))
	both.says(t, "sum(vobiz_dids)", 2*numbers)
	both.says(t, "sum(max by (account, country, status) (vobiz_dids))", numbers)
	both.says(t, "job:vobiz_dids:sum", numbers) // of the shipped rules

	another := startPrometheus(t, scrapeAll(t, first))
	another.says(t, "sum(vobiz_dids)", numbers)

	if n := a.Count(""); n != 2*oneRead {
		t.Errorf("%d API requests for two exporters and two Prometheus servers, want twice %d", n, oneRead)
	}

	// One replica is enough for those who do not add up.
	second.Kill()
	both.says(t, "sum(up)", 1)
	both.says(t, "sum(max by (account, country, status) (vobiz_dids))", numbers)
	both.says(t, "job:vobiz_dids:sum", numbers)
}

// With the state file of the replica before it, an exporter asks the API nothing
// within the interval; after it, it reads as ever.
func TestReplicaAfterReplica(t *testing.T) {
	binary, a := buildExporter(t), startAPI(t, generated())
	file := "--inventory.state-file=" + t.TempDir() + "/state"
	first := startExporter(t, binary, a, anyPort, append(long(), file)...)
	want := addedOf(waitReady(t, first))
	oneRead := a.Count("")
	first.Terminate(t)
	a.ResetRequests()

	second := startExporter(t, binary, a, anyPort, append(long(), file)...)
	if objection := unlike(addedOf(pulled(t, second)), want); objection != "" {
		t.Error(objection)
	}
	prometheus := startPrometheus(t, scrapeAll(t, second))
	prometheus.says(t, "sum(vobiz_dids)", a.numbers())
	if n := a.Count(""); n != 0 {
		t.Errorf("%d API requests within the interval", n)
	}
	second.Terminate(t)

	third := startExporter(t, binary, a, anyPort, file, "--inventory.min-refresh-interval=0s")
	program.Eventually(t, time.Minute, func() string {
		if pulled(t, third); a.Count("") < oneRead {
			return "after the interval the API is not read"
		}
		return ""
	})
}

// Replicas that run at the same time should not share a state file: neither sees
// what the other reads, and the last to write decides what the next begins with.
func TestReplicasOfOneStateFile(t *testing.T) {
	binary, a := buildExporter(t), startAPI(t, generated())
	file := "--inventory.state-file=" + t.TempDir() + "/state"
	shows := func(p *program.Process) (sum int) {
		for _, value := range waitReady(t, p).Family("vobiz_dids") {
			sum += int(value)
		}
		return sum
	}
	before := a.numbers()
	older := startExporter(t, binary, a, anyPort, append(long(), file)...)
	if n := shows(older); n != before {
		t.Fatalf("%d numbers, want %d", n, before)
	}
	a.Update(func(inv *vobiztest.Inventory) {
		inv.Numbers = append(inv.Numbers, number(inv.Accounts[0].AuthID, 1))
	})
	newer := startExporter(t, binary, a, anyPort, file, "--inventory.min-refresh-interval=0s")
	program.Eventually(t, time.Minute, func() string {
		if n := shows(newer); n != before+1 {
			return fmt.Sprintf("the second replica shows %d numbers, want %d", n, before+1)
		}
		return ""
	})
	newer.Terminate(t)
	if n := shows(older); n != before {
		t.Errorf("the first replica shows %d numbers, want the %d that it read", n, before)
	}
	older.Terminate(t)

	a.ResetRequests()
	next := startExporter(t, binary, a, anyPort, append(long(), file)...)
	if n := shows(next); n != before+1 {
		t.Errorf("the next replica begins with %d numbers, want the %d that were written last", n, before+1)
	}
	if n := a.Count(""); n != 0 {
		t.Errorf("%d API requests within the interval", n)
	}
}

// numbers is how many the inventory holds.
func (a *api) numbers() (n int) {
	a.Update(func(inv *vobiztest.Inventory) { n = len(inv.Numbers) })
	return n
}
