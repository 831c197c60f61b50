package kubernetes

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/relabel"
)

// target has the labels that the operator gives the exporter's target, by the
// ServiceMonitor.
func target(t *testing.T, c *cluster) map[string]string {
	t.Helper()
	endpoint := c.monitor.Spec.Endpoints[0]
	given := labels.NewBuilder(labels.FromMap(map[string]string{
		"job": c.service.Labels[c.monitor.Spec.JobLabel], "instance": "10.0.0.1:10420", "endpoint": endpoint.Port,
		"namespace": c.service.Namespace, "service": c.service.Name, "pod": "vobiz-exporter-0", "container": c.container(t).Name,
	}))
	for _, rule := range endpoint.RelabelConfigs {
		if rule.Action != string(relabel.LabelDrop) {
			t.Fatalf("nobody has looked at %+v", rule)
		}
		config := relabel.DefaultRelabelConfig
		config.Action, config.NameValidationScheme = relabel.LabelDrop, model.LegacyValidation
		config.Regex = relabel.MustNewRegexp(rule.Regex)
		relabel.ProcessBuilder(given, &config)
	}
	return given.Labels().Map()
}

// shown are the labels of the exporter's metrics.
func shown(body string) map[string]bool {
	names := map[string]bool{}
	label := regexp.MustCompile(`([a-z_]+)="(?:[^"\\]|\\.)*"`)
	for line := range strings.Lines(body) {
		for _, found := range label.FindAllStringSubmatch(line, -1) {
			if !strings.HasPrefix(line, "#") {
				names[found[1]] = true
			}
		}
	}
	return names
}

// Prometheus renames a metric's label that the target has too, and then neither rules
// nor dashboards find it. And the alert rules find the job.
func TestTargetLabels(t *testing.T) {
	c := render(t, manifests)
	got := target(t, c)
	_, body := get(t, startPod(t, demo(t), t.TempDir())+"/metrics")
	metrics := shown(body)
	if !metrics["endpoint"] || !metrics["account"] {
		t.Fatalf("the metrics have the labels %v", slices.Sorted(maps.Keys(metrics)))
	}
	for name := range got {
		if metrics[name] {
			t.Errorf("both the target and a metric have the label %s", name)
		}
	}
	wanted := regexp.MustCompile(`up\{job=~"([^"]+)"\}`).FindAllStringSubmatch(read(t, root+"/alerts/vobiz.rules.yml"), -1)
	if len(wanted) == 0 {
		t.Fatal("the rules look for no job")
	}
	for _, pattern := range wanted {
		if !regexp.MustCompile("^(?:" + pattern[1] + ")$").MatchString(got["job"]) {
			t.Errorf("the job is %q, and the rules look for %s", got["job"], pattern[1])
		}
	}
	if endpoint := c.monitor.Spec.Endpoints[0]; endpoint.Interval != "1m" || endpoint.ScrapeTimeout != "30s" {
		t.Errorf("scraped every %s, within %s", endpoint.Interval, endpoint.ScrapeTimeout)
	}
}
