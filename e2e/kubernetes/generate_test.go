package kubernetes

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write examples/kubernetes/generated anew")

const (
	root      = "../.." // the repository
	manifests = root + "/examples/kubernetes"
	generated = manifests + "/generated"
)

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// indent moves a text to the right, but for its empty lines.
func indent(text, by string) string {
	var moved strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			moved.WriteString(by)
		}
		moved.WriteString(line)
	}
	return moved.String()
}

// source is the first lines of a file made from another.
func source(file string) string {
	return "# Made by make examples from " + file + ": change that instead.\n"
}

// rulesManifest has the rules as they are, with their comments, but for those at
// the head of the file.
func rulesManifest(t *testing.T) string {
	t.Helper()
	text := read(t, root+"/alerts/vobiz.rules.yml")
	_, rules, found := strings.Cut(text, "\ngroups:\n")
	if !found {
		t.Fatal("the rules have no groups")
	}
	return source("alerts/vobiz.rules.yml") + `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: vobiz-exporter
  labels:
    app.kubernetes.io/name: vobiz-exporter
spec:
  groups:
` + indent(rules, "  ")
}

// dashboardManifest is for Grafana's sidecar, which makes a file of each key: in a
// folder that others may use, so the key is the dashboard's uid.
func dashboardManifest(name, json string) string {
	return source("dashboards/"+name+".json") + `apiVersion: v1
kind: ConfigMap
metadata:
  name: vobiz-dashboard-` + name + `
  labels:
    app.kubernetes.io/name: vobiz-exporter
    grafana_dashboard: "1"
  annotations:
    grafana_folder: Vobiz
data:
  vobiz-` + name + `.json: |
` + indent(json, "    ")
}

// dashboards are the JSON of the shipped ones, by their names.
func dashboards(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(root + "/dashboards/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dashboards: %v", err)
	}
	found := map[string]string{}
	for _, file := range files {
		found[strings.TrimSuffix(filepath.Base(file), ".json")] = read(t, file)
	}
	return found
}

// TestGenerated holds the generated files against what they are made from. With
// -update it writes them anew.
func TestGenerated(t *testing.T) {
	want := map[string]string{"rules.yaml": rulesManifest(t)}
	for name, json := range dashboards(t) {
		want["dashboard-"+name+".yaml"] = dashboardManifest(name, json)
	}
	names := slices.Sorted(maps.Keys(want))
	want["kustomization.yaml"] = source("the names of the files here") + `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ` + strings.Join(names, "\n  - ") + "\n"

	files, err := filepath.Glob(generated + "/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if _, wanted := want[filepath.Base(file)]; wanted {
			continue
		}
		if *update {
			err = os.Remove(file)
		}
		if !*update || err != nil {
			t.Errorf("%s is made from nothing: make examples takes it away; %v", file, err)
		}
	}
	for name, text := range want {
		file := filepath.Join(generated, name)
		if *update {
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != text {
			t.Errorf("%s is out of date: make examples writes it anew; %v", file, err)
		}
	}
}
