package e2e

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

const routesTable = "../examples/alertmanager/routes.tsv"

// receivers is who gets an alert of each severity.
func receivers() map[string]string {
	return map[string]string{"critical": "pager", "warning": "ticket", "info": "null"}
}

// Every alert, in each of its severities, is in the table of routes, and amtool
// finds each of them on its way to the receiver named there.
func TestRoutes(t *testing.T) {
	table, err := os.ReadFile(routesTable)
	if err != nil {
		t.Fatal(err)
	}
	routes := map[string]string{}
	for line := range strings.Lines(string(table)) {
		receiver, labels, _ := strings.Cut(strings.TrimSpace(line), "\t")
		words := strings.Fields(labels)
		if len(words) > 1 {
			routes[words[0]+" "+words[1]] = receiver
		}
	}
	for _, a := range shippedAlerts(t) {
		key := "alertname=" + a.name + " severity=" + a.severity
		if routes[key] != receivers()[a.severity] {
			t.Errorf("%s goes to %q", key, routes[key])
		}
	}
	check := exec.Command("../examples/alertmanager/routes_test.sh")
	check.Env = append(os.Environ(), "AMTOOL="+tool(t, "amtool"))
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
