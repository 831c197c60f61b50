// Package e2e runs what is shipped as it is meant to be run: the exporter's binary,
// a real Prometheus with the rules, a real Alertmanager with the routes, and
// somebody to be told.
package e2e

import (
	"sync"
	"testing"
)

// The three run at the same time, each on a Prometheus and an Alertmanager of its
// own, for most of what they do is wait. They do not count as parallel tests, of
// which there are only as many at a time as there are cores.
func TestChain(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	exporter := buildExporter(t)
	var running sync.WaitGroup
	for name, test := range map[string]func(*testing.T, string){
		"faults": testFaults, "outage": testOutage, "demo": testDemo,
	} {
		running.Go(func() {
			t.Run(name, func(t *testing.T) { test(t, exporter) })
		})
	}
	running.Wait()
}
