package collector

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"vobiz_exporter/internal/readme"
)

var _ = flag.Bool("update", false, "write the README's table anew")

// TestReadmeListsTheMetrics keeps the README's table equal to the families.
func TestReadmeListsTheMetrics(t *testing.T) {
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
	readme.Check(t, "../README.md", "metrics", rows.String())
}
