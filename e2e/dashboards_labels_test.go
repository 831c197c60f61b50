package e2e

import (
	"fmt"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// checker collects what is wrong with a query.
type checker struct {
	metrics  map[string]metric
	problems []string
}

func (c *checker) failf(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// need reports the names that are not in the set.
func (c *checker) need(set labels, in parser.Node, names ...string) {
	for _, name := range names {
		if !set[name] {
			c.failf("there is no label %s in %s", name, in)
		}
	}
}

// labelsOf returns the labels that a query's result can have, and reports
// metrics that do not exist and labels that cannot be there.
func (c *checker) labelsOf(node parser.Node) labels {
	switch e := node.(type) {
	case *parser.VectorSelector:
		return c.selected(e)
	case *parser.AggregateExpr:
		return c.aggregated(e)
	case *parser.BinaryExpr:
		return c.joined(e)
	case *parser.Call:
		return c.called(e)
	}
	set := labels{}
	for child := range parser.ChildrenIter(node) {
		set = set.union(c.labelsOf(child))
	}
	return set
}

func (c *checker) selected(e *parser.VectorSelector) labels {
	set := labels{}
	names := selectedNames(e)
	if len(names) == 0 {
		c.failf("no metric is named in %s", e)
	}
	for _, name := range names {
		m, ok := lookup(c.metrics, name)
		if !ok {
			c.failf("there is no metric %s", name)
			return labels{}
		}
		set = set.union(m.labels)
	}
	for _, m := range e.LabelMatchers {
		if m.Name != model.MetricNameLabel {
			c.need(set, e, m.Name)
		}
	}
	return set
}

// selectedNames are the metric names of a selector, by name or by a choice of
// names in __name__.
func selectedNames(e *parser.VectorSelector) []string {
	if e.Name != "" {
		return []string{e.Name}
	}
	for _, m := range e.LabelMatchers {
		if m.Name == model.MetricNameLabel {
			return strings.Split(m.Value, "|")
		}
	}
	return nil
}

func (c *checker) aggregated(e *parser.AggregateExpr) labels {
	in := c.labelsOf(e.Expr)
	c.need(in, e, e.Grouping...)
	switch {
	case e.Op == parser.TOPK, e.Op == parser.BOTTOMK:
		return in
	case e.Without:
		return in.without(e.Grouping...)
	}
	return labelSet(e.Grouping...)
}

func (c *checker) joined(e *parser.BinaryExpr) labels {
	left, right := c.labelsOf(e.LHS), c.labelsOf(e.RHS)
	if e.LHS.Type() == parser.ValueTypeScalar {
		return right
	}
	match := e.VectorMatching
	if match == nil {
		return left
	}
	if match.On {
		c.need(left, e.LHS, match.MatchingLabels...)
		c.need(right, e.RHS, match.MatchingLabels...)
	}
	switch {
	case e.Op == parser.LOR:
		return left.union(right)
	case e.Op == parser.LAND, e.Op == parser.LUNLESS:
		return left
	case match.Card == parser.CardManyToOne:
		c.need(right, e.RHS, match.Include...)
		return left.union(labelSet(match.Include...))
	case match.Card == parser.CardOneToMany:
		c.need(left, e.LHS, match.Include...)
		return right.union(labelSet(match.Include...))
	case match.On:
		return labelSet(match.MatchingLabels...)
	}
	return left.without(match.MatchingLabels...)
}

func (c *checker) called(e *parser.Call) labels {
	set := labels{}
	for _, arg := range e.Args {
		set = set.union(c.labelsOf(arg))
	}
	text := func(i int) string {
		s, _ := e.Args[i].(*parser.StringLiteral)
		return s.Val
	}
	switch e.Func.Name {
	case "label_replace":
		if source := text(3); source != "" {
			c.need(set, e, source)
		}
		return set.union(labelSet(text(1)))
	case "label_join":
		for i := 3; i < len(e.Args); i++ {
			c.need(set, e, text(i))
		}
		return set.union(labelSet(text(1)))
	case "histogram_quantile":
		return set.without("le")
	case "scalar":
		return labels{}
	}
	return set
}
