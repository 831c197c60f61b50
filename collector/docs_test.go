package collector

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"vobiz_exporter/internal/doctable"
)

var _ = flag.Bool("update", false, "write the tables of metrics anew")

// TestDocsListTheMetrics keeps the table of metrics equal to the families.
func TestDocsListTheMetrics(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n")
	build := spec{
		name: "vobiz_exporter_build_info", kind: gauge, help: "1, with what the program was built from.",
		labels: []string{"branch", "goarch", "goos", "goversion", "revision", "tags", "version"},
	}
	for _, s := range append(table[:], build) {
		var labels []string
		for _, l := range s.labels {
			labels = append(labels, "`"+l+"`")
		}
		fmt.Fprintf(&rows, "| `%s` | %s | %s | %s |\n", s.name, s.kind, strings.Join(labels, ", "), strings.TrimSuffix(s.help, cached))
	}
	doctable.Check(t, "../docs/metrics.md", "metrics", rows.String())
}

// TestReadmeListsTheMainMetrics keeps the README's short table equal to the
// families that a newcomer looks for first.
func TestReadmeListsTheMainMetrics(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("| metric | meaning |\n| --- | --- |\n")
	for _, id := range []metricID{
		didsID, withoutApplicationID, aadhaarUnverifiedID, renewingID, renewalFeesID, monthlyFeesID,
		accountBalanceID, accountActiveID, didProblemID, upID, ageID,
	} {
		s := table[id]
		fmt.Fprintf(&rows, "| `%s{%s}` | %s |\n", s.name, strings.Join(s.labels, ","), strings.TrimSuffix(s.help, cached))
	}
	doctable.Check(t, "../README.md", "main metrics", rows.String())
}
