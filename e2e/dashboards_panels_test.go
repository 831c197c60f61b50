package e2e

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

func TestPanels(t *testing.T) {
	metrics := allMetrics(t)
	for name, d := range loadDashboards(t) {
		for _, p := range d.all() {
			if p.Title == "" {
				t.Errorf("%s: panel %d has no title", name, p.ID)
			}
		}
		for _, p := range d.drawn() {
			for _, problem := range panelProblems(t, metrics, d, p) {
				t.Errorf("%s: %s: %s", name, p.Title, problem)
			}
		}
	}
}

// panelProblems are what is wrong with a panel, its queries and its columns.
func panelProblems(t *testing.T, metrics map[string]metric, d dashboard, p panel) []string {
	c := checker{metrics: metrics}
	want := func(ok bool, problem string) {
		if !ok {
			c.failf("%s", problem)
		}
	}
	want(slices.Contains([]string{"stat", "timeseries", "bargauge", "table", "text"}, p.Type), "the panel's type is "+p.Type)
	want(p.Description != "", "there is no description")
	if p.Type == "text" {
		return c.problems
	}
	defaults := p.FieldConfig.Defaults
	want(defaults.Unit != "", "there is no unit")
	want(defaults.Custom.Stacking.Mode != "normal" || defaults.Min != nil && *defaults.Min == 0, "stacked series must begin at 0")
	want(len(p.Targets) > 0, "there is no query")
	want(p.Datasource == datasource{"prometheus", "${datasource}"}, "the data source is not $datasource")
	columns := labelSet("Time")
	for _, q := range p.Targets {
		want(q.Datasource == p.Datasource, "the query's data source is not $datasource")
		graph := p.Type == "timeseries"
		want(q.Instant == !graph && q.Range == graph, "graphs ask for a range, all others for an instant")
		want((q.Format == "table") == (p.Type == "table"), "tables ask for a table, all others do not")
		expr := parseQuery(t, interpolate(&c, d, q.Expr))
		result := c.check(expr)
		c.checkTargets(expr)
		for _, name := range legendLabel.FindAllStringSubmatch(q.LegendFormat, -1) {
			c.need(result, expr, name[1])
		}
		if graph {
			c.checkAxis(expr)
		}
		columns = columns.union(result).union(labelSet("Value", "Value #"+q.RefID))
	}
	if p.Type == "table" {
		c.checkTable(p, columns)
	}
	return c.problems
}

var (
	variableUse = regexp.MustCompile(`\$\{?(\w+)`)
	legendLabel = regexp.MustCompile(`\{\{ *(\w+) *\}\}`)
)

// interpolate puts durations for Grafana's own variables. The dashboard's are
// left as they are, for they stand in strings.
func interpolate(c *checker, d dashboard, query string) string {
	query = strings.NewReplacer("$__rate_interval", "4m", "$__interval", "1m", "$__range", "1d").Replace(query)
	for _, use := range variableUse.FindAllStringSubmatch(query, -1) {
		if !d.variable(use[1]) {
			c.failf("$%s is no variable here", use[1])
		}
	}
	return query
}

// checkAxis wants one currency on an axis.
func (c *checker) checkAxis(expr parser.Expr) {
	for _, selector := range selectors(expr) {
		m, _ := lookup(c.metrics, selector.Name)
		if m.money(selector.Name) && !oneCurrency(selector) {
			c.failf("%s has several currencies on one axis", selector)
		}
	}
}

// checkTable finds columns that the queries do not have, and headings that are
// named and not there.
func (c *checker) checkTable(p panel, columns labels) {
	headings := labels{}
	matrix := false
	for _, tr := range p.Transformations {
		matrix = matrix || tr.ID == "groupingToMatrix"
		for _, name := range append(tr.Options.Include.Names, tr.Options.ByField) {
			if name != "" && !columns[name] {
				c.failf("no query gives the column %s", name)
			}
		}
		for from, to := range tr.Options.Rename {
			if !matrix && !columns[from] {
				c.failf("no query gives the column %s, renamed to %s", from, to)
			}
			headings[to] = true
		}
	}
	width := false
	for _, o := range p.FieldConfig.Overrides {
		if o.Matcher.ID == "byName" && !headings[o.Matcher.Options] {
			c.failf("there is no column %s to override", o.Matcher.Options)
		}
		for _, property := range o.Properties {
			width = width || property.ID == "custom.width"
		}
	}
	if !width {
		c.failf("no column has a width")
	}
	for _, by := range p.Options.SortBy {
		if !headings[by.DisplayName] {
			c.failf("there is no column %s to sort by", by.DisplayName)
		}
	}
}
