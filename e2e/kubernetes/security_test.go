package kubernetes

import (
	"fmt"
	"regexp"
	"testing"

	core "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// restricted fails for what Pod Security's strictest level has against the pod.
func restricted(t *testing.T, c *cluster) {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	pod := c.pod()
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for _, result := range evaluator.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec) {
		if !result.Allowed {
			t.Errorf("not allowed: %s: %s", result.ForbiddenReason, result.ForbiddenDetail)
		}
	}
}

// The pod passes Pod Security's level restricted, and what that does not ask for.
func TestPodSecurity(t *testing.T) {
	c := render(t, manifests)
	restricted(t, c)
	pod, container := c.pod().Spec, c.container(t)
	no := func(what string, value *bool) {
		if value == nil || *value {
			t.Errorf("%s is not ruled out", what)
		}
	}
	no("a service account's token", pod.AutomountServiceAccountToken)
	no("the environment of Services, which begins with VOBIZ_EXPORTER too,", pod.EnableServiceLinks)
	if own := container.SecurityContext; own.ReadOnlyRootFilesystem == nil || !*own.ReadOnlyRootFilesystem {
		t.Error("the container may write everywhere")
	}
	user := regexp.MustCompile(`(?m)^USER (\d+:\d+)$`).FindStringSubmatch(read(t, root+"/Dockerfile"))
	as := pod.SecurityContext
	if as.RunAsUser == nil || as.RunAsGroup == nil || as.FSGroup == nil {
		t.Fatal("not all ids are set")
	}
	if got := fmt.Sprintf("%d:%d", *as.RunAsUser, *as.RunAsGroup); user == nil || got != user[1] || *as.FSGroup != *as.RunAsGroup {
		t.Errorf("the pod runs as %s with group %d, the image as %v", got, *as.FSGroup, user)
	}
}

// It is given memory, what it asks for at least, and CPU as there is.
func TestResources(t *testing.T) {
	r := render(t, manifests).container(t).Resources
	request, limit := r.Requests[core.ResourceMemory], r.Limits[core.ResourceMemory]
	if _, throttled := r.Limits[core.ResourceCPU]; throttled || r.Requests.Cpu().IsZero() {
		t.Error("the CPU is limited, or not asked for")
	}
	// docs/performance.md: 92 MiB at a million numbers of a thousand customers.
	if limit.Value() < 2*92<<20 || request.IsZero() || request.Cmp(limit) > 0 {
		t.Errorf("memory: %s of %s", request.String(), limit.String())
	}
}
