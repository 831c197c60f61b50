package e2e

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestDashboard(t *testing.T) {
	dashboards := loadDashboards(t)
	for name, d := range dashboards {
		t.Run(name, func(t *testing.T) {
			want := func(what string, ok bool) {
				t.Helper()
				if !ok {
					t.Error(what)
				}
			}
			want("uid must be vobiz- and the file's name", d.UID == "vobiz-"+name)
			want("title must be Vobiz / and the file's name", strings.EqualFold(d.Title, "Vobiz / "+name))
			want("there is no description", d.Description != "")
			want("the tag must be vobiz", slices.Equal(d.Tags, []string{"vobiz"}))
			want("editable must be false", d.Editable != nil && !*d.Editable)
			want("id must be null", d.ID == nil && strings.Contains(d.raw, `"id": null`))
			want("schemaVersion must be 39", d.SchemaVersion == 39)
			want("the time range must be the last 24 hours", d.Time.From == "now-24h" && d.Time.To == "now")
			want("refresh must be 1m", d.Refresh == "1m")
			want("the dashboards must be linked by their tag, with variables and time", len(d.Links) == 1 && d.Links[0].Type == "dashboards" &&
				slices.Equal(d.Links[0].Tags, d.Tags) && d.Links[0].IncludeVars && d.Links[0].KeepTime)
			want("file provisioning resolves neither __inputs nor ${DS_…}", !strings.Contains(d.raw, "__inputs") && !strings.Contains(d.raw, "${DS_"))
			checkLayout(t, d)
			checkLinks(t, d, dashboards)
		})
	}
}

// checkLayout finds panels that share an id or a place, or leave the grid.
func checkLayout(t *testing.T, d dashboard) {
	ids := map[int]string{}
	panels := d.all()
	for i, p := range panels {
		if other, taken := ids[p.ID]; taken || p.ID == 0 {
			t.Errorf("panel %q has the id %d, as has %q", p.Title, p.ID, other)
		}
		ids[p.ID] = p.Title
		a := p.GridPos
		if a.X < 0 || a.Y < 0 || a.W < 1 || a.H < 1 || a.X+a.W > 24 {
			t.Errorf("panel %q is not on the grid: %+v", p.Title, a)
		}
		for _, other := range panels[:i] {
			b := other.GridPos
			if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("panels %q and %q overlap", other.Title, p.Title)
			}
		}
	}
}

var (
	urlField  = regexp.MustCompile(`"url": "([^"]+)"`)
	dashURL   = regexp.MustCompile(`^/d/([\w-]+)\?(.*)$`)
	viewPanel = regexp.MustCompile(`viewPanel=(\d+)`)
	sendVar   = regexp.MustCompile(`var-(\w+)=`)
	// labelValues is the one query that variables make.
	labelValues = regexp.MustCompile(`^label_values\((.+), (\w+)\)$`)
	passVar     = regexp.MustCompile(`\$\{(\w+):queryparam\}`)
)

// checkLinks finds links to dashboards, panels and variables that do not exist.
func checkLinks(t *testing.T, d dashboard, dashboards map[string]dashboard) {
	for _, field := range urlField.FindAllStringSubmatch(d.raw, -1) {
		link := dashURL.FindStringSubmatch(field[1])
		if link == nil {
			t.Errorf("not a link to a dashboard: %s", field[1])
			continue
		}
		to, ok := dashboards[strings.TrimPrefix(link[1], "vobiz-")]
		if !ok || to.UID != link[1] {
			t.Errorf("there is no dashboard %s", link[1])
			continue
		}
		if view := viewPanel.FindStringSubmatch(link[2]); view != nil &&
			!slices.ContainsFunc(to.drawn(), func(p panel) bool { return view[1] == strconv.Itoa(p.ID) }) {
			t.Errorf("%s has no panel %s", link[1], view[1])
		}
		for _, v := range sendVar.FindAllStringSubmatch(link[2], -1) {
			if !to.variable(v[1]) {
				t.Errorf("%s has no variable %s", link[1], v[1])
			}
		}
		for _, v := range passVar.FindAllStringSubmatch(link[2], -1) {
			if !d.variable(v[1]) {
				t.Errorf("the link %s passes %s, which is no variable here", field[1], v[1])
			}
		}
	}
}

func TestVariables(t *testing.T) {
	metrics := allMetrics(t)
	for name, d := range loadDashboards(t) {
		var names []string
		for _, v := range d.Templating.List {
			names = append(names, v.Name)
			if v.Type != "query" {
				continue
			}
			if v.Refresh != 2 {
				t.Errorf("%s: $%s is not refreshed when the time range changes", name, v.Name)
			}
			query := labelValues.FindStringSubmatch(v.Definition)
			if query == nil || !strings.Contains(string(v.Query), strings.ReplaceAll(v.Definition, `"`, `\"`)) {
				t.Errorf("%s: $%s is not label_values(selector, label), or definition and query differ", name, v.Name)
				continue
			}
			c := checker{metrics: metrics}
			expr := parseQuery(t, query[1])
			c.need(c.labelsOf(expr), expr, query[2])
			if v.Name != "job" && v.Name != "instance" {
				c.checkTargets(expr)
			}
			for _, problem := range c.problems {
				t.Errorf("%s: $%s: %s", name, v.Name, problem)
			}
		}
		if len(names) < 3 || !slices.Equal(names[:3], []string{"datasource", "job", "instance"}) {
			t.Errorf("%s: the variables begin with %v", name, names)
			continue
		}
		if d.Templating.List[0].Type != "datasource" {
			t.Errorf("%s: $datasource does not choose a data source", name)
		}
		for _, v := range d.Templating.List[1:3] {
			if v.Type != "query" || !v.Multi || !v.IncludeAll || v.AllValue != ".+" {
				t.Errorf("%s: $%s must take several values, and .+ for all", name, v.Name)
			}
		}
	}
}
