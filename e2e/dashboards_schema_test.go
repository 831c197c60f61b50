package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dashboard is as much of Grafana's classic schema as the tests look at.
type dashboard struct {
	raw           string
	ID            *int     `json:"id"`
	UID           string   `json:"uid"`
	Title         string   `json:"title"`
	Description   string   `json:"description"`
	Tags          []string `json:"tags"`
	Editable      *bool    `json:"editable"`
	SchemaVersion int      `json:"schemaVersion"`
	Refresh       string   `json:"refresh"`
	Time          struct{ From, To string }
	Links         []struct {
		Type        string   `json:"type"`
		Tags        []string `json:"tags"`
		IncludeVars bool     `json:"includeVars"`
		KeepTime    bool     `json:"keepTime"`
	} `json:"links"`
	Templating struct{ List []variable } `json:"templating"`
	Panels     []panel                   `json:"panels"`
}

type variable struct {
	Name       string           `json:"name"`
	Label      string           `json:"label"`
	Type       string           `json:"type"`
	Definition string           `json:"definition"`
	Query      json.RawMessage  `json:"query"`
	Datasource *json.RawMessage `json:"datasource"`
	Refresh    int              `json:"refresh"`
	Multi      bool             `json:"multi"`
	IncludeAll bool             `json:"includeAll"`
	AllValue   string           `json:"allValue"`
	Current    struct {
		Value any `json:"value"` // a text, or a list where several can be chosen
	} `json:"current"`
}

// chosen is what a variable of one value holds when the dashboard opens.
func (v variable) chosen() string {
	text, _ := v.Current.Value.(string)
	return text
}

type panel struct {
	ID          int                      `json:"id"`
	Type        string                   `json:"type"`
	Title       string                   `json:"title"`
	Description string                   `json:"description"`
	GridPos     struct{ X, Y, W, H int } `json:"gridPos"`
	Datasource  datasource               `json:"datasource"`
	Targets     []target                 `json:"targets"`
	FieldConfig struct {
		Defaults struct {
			Unit   string   `json:"unit"`
			Min    *float64 `json:"min"`
			Custom struct {
				Stacking struct{ Mode string } `json:"stacking"`
			} `json:"custom"`
		} `json:"defaults"`
		Overrides []override `json:"overrides"`
	} `json:"fieldConfig"`
	Options struct {
		SortBy []struct{ DisplayName string } `json:"sortBy"`
	} `json:"options"`
	Transformations []transformation `json:"transformations"`
	Panels          []panel          `json:"panels"`
}

type datasource struct{ Type, UID string }

type target struct {
	RefID        string     `json:"refId"`
	Datasource   datasource `json:"datasource"`
	Expr         string     `json:"expr"`
	Instant      bool       `json:"instant"`
	Range        bool       `json:"range"`
	Format       string     `json:"format"`
	LegendFormat string     `json:"legendFormat"`
}

type override struct {
	Matcher struct {
		ID      string `json:"id"`
		Options string `json:"options"`
	} `json:"matcher"`
	Properties []struct {
		ID string `json:"id"`
	} `json:"properties"`
}

type transformation struct {
	ID      string `json:"id"`
	Options struct {
		ByField string `json:"byField"`
		Include struct{ Names []string }
		Rename  map[string]string `json:"renameByName"`
	} `json:"options"`
}

// loadDashboards reads the shipped dashboards, by file name without its ending.
func loadDashboards(t *testing.T) map[string]dashboard {
	t.Helper()
	files, err := filepath.Glob("../dashboards/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dashboards found: %v", err)
	}
	dashboards := map[string]dashboard{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := dashboard{raw: string(data)}
		if err := json.Unmarshal(data, &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		dashboards[strings.TrimSuffix(filepath.Base(file), ".json")] = d
	}
	return dashboards
}

// all are the panels of the dashboard, those in folded rows too.
func (d dashboard) all() []panel {
	var panels []panel
	for _, p := range d.Panels {
		panels = append(append(panels, p), p.Panels...)
	}
	return panels
}

// drawn are the panels without the rows.
func (d dashboard) drawn() []panel {
	var panels []panel
	for _, p := range d.all() {
		if p.Type != "row" {
			panels = append(panels, p)
		}
	}
	return panels
}

func (d dashboard) variable(name string) bool {
	for _, v := range d.Templating.List {
		if v.Name == name {
			return true
		}
	}
	return false
}
