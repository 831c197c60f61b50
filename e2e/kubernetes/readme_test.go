package kubernetes

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	networking "k8s.io/api/networking/v1"
)

// overlay renders the folder that the README says to lay beside this one.
func overlay(t *testing.T, name string) *cluster {
	t.Helper()
	block := regexp.MustCompile("(?s)```yaml\n# examples/" + name + "/kustomization.yaml\n(.*?)```")
	found := block.FindStringSubmatch(read(t, manifests+"/README.md"))
	if found == nil {
		t.Fatalf("the README has no folder %s", name)
	}
	examples := t.TempDir()
	if err := os.CopyFS(examples+"/kubernetes", os.DirFS(manifests)); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(examples, name)
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder+"/kustomization.yaml", []byte(found[1]), 0o600); err != nil {
		t.Fatal(err)
	}
	return render(t, folder)
}

func demo(t *testing.T) *cluster {
	t.Helper()
	return overlay(t, "vobiz-demo")
}

// No other YAML is in the README than what is tested here.
func TestReadmeBlocks(t *testing.T) {
	text := read(t, manifests+"/README.md")
	if all := strings.Count(text, "```yaml"); all != 2 {
		t.Errorf("%d blocks of YAML", all)
	}
}

// The demo needs no Secret, and is no less careful.
func TestReadmeDemo(t *testing.T) {
	c := demo(t)
	container, pod := c.container(t), c.pod().Spec
	if !slices.Equal(container.Args, []string{"--demo"}) || len(container.Env)+len(container.VolumeMounts)+len(pod.Volumes) > 0 {
		t.Errorf("the demo is not alone: %+v", container)
	}
	restricted(t, c)
}

// What the README's own folder changes is changed, and nothing else with it.
func TestReadmeOverlay(t *testing.T) {
	c, base := overlay(t, "vobiz"), render(t, manifests)
	container := c.container(t)
	if container.Image != "registry.example.net/telephony/vobiz_exporter:1.0.0" {
		t.Errorf("the image is %s", container.Image)
	}
	want := slices.Concat(base.container(t).Args, []string{"--inventory.min-refresh-interval=15m"})
	if !slices.Equal(container.Args, want) {
		t.Errorf("the arguments are %v, want %v", container.Args, want)
	}
	if len(c.sent) != len(base.sent) {
		t.Errorf("%d objects, %d without it", len(c.sent), len(base.sent))
	}
	for _, object := range []struct{ namespace, release string }{
		{c.deployment.Namespace, c.deployment.Labels["release"]},
		{c.monitor.Namespace, c.monitor.Labels["release"]},
		{c.rules.Namespace, c.rules.Labels["release"]},
	} {
		if object.namespace != "telephony" || object.release != "prometheus" {
			t.Errorf("not everything is in the namespace, or has the label: %v", object)
		}
	}
	if from := letIn(t, &c.policy); from != "observability" {
		t.Errorf("Prometheus is let in from %s", from)
	}
	if !selects(t, c.deployment.Spec.Selector, c.pod().Labels) {
		t.Error("the Deployment no longer finds its pod")
	}
}

// letIn is the namespace whose pods may reach the exporter.
func letIn(t *testing.T, policy *networking.NetworkPolicy) string {
	t.Helper()
	from := policy.Spec.Ingress[0].From
	if len(from) != 1 || from[0].NamespaceSelector == nil || len(from[0].NamespaceSelector.MatchLabels) != 1 {
		t.Fatalf("not one namespace: %v", from)
	}
	return from[0].NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"]
}
