package e2e

import (
	"regexp"
	"slices"
	"strings"
	"testing"
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

// readmeRows are the cells of a table of the README, without its heading.
func readmeRows(t *testing.T, name string, columns int) [][]string {
	t.Helper()
	ruler := regexp.MustCompile(`^[-| :]+$`)
	var rows [][]string
	body := false
	for line := range strings.Lines(readmePart(t, name)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			continue
		}
		if ruler.MatchString(line) {
			body = true
			continue
		}
		if !body {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.Trim(cells[i], " `")
		}
		if len(cells) != columns || slices.Contains(cells, "") {
			t.Errorf("not %d cells that all say something: %s", columns, line)
			continue
		}
		rows = append(rows, cells)
	}
	return rows
}

func TestReadmeTellsOfEveryAlert(t *testing.T) {
	var told []alert
	for _, row := range readmeRows(t, "alerts", 3) {
		told = append(told, alert{row[0], row[1]})
	}
	if want := shippedAlerts(t); !slices.Equal(told, want) {
		t.Errorf("the README has the alerts\n%v\nshipped are\n%v", told, want)
	}
}

func TestReadmeTellsOfEveryDashboard(t *testing.T) {
	dashboards := loadDashboards(t)
	rows := readmeRows(t, "dashboards", 3)
	if len(rows) != len(dashboards) {
		t.Errorf("the README has %d dashboards, shipped are %d", len(rows), len(dashboards))
	}
	link := regexp.MustCompile(`^\[(.+)\]\(.*\)$`)
	for _, row := range rows {
		title := link.ReplaceAllString(row[0], "$1")
		d, ok := dashboards[strings.TrimPrefix(row[1], "vobiz-")]
		if !ok || d.UID != row[1] || d.Title != title {
			t.Errorf("no dashboard is called %q and has the uid %s", title, row[1])
		}
	}
}
