package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/yuin/goldmark/ast"
	"go.yaml.in/yaml/v3"
)

// alert is one alert at one severity.
type alert struct{ name, severity string }

// shippedAlerts are those of the rules, in their order.
func shippedAlerts(t *testing.T) []alert {
	t.Helper()
	var alerts []alert
	for _, group := range parseRules(t, shippedRules).Groups {
		for _, rule := range group.Rules {
			if rule.Alert != "" {
				alerts = append(alerts, alert{rule.Alert, rule.Labels["severity"]})
			}
		}
	}
	return alerts
}

func TestDocsListTheAlerts(t *testing.T) {
	rows := documents(t)["alerts/README.md"].table(t, "alert", "severity", "for", "fires when")
	for _, group := range parseRules(t, shippedRules).Groups {
		for _, rule := range group.Rules {
			if rule.Alert == "" {
				continue
			}
			i := slices.IndexFunc(rows, func(row map[string]string) bool {
				held, err := model.ParseDuration(row["for"])
				return row["alert"] == rule.Alert && row["severity"] == rule.Labels["severity"] && err == nil && held == rule.For
			})
			if i < 0 || rows[i]["fires when"] == "" {
				t.Errorf("%s, %s, for %s, is not listed, or listed otherwise", rule.Alert, rule.Labels["severity"], time.Duration(rule.For))
				continue
			}
			rows = slices.Delete(rows, i, i+1)
		}
	}
	for _, row := range rows {
		t.Errorf("there is no such alert: %v", row)
	}
}

func TestDocsListTheDashboards(t *testing.T) {
	dashboards := loadDashboards(t)
	rows := documents(t)["README.md"].table(t, "dashboard", "uid", "what it answers")
	if len(rows) != len(dashboards) {
		t.Errorf("the README has %d dashboards, shipped are %d", len(rows), len(dashboards))
	}
	for _, row := range rows {
		d, ok := dashboards[strings.TrimPrefix(row["uid"], "vobiz-")]
		if !ok || d.UID != row["uid"] || d.Title != row["dashboard"] || row["what it answers"] == "" {
			t.Errorf("no dashboard is like %v", row)
		}
	}
}

// Each alert leads to a page of its own, which says what there is to know.
func TestRunbooks(t *testing.T) {
	pages, named := documents(t), map[string]bool{}
	for _, group := range parseRules(t, shippedRules).Groups {
		for _, rule := range group.Rules {
			if rule.Alert == "" {
				continue
			}
			path := "alerts/runbooks/" + rule.Alert + ".md"
			named[path] = true
			if url := rule.Annotations["runbook_url"]; !strings.HasPrefix(url, "https://") || !strings.HasSuffix(url, "/"+path) {
				t.Errorf("%s leads to %s", rule.Alert, url)
			}
			page, ok := pages[path]
			if !ok {
				t.Errorf("%s is not there", path)
				continue
			}
			var headings []string
			each(page, func(heading *ast.Heading) { headings = append(headings, page.plain(heading)) })
			if want := []string{rule.Alert, "Meaning", "Impact", "Diagnosis", "Mitigation"}; !slices.Equal(headings, want) {
				t.Errorf("%s has %v, not %v", path, headings, want)
			}
		}
	}
	for path := range pages {
		if filepath.Dir(path) == "alerts/runbooks" && !named[path] {
			t.Errorf("no alert leads to %s", path)
		}
	}
}

// Each alert has a unit test in which it fires, at each severity, one in which it
// does not, and one with a gap in the data.
func TestAlertsHaveUnitTests(t *testing.T) {
	type unitTest struct {
		InputSeries []struct{ Values string } `yaml:"input_series"`
		AlertRule   []struct {
			Alert    string `yaml:"alertname"`
			Expected []struct {
				Labels map[string]string `yaml:"exp_labels"`
			} `yaml:"exp_alerts"`
		} `yaml:"alert_rule_test"`
	}
	gap := regexp.MustCompile(`(^|\s)_(x\d+)?(\s|$)|stale`)
	fires, silent, gaps := map[alert]bool{}, map[string]bool{}, map[string]bool{}
	files, err := filepath.Glob("../alerts/tests/*.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var parsed struct{ Tests []unitTest }
		if err := yaml.Unmarshal(text, &parsed); err != nil {
			t.Fatal(file, err)
		}
		for _, test := range parsed.Tests {
			holes := false
			for _, series := range test.InputSeries {
				holes = holes || gap.MatchString(series.Values)
			}
			for _, rule := range test.AlertRule {
				gaps[rule.Alert] = gaps[rule.Alert] || holes
				silent[rule.Alert] = silent[rule.Alert] || len(rule.Expected) == 0
				for _, fired := range rule.Expected {
					fires[alert{rule.Alert, fired.Labels["severity"]}] = true
				}
			}
		}
	}
	for _, a := range shippedAlerts(t) {
		if !fires[a] || !silent[a.name] || !gaps[a.name] {
			t.Errorf("%v: a test in which it fires: %t, does not: %t, with a gap in the data: %t", a, fires[a], silent[a.name], gaps[a.name])
		}
	}
}
