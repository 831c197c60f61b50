package kubernetes

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// selects says whether a selector, which must not be empty, takes these labels.
func selects(t *testing.T, selector *meta.LabelSelector, of map[string]string) bool {
	t.Helper()
	s, err := meta.LabelSelectorAsSelector(selector)
	if err != nil {
		t.Fatal(err)
	}
	return !s.Empty() && s.Matches(labels.Set(of))
}

// Each part finds those that it is there for.
func TestSelectors(t *testing.T) {
	c := render(t, manifests)
	pod := c.pod().Labels
	for name, selector := range map[string]*meta.LabelSelector{
		"the Deployment":    c.deployment.Spec.Selector,
		"the Service":       {MatchLabels: c.service.Spec.Selector},
		"the NetworkPolicy": &c.policy.Spec.PodSelector,
	} {
		if !selects(t, selector, pod) {
			t.Errorf("%s does not find the pod: %v", name, pod)
		}
		if len(selector.MatchLabels) > 1 { // a Deployment's can never be changed
			t.Errorf("%s looks for labels that are the user's: %v", name, selector.MatchLabels)
		}
	}
	if !selects(t, &c.monitor.Spec.Selector, c.service.Labels) || c.monitor.Spec.NamespaceSelector.Any {
		t.Errorf("the ServiceMonitor does not find the Service, or other ones too: %v", c.service.Labels)
	}
	if !c.service.Spec.PublishNotReadyAddresses {
		t.Error("an exporter that has no inventory cannot be scraped")
	}
	if *c.deployment.Spec.Replicas != 1 {
		t.Error("there is more than one exporter")
	}
}

// Each port named is the container's, and that is the exporter's own.
func TestPorts(t *testing.T) {
	c := render(t, manifests)
	container, service := c.container(t), c.service.Spec.Ports
	if len(container.Ports) != 1 || len(service) != 1 || len(c.monitor.Spec.Endpoints) != 1 || len(c.policy.Spec.Ingress) != 1 {
		t.Fatal("not one port and one way to it")
	}
	port, endpoint, ingress := container.Ports[0], c.monitor.Spec.Endpoints[0], c.policy.Spec.Ingress[0]
	exposed := regexp.MustCompile(`(?m)^EXPOSE (\d+)$`).FindStringSubmatch(read(t, root+"/Dockerfile"))
	if exposed == nil || exposed[1] != strconv.Itoa(int(port.ContainerPort)) || service[0].Port != port.ContainerPort {
		t.Errorf("Dockerfile %v, container %d, Service %d", exposed, port.ContainerPort, service[0].Port)
	}
	if endpoint.Port != service[0].Name {
		t.Errorf("the ServiceMonitor wants %q, the Service has %q", endpoint.Port, service[0].Name)
	}
	named := map[string]intstr.IntOrString{"the Service": service[0].TargetPort}
	for name, probe := range probes(container) {
		named[name] = probe.HTTPGet.Port
	}
	if len(ingress.Ports) != 1 || letIn(t, &c.policy) == "" {
		t.Fatalf("the NetworkPolicy lets in more than one: %v", ingress)
	}
	if want := []networking.PolicyType{networking.PolicyTypeIngress}; !slices.Equal(c.policy.Spec.PolicyTypes, want) {
		t.Errorf("the NetworkPolicy is for %v, and the API has no address to allow", c.policy.Spec.PolicyTypes)
	}
	named["the NetworkPolicy"] = *ingress.Ports[0].Port
	for name, at := range named {
		if at != intstr.FromString(port.Name) && at != intstr.FromInt32(port.ContainerPort) {
			t.Errorf("%s names the port %s, which the container does not have", name, at.String())
		}
	}
}

func probes(c core.Container) map[string]*core.Probe {
	return map[string]*core.Probe{
		"the startup probe": c.StartupProbe, "the liveness probe": c.LivenessProbe, "the readiness probe": c.ReadinessProbe,
	}
}

// flagValue is what the container gives for a flag.
func flagValue(t *testing.T, c core.Container, flag string) string {
	t.Helper()
	for _, argument := range c.Args {
		if value, ok := strings.CutPrefix(argument, flag+"="); ok {
			return value
		}
	}
	t.Fatalf("the exporter is given no %s", flag)
	return ""
}

