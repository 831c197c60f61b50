package kubernetes

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	// For its folder, which has the schemas that the operator publishes.
	_ "github.com/prometheus-operator/prometheus-operator/pkg/versionutil"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
	"sigs.k8s.io/yaml"
)

// schema is the published one of a custom resource.
func schema(t *testing.T, resource string) *spec.Schema {
	t.Helper()
	folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/prometheus-operator/prometheus-operator").Output()
	if err != nil {
		t.Fatal(err)
	}
	var definition struct {
		Spec struct {
			Versions []struct {
				Name   string
				Schema struct{ OpenAPIV3Schema *spec.Schema }
			}
		}
	}
	file := strings.TrimSpace(string(folder)) + "/example/prometheus-operator-crd/monitoring.coreos.com_" + resource + ".yaml"
	if err := yaml.Unmarshal([]byte(read(t, file)), &definition); err != nil {
		t.Fatal(err)
	}
	for _, version := range definition.Spec.Versions {
		if version.Name == "v1" && version.Schema.OpenAPIV3Schema != nil {
			return version.Schema.OpenAPIV3Schema
		}
	}
	t.Fatalf("there is no schema of %s", resource)
	return nil
}

// objections are what a schema has against an object.
func objections(t *testing.T, schema *spec.Schema, text []byte) []error {
	t.Helper()
	var object any
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	return validate.NewSchemaValidator(schema, nil, "", strfmt.Default).Validate(object).Errors
}

// The operator's objects are as its published schemas want them.
func TestSchemas(t *testing.T) {
	sent := render(t, manifests).sent
	for resource, object := range map[string]string{
		"servicemonitors": "monitoring.coreos.com/v1 ServiceMonitor vobiz-exporter",
		"prometheusrules": "monitoring.coreos.com/v1 PrometheusRule vobiz-exporter",
	} {
		schema := schema(t, resource)
		for _, objection := range objections(t, schema, sent[object]) {
			t.Errorf("%s: %v", object, objection)
		}
		// It is one that finds something.
		for _, spoilt := range []*strings.Replacer{
			strings.NewReplacer(`"30s"`, `"half a minute"`, `"15m"`, `"a while"`),
			strings.NewReplacer(`"endpoints":`, `"ends":`, `"expr":`, `"query":`),
		} {
			if len(objections(t, schema, []byte(spoilt.Replace(string(sent[object]))))) == 0 {
				t.Errorf("%s: the schema has nothing against one that is spoilt", object)
			}
		}
	}
}
