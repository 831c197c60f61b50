package e2e

import (
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// labels are the label names that a series can have.
type labels map[string]bool

func labelSet(names ...string) labels {
	set := labels{}
	for _, name := range names {
		set[name] = true
	}
	return set
}

func (l labels) union(other labels) labels {
	set := labels{}
	for _, from := range []labels{l, other} {
		for name := range from {
			set[name] = true
		}
	}
	return set
}

func (l labels) without(names ...string) labels {
	set := labels{}
	for name := range l {
		if !slices.Contains(names, name) {
			set[name] = true
		}
	}
	return set
}

// metric is what a query has to know of a family.
type metric struct {
	kind   string // gauge, counter, histogram; "rule" for a recording rule
	labels labels
}

// money says whether values of the family are amounts in the currency of their
// label.
func (m metric) money(name string) bool {
	return m.labels["currency"] && (strings.HasSuffix(name, "_fees") || strings.HasSuffix(name, "_balance"))
}

// exporterMetrics is what the documentation lists; a test of the exporter's own
// holds that to the code.
func exporterMetrics(t *testing.T) map[string]metric {
	t.Helper()
	metrics := map[string]metric{}
	for _, row := range documents(t)["docs/metrics.md"].table(t, "metric", "type", "labels", "meaning") {
		names := strings.FieldsFunc(row["labels"], func(r rune) bool { return strings.ContainsRune(", ", r) })
		metrics[row["metric"]] = metric{row["type"], labelSet(append(names, "job", "instance")...)}
	}
	return metrics
}

// allMetrics is what a query may name: the exporter's families, what Prometheus
// adds, and the shipped recording rules.
func allMetrics(t *testing.T) map[string]metric {
	t.Helper()
	metrics := exporterMetrics(t)
	for _, file := range ruleFiles(t) {
		for _, group := range file.Groups {
			for _, rule := range group.Rules {
				if rule.Record == "" {
					continue
				}
				c := checker{metrics: metrics}
				metrics[rule.Record] = metric{"rule", c.labelsOf(parseQuery(t, rule.Expr))}
			}
		}
	}
	return metrics
}

// lookup finds a family by the name of one of its series.
func lookup(metrics map[string]metric, name string) (metric, bool) {
	if m, ok := metrics[name]; ok {
		return m, true
	}
	for _, suffix := range []string{"_bucket", "_sum", "_count"} {
		base, found := strings.CutSuffix(name, suffix)
		if m := metrics[base]; found && m.kind == "histogram" {
			return metric{m.kind, m.labels.union(labelSet("le"))}, true
		}
	}
	kind := "gauge"
	if strings.HasSuffix(name, "_total") {
		kind = "counter"
	}
	target := labelSet("job", "instance")
	switch {
	case name == "ALERTS":
		return metric{kind, labelSet("alertname", "alertstate", "severity", "job")}, true
	case name == "up", strings.HasPrefix(name, "scrape_"):
		return metric{kind, target}, true
	case strings.HasPrefix(name, "go_"), strings.HasPrefix(name, "process_"):
		return metric{kind, target.union(labelSet("version", "quantile"))}, true
	case strings.HasPrefix(name, "promhttp_"):
		return metric{kind, target.union(labelSet("code", "cause"))}, true
	}
	return metric{}, false
}

// ruleFiles are the shipped rules.
func ruleFiles(t *testing.T) map[string]*rulefmt.RuleGroups {
	t.Helper()
	names, err := filepath.Glob("../alerts/*.yml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no rules found: %v", err)
	}
	files := map[string]*rulefmt.RuleGroups{}
	for _, name := range names {
		files[name] = parseRules(t, name)
	}
	return files
}

func parseRules(t *testing.T, file string) *rulefmt.RuleGroups {
	t.Helper()
	groups, errs := rulefmt.ParseFile(file, false, model.LegacyValidation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		t.Fatalf("%s: %v", file, errs)
	}
	return groups
}

// parseQuery parses a query or fails the test.
func parseQuery(t *testing.T, query string) parser.Expr {
	t.Helper()
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(query)
	if err != nil {
		t.Fatalf("%v in %s", err, query)
	}
	return expr
}
