package e2e

import (
	"slices"
	"strings"
	"testing"

	promlabels "github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// check reports everything that is wrong with a query wherever it stands, and
// returns the labels of its result.
func (c *checker) check(expr parser.Expr) labels {
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		switch e := node.(type) {
		case *parser.VectorSelector:
			c.checkRate(e, path)
			c.checkReplicas(e, path)
			c.checkCurrency(e, path)
		case *parser.BinaryExpr:
			c.checkExchange(e)
		}
		return nil
	})
	return c.labelsOf(expr)
}

// checkRate wants counters and histograms inside a rate.
func (c *checker) checkRate(e *parser.VectorSelector, path []parser.Node) {
	m, _ := lookup(c.metrics, e.Name)
	if m.kind != "counter" && m.kind != "histogram" {
		return
	}
	for _, node := range path {
		if call, ok := node.(*parser.Call); ok && slices.Contains([]string{"rate", "irate", "increase"}, call.Func.Name) {
			return
		}
	}
	c.failf("the counter %s is used without a rate", e.Name)
}

// adds says whether an aggregation adds its series up, or counts them.
func adds(e *parser.AggregateExpr) bool {
	return slices.Contains([]parser.ItemType{parser.SUM, parser.COUNT, parser.AVG}, e.Op)
}

// keeps says whether an aggregation's result still has the label.
func keeps(e *parser.AggregateExpr, label string) bool {
	return slices.Contains(e.Grouping, label) != e.Without
}

// valued are the nodes around a selector that its values reach, innermost first.
// A value does not get past the right hand side of and and unless, nor past a
// comparison that gives 0 or 1.
func valued(e *parser.VectorSelector, path []parser.Node) []parser.Node {
	var nodes []parser.Node
	var child parser.Node = e
	for _, node := range slices.Backward(path) {
		if b, ok := node.(*parser.BinaryExpr); ok {
			if b.ReturnBool || child == b.RHS && (b.Op == parser.LAND || b.Op == parser.LUNLESS) {
				break
			}
		}
		nodes = append(nodes, node)
		child = node
	}
	return nodes
}

// checkReplicas wants what every replica of the exporter shows to be merged
// before it is added up.
func (c *checker) checkReplicas(e *parser.VectorSelector, path []parser.Node) {
	m, _ := lookup(c.metrics, e.Name)
	if m.kind != "gauge" || !strings.HasPrefix(e.Name, "vobiz_") {
		return
	}
	for _, node := range valued(e, path) {
		a, ok := node.(*parser.AggregateExpr)
		switch {
		case !ok || keeps(a, "instance"):
		case adds(a):
			c.failf("%s is added up before its replicas are merged by max: %s", e.Name, a)
			return
		case a.Op == parser.MAX || a.Op == parser.MIN:
			return
		}
	}
}

// checkCurrency wants amounts to be added up within one currency only.
func (c *checker) checkCurrency(e *parser.VectorSelector, path []parser.Node) {
	m, _ := lookup(c.metrics, e.Name)
	if !m.money(e.Name) || oneCurrency(e) {
		return
	}
	for _, node := range valued(e, path) {
		if a, ok := node.(*parser.AggregateExpr); ok && adds(a) && !keeps(a, "currency") {
			c.failf("currencies are added together: %s", a)
			return
		}
	}
}

func oneCurrency(e *parser.VectorSelector) bool {
	return slices.ContainsFunc(e.LabelMatchers, func(m *promlabels.Matcher) bool {
		return m.Name == "currency" && m.Type == promlabels.MatchEqual
	})
}

// checkExchange wants amounts to be compared within one currency only.
func (c *checker) checkExchange(e *parser.BinaryExpr) {
	match := e.VectorMatching
	if match == nil || e.Op.IsSetOperator() || !c.amount(e.LHS) || !c.amount(e.RHS) {
		return
	}
	if slices.Contains(match.MatchingLabels, "currency") != match.On {
		c.failf("amounts meet without regard to currency: %s", e)
	}
}

