// Package kubernetes tests examples/kubernetes, and writes the part of it that is
// made from the alert rules and the dashboards.
package kubernetes

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/json"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// cluster is what is sent to Kubernetes.
type cluster struct {
	deployment apps.Deployment
	service    core.Service
	policy     networking.NetworkPolicy
	monitor    monitoring.ServiceMonitor
	rules      monitoring.PrometheusRule
	dashboards map[string]core.ConfigMap
	sent       map[string][]byte // as JSON, by kind and name
}

// pod is the template of the exporter's.
func (c *cluster) pod() core.PodTemplateSpec { return c.deployment.Spec.Template }

// container is the only one.
func (c *cluster) container(t *testing.T) core.Container {
	t.Helper()
	spec := c.pod().Spec
	if len(spec.Containers) != 1 || len(spec.InitContainers) > 0 {
		t.Fatalf("%d containers, %d before them", len(spec.Containers), len(spec.InitContainers))
	}
	return spec.Containers[0]
}

// add decodes an object into the type of its kind, and takes no field that this
// does not have, nor one given twice.
func (c *cluster) add(t *testing.T, kind, name string, text []byte) {
	t.Helper()
	var dashboard core.ConfigMap
	into, known := map[string]any{
		"apps/v1 Deployment":                      &c.deployment,
		"v1 Service":                              &c.service,
		"networking.k8s.io/v1 NetworkPolicy":      &c.policy,
		"monitoring.coreos.com/v1 ServiceMonitor": &c.monitor,
		"monitoring.coreos.com/v1 PrometheusRule": &c.rules,
		"v1 ConfigMap":                            &dashboard,
	}[kind]
	if !known {
		t.Fatalf("nobody has looked at %s %s", kind, name)
	}
	text, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		t.Fatalf("%s %s: %v", kind, name, err)
	}
	// As the API server does, and unlike yaml.UnmarshalStrict: by the case of letters too.
	strict, err := json.UnmarshalStrict(text, into)
	if err != nil || len(strict) > 0 {
		t.Fatalf("%s %s: %v %v", kind, name, err, strict)
	}
	if kind == "v1 ConfigMap" {
		c.dashboards[name] = dashboard
	}
	if _, twice := c.sent[kind+" "+name]; twice {
		t.Fatalf("%s %s is there twice", kind, name)
	}
	c.sent[kind+" "+name] = text
}

// render is what kubectl apply -k makes of a folder.
func render(t *testing.T, folder string) *cluster {
	t.Helper()
	rendered, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{dashboards: map[string]core.ConfigMap{}, sent: map[string][]byte{}}
	for _, object := range rendered.Resources() {
		text, err := object.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		c.add(t, object.GetApiVersion()+" "+object.GetKind(), object.GetName(), text)
	}
	return c
}

// Every file decodes by itself and is part of what is sent, in one namespace.
func TestManifests(t *testing.T) {
	var alone int
	for _, folder := range []string{manifests, generated} {
		files, err := filepath.Glob(folder + "/*.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if filepath.Base(file) == "kustomization.yaml" {
				continue
			}
			var object meta.PartialObjectMetadata
			text := read(t, file)
			if err := yaml.Unmarshal([]byte(text), &object); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			c := &cluster{dashboards: map[string]core.ConfigMap{}, sent: map[string][]byte{}}
			c.add(t, object.APIVersion+" "+object.Kind, object.Name, []byte(text))
			alone++
		}
	}
	sent := render(t, manifests).sent
	if len(sent) != alone || alone == 0 {
		t.Errorf("%d files, %d objects are sent", alone, len(sent))
	}
	for name, text := range sent {
		var object meta.PartialObjectMetadata
		if err := yaml.Unmarshal(text, &object); err != nil || object.Namespace != "vobiz" {
			t.Errorf("%s is in namespace %q, %v", name, object.Namespace, err)
		}
	}
}

// Nothing secret is shipped, nor an image that changes unasked.
func TestManifestsLeaveOpen(t *testing.T) {
	c := render(t, manifests)
	for name := range c.sent {
		if strings.Contains(name, " Secret ") {
			t.Errorf("%s is shipped", name)
		}
	}
	if image := c.container(t).Image; image != "registry.example.com/vobiz_exporter:VERSION" {
		t.Errorf("the image is %s: no placeholder", image)
	}
	entries, err := os.ReadDir(manifests)
	if err != nil {
		t.Fatal(err)
	}
	told := read(t, manifests+"/README.md")
	for _, entry := range entries {
		if !entry.IsDir() && entry.Name() != "README.md" && !strings.Contains(told, "`"+entry.Name()+"`") {
			t.Errorf("README.md does not tell of %s", entry.Name())
		}
	}
}
