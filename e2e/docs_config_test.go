package e2e

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/exporter-toolkit/web"
	"go.yaml.in/yaml/v3"
)

// Every configuration of the documentation is one that its program takes.
func TestDocsConfigurations(t *testing.T) {
	rules, err := os.ReadFile(shippedRules)
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range documents(t) {
		before := ""
		for _, block := range page.blocks() {
			if block.language != "yaml" {
				continue
			}
			if strings.HasPrefix(block.text, " ") { // goes on where the one before ends
				block.text = before + block.text
			}
			before = block.text
			dir := t.TempDir()
			switch {
			case strings.Contains(block.text, "scrape_configs:"):
				writeFile(t, dir+"/vobiz.rules.yml", string(rules))
				for _, file := range regexp.MustCompile(`_file: /etc/prometheus/(\S+)`).FindAllStringSubmatch(block.text, -1) {
					writeFile(t, dir+"/"+file[1], "")
				}
				writeFile(t, dir+"/prometheus.yml", strings.ReplaceAll(block.text, "/etc/prometheus/", ""))
				run(t, tool(t, "promtool"), "check", "config", "--lint=all", "--lint-fatal", dir+"/prometheus.yml")
			case strings.Contains(block.text, "tls_server_config:"):
				decoder := yaml.NewDecoder(strings.NewReader(block.text))
				decoder.KnownFields(true)
				if err := decoder.Decode(&web.Config{}); err != nil {
					t.Errorf("%s: %v in\n%s", page.path, err, block.text)
				}
			case page.path == "examples/kubernetes/README.md": // e2e/kubernetes renders its own
			default:
				t.Errorf("%s: nobody has looked at\n%s", page.path, block.text)
			}
		}
	}
}
