package e2e

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"go.yaml.in/yaml/v3"
)

// loadCompose reads compose.yaml as `docker compose config` does.
func loadCompose(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"../examples/compose.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

func TestComposeMountsAndPorts(t *testing.T) {
	for name, service := range loadCompose(t).Services {
		if service.Build == nil && !strings.Contains(service.Image, ":") {
			t.Errorf("%s: the image %s has no version", name, service.Image)
		}
		if service.Build != nil {
			if _, err := os.Stat(filepath.Join(service.Build.Context, "Dockerfile")); err != nil {
				t.Errorf("%s is built from nothing: %v", name, err)
			}
		}
		for _, port := range service.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s: port %s is bound to %q", name, port.Published, port.HostIP)
			}
		}
		for _, volume := range service.Volumes {
			if volume.Type != types.VolumeTypeBind {
				continue
			}
			if _, err := os.Stat(volume.Source); err != nil {
				t.Errorf("%s mounts what is not there: %v", name, err)
			}
			if !volume.ReadOnly {
				t.Errorf("%s may write to %s", name, volume.Source)
			}
		}
	}
}

// laidOut is a folder with the mounts of a service where its container has them.
func laidOut(t *testing.T, service types.ServiceConfig) string {
	t.Helper()
	root := t.TempDir()
	for _, volume := range service.Volumes {
		if volume.Type != types.VolumeTypeBind {
			continue
		}
		to := filepath.Join(root, volume.Target)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(volume.Source, to); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// configFile is the file that a service is told to read.
func configFile(t *testing.T, service types.ServiceConfig) string {
	t.Helper()
	for _, argument := range service.Command {
		if file, ok := strings.CutPrefix(argument, "--config.file="); ok {
			return file
		}
	}
	t.Fatalf("%s is given no --config.file", service.Name)
	return ""
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Errorf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
}

// The configurations pass the programs' own checks where the containers have them.
func TestExampleConfigurations(t *testing.T) {
	services := loadCompose(t).Services
	prometheus, alertmanager := services["prometheus"], services["alertmanager"]
	run(t, tool(t, "promtool"), "check", "config", "--lint=all", "--lint-fatal",
		filepath.Join(laidOut(t, prometheus), configFile(t, prometheus)))
	run(t, tool(t, "amtool"), "check-config", filepath.Join(laidOut(t, alertmanager), configFile(t, alertmanager)))
	run(t, tool(t, "promtool"), "check", "config", "--lint=all", "--lint-fatal", shippedShard, shippedGlobal)
	run(t, tool(t, "promtool"), "check", "rules", "--lint=all", "--lint-fatal", shippedRules)
}

// The demo is what the exporter of compose.yaml is started with, and it takes the
// flags.
func TestComposeExporterFlags(t *testing.T) {
	command := []string(loadCompose(t).Services["exporter"].Command)
	if !slices.Contains(command, "--demo") {
		t.Errorf("no demo: %v", command)
	}
	p := start(t, nil, buildExporter(t), append(command, "--web.listen-address="+anyPort)...)
	p.Kill()
}

// addresses are all texts of a YAML file, for those among them that name a host.
func addresses(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	var found []string
	var walk func(*yaml.Node)
	walk = func(node *yaml.Node) {
		if node.Kind == yaml.ScalarNode {
			found = append(found, strings.TrimPrefix(node.Value, "http://"))
		}
		for _, child := range node.Content {
			walk(child)
		}
	}
	walk(&root)
	return found
}

// Each service finds the others under their names and ports.
func TestComposeWiring(t *testing.T) {
	services := loadCompose(t).Services
	for _, wire := range []struct{ file, service, port string }{
		{shippedPrometheus, "exporter", "10420"},
		{shippedPrometheus, "alertmanager", "9093"},
		{"../examples/grafana/provisioning/datasources/prometheus.yml", "prometheus", "9090"},
	} {
		if !slices.Contains(addresses(t, wire.file), wire.service+":"+wire.port) {
			t.Errorf("%s does not name %s:%s", wire.file, wire.service, wire.port)
		}
		ports := services[wire.service].Ports
		if len(ports) != 1 || ports[0].Published != wire.port {
			t.Errorf("%s is not published on %s", wire.service, wire.port)
		}
	}
	if mode := services["receiver"].NetworkMode; mode != "service:alertmanager" {
		t.Errorf("Alertmanager cannot find the receiver on its own 127.0.0.1: %s", mode)
	}
}

// Grafana looks for the dashboards and for its own configuration where they are
// mounted.
func TestGrafanaProvisioning(t *testing.T) {
	grafana := loadCompose(t).Services["grafana"]
	root := laidOut(t, grafana)
	var provider struct {
		Providers []struct {
			Options struct {
				Path string `yaml:"path"`
			} `yaml:"options"`
		} `yaml:"providers"`
	}
	text, err := os.ReadFile(filepath.Join(root, "/etc/grafana/provisioning/dashboards/vobiz.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &provider); err != nil || len(provider.Providers) != 1 {
		t.Fatalf("%d providers, %v", len(provider.Providers), err)
	}
	folder := provider.Providers[0].Options.Path
	for name := range loadDashboards(t) {
		if _, err := os.Stat(filepath.Join(root, folder, name+".json")); err != nil {
			t.Error(err)
		}
	}
	home := grafana.Environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
	if home == nil || path.Dir(*home) != folder {
		t.Error("the first page is none of the dashboards")
	}
}
