package e2e

import (
	"fmt"
	"testing"
	"time"

	"vobiz_exporter/e2e/program"
	"vobiz_exporter/vobiz/vobiztest"
)

// testOutage kills the exporter while alerts are open, brings it back, mends the
// inventory, and then takes the target away.
func testOutage(t *testing.T, binary string) {
	const job = "vobiz"
	a := startAPI(t, healthy())
	exporter := startExporter(t, binary, a, anyPort)
	s := startStack(t, jobs{job: {exporter.Address}})
	s.settled(t, 1, 10)

	a.Update(func(inv *vobiztest.Inventory) {
		strikeRoutes(inv)
		inv.Numbers[0].IsBlocked = true
	})
	open := []notification{
		{receiver: "pager", status: "firing", alert: "VobizNumbersNotRouted", job: job, alerts: 2},
		{receiver: "ticket", status: "firing", alert: "VobizNumbersBlocked", job: job, alerts: 1},
	}
	told := func() string { return differs(s.receiver.all(), open) }
	program.Eventually(t, time.Minute, told)

	// One page. In time Prometheus itself loses the other alerts, for it has no
	// data: nobody must take that for their end.
	exporter.Kill()
	open = append(open, notification{receiver: "pager", status: "firing", alert: "VobizExporterDown", job: job, alerts: 1})
	program.Eventually(t, time.Minute, told)
	program.Eventually(t, time.Minute, func() string { return s.others(t, 0) })
	program.Throughout(t, afterwards, told)

	// Back on its feet, its alerts fire again; they have been told.
	_ = startExporter(t, binary, a, exporter.Address)
	open = append(open, notification{receiver: "pager", status: "resolved", alert: "VobizExporterDown", job: job, alerts: 1})
	program.Eventually(t, time.Minute, func() string { return s.others(t, 2) })
	program.Eventually(t, time.Minute, told)
	program.Throughout(t, afterwards, told)

	// Now they end, and that is told.
	restore(a)
	for _, n := range open[:2] {
		n.status = "resolved"
		open = append(open, n)
	}
	program.Eventually(t, time.Minute, told)

	// Without a target there is nothing to be down.
	s.reconfigure(t, jobs{"something-else": {s.alertmanager.Address}})
	open = append(open, notification{receiver: "pager", status: "firing", alert: "VobizExporterAbsent", alerts: 1})
	program.Eventually(t, time.Minute, told)
	program.Throughout(t, afterwards, told)
}

// others is an objection unless as many alerts as wanted fire in Prometheus on
// routes and blocked numbers.
func (s *stack) others(t *testing.T, want int) string {
	t.Helper()
	const query = `count by (alertname) (ALERTS{alertname=~"VobizNumbersBlocked|VobizNumbersNotRouted",alertstate="firing"})`
	if firing := s.query(t, query); len(firing) != want {
		return fmt.Sprintf("%d of the alerts on numbers fire, want %d: %v", len(firing), want, firing)
	}
	return ""
}
