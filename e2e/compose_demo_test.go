package e2e

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/e2e/program"

	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"
)

const (
	composeRules      = "../examples/compose/vobiz.rules.yml"
	composePrometheus = "../examples/compose/prometheus.yml"
)

var update = flag.Bool("update", false, "write what the examples have of other files anew")

// hurried are the shipped rules with a second for each minute that an alert waits
// or lingers; what they look at is left alone.
func hurried(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(shippedRules)
	if err != nil {
		t.Fatal(err)
	}
	_, rules, found := strings.Cut(string(text), "\ngroups:\n")
	if !found {
		t.Fatal("the rules have no groups")
	}
	waits := regexp.MustCompile(`(?m)^( +(?:for|keep_firing_for): )(\S+)$`)
	rules = waits.ReplaceAllStringFunc(rules, func(line string) string {
		part := waits.FindStringSubmatch(line)
		return part[1] + shorten(part[2])
	})
	return "# Made by make examples from alerts/vobiz.rules.yml: change that instead.\n" +
		"# For the demo alone: alerts wait a second for each minute there.\ngroups:\n" + rules
}

func TestComposeRules(t *testing.T) {
	want := hurried(t)
	if *update {
		if err := os.WriteFile(composeRules, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(composeRules); err != nil || string(got) != want {
		t.Errorf("%s is out of date; make examples writes it anew: %v", composeRules, err)
	}
	for _, group := range parseRules(t, composeRules).Groups {
		for _, rule := range group.Rules {
			if rule.For > model.Duration(time.Minute) {
				t.Errorf("%s%s still waits %s", rule.Alert, rule.Record, rule.For)
			}
		}
	}
}

// The demo's Prometheus is the example's, but for the times.
func TestComposePrometheus(t *testing.T) {
	var configs [2]map[string]any
	for i, file := range []string{shippedPrometheus, composePrometheus} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(text, &configs[i]); err != nil {
			t.Fatal(err)
		}
		delete(configs[i], "global")
	}
	if !reflect.DeepEqual(configs[0], configs[1]) {
		t.Errorf("%s has %v\n%s has %v", shippedPrometheus, configs[0], composePrometheus, configs[1])
	}
}

// Who starts the demo is shown figures and alerts at once.
func TestComposeDemoAlerts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	t.Parallel()
	command := []string(loadCompose(t).Services["exporter"].Command)
	exporter := start(t, nil, buildExporter(t), append(command, "--web.listen-address="+anyPort)...)
	text, err := os.ReadFile(composePrometheus)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := filepath.Abs(composeRules)
	if err != nil {
		t.Fatal(err)
	}
	config := strings.NewReplacer("vobiz.rules.yml", rules, "exporter:10420", exporter.Address, "alertmanager:9093", "127.0.0.1:1")
	began := time.Now()
	s := startPrometheus(t, config.Replace(string(text)))
	want := []string{"VobizRenewalNotCovered critical", "VobizNumbersBlocked warning", "VobizDetailDropped info"}
	program.Eventually(t, 2*time.Minute, func() string {
		firing := s.firing(t)
		for _, alert := range want {
			if !slices.Contains(firing, alert) {
				return "firing are " + strings.Join(firing, ", ") + ", and not " + alert
			}
		}
		return ""
	})
	t.Logf("%v fire %s after the start of Prometheus", want, time.Since(began).Round(time.Second))
}
