package kubernetes

import (
	"encoding/json"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"sigs.k8s.io/yaml"
)

// parse reads rules as Prometheus does.
func parse(t *testing.T, text []byte) []rulefmt.RuleGroup {
	t.Helper()
	groups, errs := rulefmt.Parse(text, false, model.LegacyValidation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return groups.Groups
}

// What the operator gives Prometheus of the PrometheusRule is what alerts/ has.
func TestRules(t *testing.T) {
	text, err := yaml.Marshal(render(t, manifests).rules.Spec)
	if err != nil {
		t.Fatal(err)
	}
	got, want := parse(t, text), parse(t, []byte(read(t, root+"/alerts/vobiz.rules.yml")))
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%d groups, want %d", len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("the group\n%+v\nshould be\n%+v", got[i], want[i])
		}
	}
}

// kubectl apply notes what it has sent in an annotation, which is in the object.
const (
	annotationLimit = 256 << 10
	objectLimit     = 1 << 20
)

// Each dashboard is there, as it is, under a name of its own, and can be applied.
func TestDashboards(t *testing.T) {
	c, want := render(t, manifests), dashboards(t)
	if len(c.dashboards) != len(want) {
		t.Errorf("there are %v", slices.Collect(maps.Keys(c.dashboards)))
	}
	for name, text := range want {
		var dashboard struct{ UID string }
		if err := json.Unmarshal([]byte(text), &dashboard); err != nil || dashboard.UID == "" {
			t.Fatalf("%s: no uid, %v", name, err)
		}
		config := c.dashboards["vobiz-dashboard-"+name]
		if got := config.Data[dashboard.UID+".json"]; got != text || len(config.Data) != 1 {
			t.Errorf("%s: its data is another", name)
		}
		if config.Labels["grafana_dashboard"] != "1" || config.Annotations["grafana_folder"] != "Vobiz" {
			t.Errorf("%s: Grafana's sidecar does not find it: %v %v", name, config.Labels, config.Annotations)
		}
	}
	for name, sent := range c.sent {
		if len(sent) >= annotationLimit || 2*len(sent) >= objectLimit {
			t.Errorf("%s has %d bytes: kubectl apply cannot take it", name, len(sent))
		}
	}
}
