package e2e

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/e2e/program"
)

// demoAlerts are the alerts that the demo brings, with their severities. In
// production's time the last of them, the page on routes, comes 12 minutes after
// the start: the demo deletes an application after two.
func demoAlerts() []string {
	return []string{
		"VobizAadhaarUnverified warning",
		"VobizCustomerWithoutActiveNumber warning",
		"VobizDetailDropped info",
		"VobizNumbersBlocked warning",
		"VobizNumbersNotRouted critical",
		"VobizNumbersNotRouted warning",
		"VobizRenewalNotCovered critical",
		"VobizRenewalNotCovered warning",
		"VobizRenewalOverdue warning",
	}
}

// mayBeEmpty are the queries that need not return anything in the demo, as
// "dashboard: panel: query", and why their emptiness is good news. There are none:
// the demo has something for each.
func mayBeEmpty() map[string]string {
	return map[string]string{}
}

// testDemo runs the demo, and asks everything that the dashboards ask.
func testDemo(t *testing.T, binary string) {
	exporter := start(t, nil, binary, "--demo", "--inventory.min-refresh-interval=5s", timeoutOffset, "--web.listen-address="+anyPort)
	s := startStack(t, jobs{"vobiz": {exporter.Address}})
	s.settled(t, 1, 10)

	questions := dashboardQueries(t)
	for name := range mayBeEmpty() {
		if _, ok := questions[name]; !ok {
			t.Errorf("no dashboard asks %q, which is said to be allowed to be empty", name)
		}
		delete(questions, name)
	}
	asked := len(questions)
	program.Eventually(t, 3*time.Minute, func() string {
		for name, ask := range questions {
			series, err := ask(s)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if series > 0 {
				delete(questions, name)
			}
		}
		if len(questions) > 0 {
			return "nothing is returned for\n" + strings.Join(slices.Sorted(maps.Keys(questions)), "\n")
		}
		return ""
	})
	t.Logf("all of %d questions are answered", asked)

	program.Eventually(t, 3*time.Minute, func() string {
		firing := s.firing(t)
		if !slices.Equal(firing, demoAlerts()) {
			return fmt.Sprintf("the demo brings\n%s\nwant\n%s", strings.Join(firing, "\n"), strings.Join(demoAlerts(), "\n"))
		}
		return ""
	})
}

// question asks Prometheus what a dashboard asks, and says how many series there
// are in the answer.
type question func(*stack) (int, error)

// dashboardQueries are the questions of all panels and all variables, by name.
func dashboardQueries(t *testing.T) map[string]question {
	questions := map[string]question{}
	for name, d := range loadDashboards(t) {
		for _, p := range d.drawn() {
			for _, q := range p.Targets {
				questions[fmt.Sprintf("%s: %s: %s", name, p.Title, q.RefID)] = ask(d, q)
			}
		}
		for _, v := range d.Templating.List {
			if query := labelValues.FindStringSubmatch(v.Definition); query != nil {
				questions[fmt.Sprintf("%s: $%s", name, v.Name)] = askValues(d, query[1], query[2])
			}
		}
	}
	return questions
}

func ask(d dashboard, q target) question {
	return func(s *stack) (int, error) {
		now := time.Now()
		query := filled(d, q.Expr)
		stamp := func(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
		path, parameters := "query", url.Values{"query": {query}, "time": {stamp(now)}}
		if q.Range {
			path, parameters = "query_range", url.Values{
				"query": {query}, "start": {stamp(now.Add(-shownRange))}, "end": {stamp(now)}, "step": {"2"},
			}
		}
		var data struct{ Result []any }
		err := s.get(path, parameters, &data)
		return len(data.Result), err
	}
}

func askValues(d dashboard, selector, label string) question {
	return func(s *stack) (int, error) {
		var values []string
		err := s.get("label/"+label+"/values", url.Values{"match[]": {filled(d, selector)}}, &values)
		return len(values), err
	}
}

// shownRange is what the dashboards show: as much as the demo has run.
const shownRange = time.Minute

// filled is a query as Grafana sends it, with every variable as it is when the
// dashboard opens.
func filled(d dashboard, query string) string {
	pairs := []string{"$__range", "1m", "$__rate_interval", "4s", "$__interval", "2s"}
	for _, v := range d.Templating.List {
		value := v.AllValue
		if !v.IncludeAll {
			value = v.chosen()
		}
		pairs = append(pairs, "${"+v.Name+"}", value, "$"+v.Name, value)
	}
	return strings.NewReplacer(pairs...).Replace(query)
}