// mounted is the volume that a folder of the container is.
func mounted(t *testing.T, c *cluster, folder string) (core.VolumeMount, core.Volume) {
	t.Helper()
	for _, mount := range c.container(t).VolumeMounts {
		if mount.MountPath != folder {
			continue
		}
		for _, volume := range c.pod().Spec.Volumes {
			if volume.Name == mount.Name {
				return mount, volume
			}
		}
	}
	t.Fatalf("nothing is mounted on %s", folder)
	return core.VolumeMount{}, core.Volume{}
}

// The token is where the exporter looks for it, out of the Secret that the README
// has made, and follows it.
func TestSecret(t *testing.T) {
	c := render(t, manifests)
	container := c.container(t)
	made := regexp.MustCompile(`create secret generic (\S+) --from-literal=([\w-]+)=PA_X+ --from-file=([\w-]+)=token\b`).
		FindAllStringSubmatch(read(t, manifests+"/README.md"), -1)
	if len(made) != 2 || !slices.Equal(made[0], made[1]) {
		t.Fatalf("the README makes %v", made)
	}
	name, idKey, tokenKey := made[0][1], made[0][2], made[0][3]

	file := flagValue(t, container, "--vobiz.auth-token-file")
	mount, volume := mounted(t, c, path.Dir(file))
	secret := volume.Secret
	if secret == nil || secret.SecretName != name || mount.SubPath != "" || mount.SubPathExpr != "" || !mount.ReadOnly {
		t.Fatalf("%s is on %+v", file, mount)
	}
	if want := []core.KeyToPath{{Key: tokenKey, Path: path.Base(file)}}; !slices.Equal(secret.Items, want) {
		t.Errorf("%s is made from %v", file, secret.Items)
	}
	if secret.DefaultMode == nil || *secret.DefaultMode != 0o440 || c.pod().Spec.SecurityContext.FSGroup == nil {
		t.Error("not only the exporter's group may read the token, or not even that")
	}
	if len(container.Env) != 1 || container.Env[0].Name != "VOBIZ_AUTH_ID" {
		t.Fatalf("the environment is %v", container.Env)
	}
	if ref := container.Env[0].ValueFrom.SecretKeyRef; ref == nil || ref.Name != name || ref.Key != idKey {
		t.Errorf("the auth id is from %v", container.Env[0].ValueFrom)
	}
	state := flagValue(t, container, "--inventory.state-file")
	if _, volume := mounted(t, c, path.Dir(state)); volume.EmptyDir == nil || volume.EmptyDir.SizeLimit.IsZero() {
		t.Errorf("%s is on %+v", state, volume)
	}
}

// seconds is a time that another file names.
func seconds(t *testing.T, file, pattern string) time.Duration {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(read(t, file))
	if found == nil {
		t.Fatalf("%s does not have %s", file, pattern)
	}
	d, err := time.ParseDuration(found[1])
	if err != nil {
		d, err = time.ParseDuration(found[1] + "s")
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Kubernetes waits as long as the exporter may take: to answer what is under way, and
// to read everything for the first time.
func TestPatience(t *testing.T) {
	c := render(t, manifests)
	drain := seconds(t, root+"/main.go", `drainTimeout = (\d+) \* time\.Second`)
	if grace := time.Duration(*c.pod().Spec.TerminationGracePeriodSeconds) * time.Second; grace <= drain {
		t.Errorf("it is killed after %s, and may take %s", grace, drain)
	}
	first := seconds(t, root+"/docs/configuration.md", "`--inventory.refresh-timeout` \\| `(\\w+)`")
	if deadline := time.Duration(*c.deployment.Spec.ProgressDeadlineSeconds) * time.Second; deadline <= first {
		t.Errorf("an upgrade is given up after %s, and the first read may take %s", deadline, first)
	}
	update := c.deployment.Spec.Strategy.RollingUpdate
	if update == nil || update.MaxUnavailable.IntValue() != 0 || update.MaxSurge.IntValue() != 1 {
		t.Errorf("an upgrade leaves nobody to serve: %v", c.deployment.Spec.Strategy)
	}
}
