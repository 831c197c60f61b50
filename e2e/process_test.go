package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"vobiz_exporter/e2e/program"
)

const (
	shippedRules        = "../alerts/vobiz.rules.yml"
	shippedAlertmanager = "../examples/alertmanager/alertmanager.yml"
	shippedPrometheus   = "../examples/prometheus/prometheus.yml"
	shippedShard        = "../examples/sharding/prometheus-shard.yml"
	shippedGlobal       = "../examples/sharding/prometheus-global.yml"
)

// tool is the path of a program that scripts/tools installs.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs("../.tools/bin/" + name)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Fatalf("%s is not installed: run make tools", name)
	}
	return path
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// start runs a program with more in its environment than the test's own.
func start(t *testing.T, env []string, name string, args ...string) *program.Process {
	t.Helper()
	return program.Start(t, append(os.Environ(), env...), name, args...)
}