// amount says whether a query's values are money.
func (c *checker) amount(expr parser.Expr) bool {
	found := false
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		e, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		m, _ := lookup(c.metrics, e.Name)
		found = found || m.money(e.Name) && len(valued(e, path)) == len(path)
		return nil
	})
	return found
}

// checkTargets wants a dashboard's selector to follow the choice of job and
// instance. Alerts have no instance.
func (c *checker) checkTargets(expr parser.Expr) {
	for _, selector := range selectors(expr) {
		if selector.Name == "ALERTS" {
			continue
		}
		for name, value := range map[string]string{"job": "$job", "instance": "$instance"} {
			if !slices.ContainsFunc(selector.LabelMatchers, func(m *promlabels.Matcher) bool {
				return m.Name == name && m.Type == promlabels.MatchRegexp && m.Value == value
			}) {
				c.failf("%s has no %s=~%q", selector, name, value)
			}
		}
	}
}

func selectors(expr parser.Expr) []*parser.VectorSelector {
	var found []*parser.VectorSelector
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if e, ok := node.(*parser.VectorSelector); ok {
			found = append(found, e)
		}
		return nil
	})
	return found
}

func TestRules(t *testing.T) {
	metrics := allMetrics(t)
	for name, file := range ruleFiles(t) {
		for _, group := range file.Groups {
			for _, rule := range group.Rules {
				c := checker{metrics: metrics}
				c.check(parseQuery(t, rule.Expr))
				for _, problem := range c.problems {
					t.Errorf("%s: %s%s: %s", name, rule.Record, rule.Alert, problem)
				}
			}
		}
	}
}

// What the checks are there to find, they find.
func TestChecks(t *testing.T) {
	metrics := allMetrics(t)
	const target = `job=~"$job",instance=~"$instance"`
	for _, test := range []struct{ query, problem string }{
		{`max(vobiz_dids{` + target + `})`, ""},
		{`max by (account) (vobiz_numbers{` + target + `})`, "there is no metric vobiz_numbers"},
		{`max by (account) (vobiz_up{` + target + `})`, "there is no label account"},
		{`max(vobiz_up{` + target + `,endpiont="numbers"})`, "there is no label endpiont"},
		{`max by (job) (vobiz_dids{` + target + `}) * on (job, account) max by (job, account) (vobiz_dids{` + target + `})`, "there is no label account"},
		{`max by (account) (vobiz_dids{` + target + `}) * on (account) group_left (name) max by (account) (vobiz_account_info{` + target + `})`, "there is no label name"},
		{`max(vobiz_dids{job=~"$job"})`, "has no instance"},
		{`max(vobiz_dids{instance=~"$instance",job="vobiz"})`, "has no job"},
		{`sum(vobiz_api_requests_total{` + target + `})`, "without a rate"},
		{`max(vobiz_api_request_duration_seconds_bucket{` + target + `})`, "without a rate"},
		{`sum by (endpoint) (rate(vobiz_api_requests_total{` + target + `}[5m]))`, ""},
		{`sum by (account) (vobiz_dids{` + target + `})`, "before its replicas are merged"},
		{`sum by (account) (max by (account, status) (vobiz_dids{` + target + `}))`, ""},
		{`sum(max by (account, currency) (vobiz_monthly_fees{` + target + `}))`, "currencies are added together"},
		{`sum by (currency) (max by (account, currency) (vobiz_monthly_fees{` + target + `}))`, ""},
		{`sum(max by (account) (vobiz_monthly_fees{` + target + `,currency="$currency"}))`, ""},
		{`max by (account, currency) (vobiz_monthly_fees{` + target + `}) > on (account) max by (account, currency) (vobiz_account_balance{` + target + `})`, "without regard to currency"},
	} {
		c := checker{metrics: metrics}
		expr := parseQuery(t, test.query)
		c.check(expr)
		c.checkTargets(expr)
		found := strings.Join(c.problems, "; ")
		if test.problem == "" && found != "" || !strings.Contains(found, test.problem) {
			t.Errorf("%s: got %q, want %q", test.query, found, test.problem)
		}
	}
}
