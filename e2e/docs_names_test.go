package e2e

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// vocabulary is what the documentation may name.
type vocabulary struct {
	flags   map[string]bool
	metrics map[string]metric
	alerts  []alert
	targets []string // of make
	tests   []string
}

func newVocabulary(t *testing.T) vocabulary {
	t.Helper()
	v := vocabulary{flags: map[string]bool{}, metrics: allMetrics(t), alerts: shippedAlerts(t)}
	for _, row := range documents(t)["docs/configuration.md"].table(t, "flag", "default", "") {
		name := strings.TrimPrefix(row["flag"], "--")
		if positive, switched := strings.CutPrefix(name, "[no-]"); switched {
			name = positive
			v.flags["no-"+positive] = true
		}
		v.flags[name] = true
	}
	makefile, err := os.ReadFile(root + "/Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range regexp.MustCompile(`(?m)^([a-z0-9-]+):`).FindAllStringSubmatch(string(makefile), -1) {
		v.targets = append(v.targets, target[1])
	}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	err = filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, found := range declared.FindAllStringSubmatch(string(source), -1) {
			v.tests = append(v.tests, found[1])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// unknown are the names in a text that stand for nothing.
func (v vocabulary) unknown(text string) (names []string) {
	for _, kind := range []struct {
		pattern string
		known   func(name string) bool
	}{
		{`--((?:no-)?(?:vobiz|inventory|collector|probe|web|log)\.[a-z-]+(?:\.[a-z-]+)*)`, func(name string) bool {
			// Prometheus and Alertmanager have some of the same prefix.
			return v.flags[name] || name == "web.enable-lifecycle"
		}},
		{`\b(VOBIZ_[A-Z_]+[A-Z])`, v.variable},
		{`\b((?:job[a-z_]*:)?vobiz_[a-z_]+(?::\w+)?)`, v.metric},
		{`\b(Vobiz[A-Z]\w+)`, func(name string) bool {
			return slices.ContainsFunc(v.alerts, func(a alert) bool { return a.name == name })
		}},
		{`\bmake ([a-z][a-z0-9-]*)`, func(name string) bool { return slices.Contains(v.targets, name) }},
		{`\b((?:Test|Fuzz|Benchmark)[A-Z]\w*)`, func(name string) bool { // a command may name several by how they begin
			return slices.ContainsFunc(v.tests, func(test string) bool {
				return test == name || name != text && strings.HasPrefix(test, name)
			})
		}},
	} {
		for _, found := range regexp.MustCompile(kind.pattern).FindAllStringSubmatch(text, -1) {
			if !kind.known(found[1]) {
				names = append(names, found[1])
			}
		}
	}
	return names
}

// variable says whether an environment variable is one of the exporter's.
func (v vocabulary) variable(name string) bool {
	if name == "VOBIZ_AUTH_ID" || name == "VOBIZ_AUTH_TOKEN" || name == "VOBIZ_EXPORTER" {
		return true
	}
	for flag := range v.flags {
		upper := strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(flag))
		if name == "VOBIZ_EXPORTER_"+upper || name == "VOBIZ_EXPORTER_CHECK_"+upper {
			return true
		}
	}
	return false
}

// metric says whether a name is a family's, a recording rule's or the program's, or
// what some begin with.
func (v vocabulary) metric(name string) bool {
	if _, ok := lookup(v.metrics, name); ok || name == "vobiz_exporter" {
		return true
	}
	for known := range v.metrics {
		if strings.HasSuffix(name, "_") && strings.HasPrefix(known, name) {
			return true
		}
	}
	return false
}

// What the documentation sets as code and names is there: flags, variables, metrics,
// alerts, make's targets, tests, files.
func TestDocsNames(t *testing.T) {
	v := newVocabulary(t)
	file := regexp.MustCompile(`^[\w.-]+(/[\w.-]+)*/[\w.-]+\.(go|md|sh|yml|yaml|json|py|tsv|txt)$`)
	for _, page := range documents(t) {
		texts := page.spans()
		for _, block := range page.blocks() {
			texts = append(texts, block.text)
		}
		for _, text := range texts {
			for _, name := range v.unknown(text) {
				// The metric that the way to add one makes up.
				if page.path == "CONTRIBUTING.md" && name == "vobiz_dids_released" {
					continue
				}
				t.Errorf("%s names %s, and there is none", page.path, name)
			}
			if !file.MatchString(text) {
				continue
			}
			_, here := os.Stat(path.Join(root, path.Dir(page.path), text))
			if _, err := os.Stat(path.Join(root, text)); err != nil && here != nil {
				t.Errorf("%s names %s, and there is none", page.path, text)
			}
		}
	}
}

// What TestDocsNames is there to find, it finds.
func TestDocsNamesAreLookedUp(t *testing.T) {
	v := newVocabulary(t)
	for _, text := range []string{
		"--vobiz.base-url=x --no-collector.accounts --storage.tsdb.path=x", "VOBIZ_EXPORTER_CHECK_WITHIN VOBIZ_EXPORTER_LOG_LEVEL",
		"vobiz_up{} vobiz_api_request_duration_seconds_bucket vobiz_inventory_*", "job:vobiz_dids:sum", "VobizApiErrors", "make test", "TestDocsNames",
		"go test -run TestDocs", "./vobiz_exporter --version",
	} {
		if names := v.unknown(text); len(names) > 0 {
			t.Errorf("%q: %v", text, names)
		}
	}
	for _, text := range []string{
		"--vobiz.base", "--no-vobiz.base-url", "VOBIZ_TOKEN", "VOBIZ_EXPORTER_CHECK", "vobiz_ups", "vobiz_numbers_*", "job:vobiz_dids:max",
		"VobizApi", "make tests", "TestDocs", "go test -run TestDoc2",
	} {
		if names := v.unknown(text); len(names) != 1 {
			t.Errorf("%q: %v", text, names)
		}
	}
}
