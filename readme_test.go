package main

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/internal/model"
	"vobiz_exporter/internal/readme"
	"vobiz_exporter/vobiz/vobiztest"
)

// TestReadmeListsTheFlags keeps the README's table equal to the flags.
func TestReadmeListsTheFlags(t *testing.T) {
	var f flags
	var rows strings.Builder
	rows.WriteString("| flag | default | |\n| --- | --- | --- |\n")
	for _, flag := range f.application().Model().Flags {
		if flag.Hidden || flag.Name == "help" || flag.Name == "version" {
			continue
		}
		name := flag.Name
		if flag.IsBoolFlag() && slices.Equal(flag.Default, []string{"true"}) {
			name = "[no-]" + name
		}
		value := ""
		if len(flag.Default) > 0 && flag.Default[0] != "" {
			value = "`" + flag.Default[0] + "`"
		}
		fmt.Fprintf(&rows, "| `--%s` | %s | %s |\n", name, value, strings.ReplaceAll(flag.Help, "|", `\|`))
	}
	readme.Check(t, "README.md", "flags", rows.String())
}

// TestReadmeMetricsAreExposed: what the README lists, a pull shows, and nothing
// else of the exporter's own.
func TestReadmeMetricsAreExposed(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(vobiz_[a-z_]+)` \\|").FindAllStringSubmatch(string(text), -1) {
		listed[row[1]] = true
	}
	inv, _ := messy(model.Defaults(time.Now()))
	e := start(t, against(t, partnerAPI(t, vobiztest.NewServer(inv, vobiztest.Options{})))...)
	shown := map[string]bool{}
	_, probe := e.get("/probe?account=" + inv.Accounts[0].AuthID)
	probed, err := model.Parse(strings.NewReader(probe))
	if err != nil {
		t.Fatal(err)
	}
	all := e.pull("30")
	maps.Copy(all, probed)
	for series := range all {
		if name, _, _ := strings.Cut(series, "{"); strings.HasPrefix(name, "vobiz_") {
			shown[name] = true
		}
	}
	for name := range listed {
		if !shown[name] {
			t.Errorf("%s is listed and not shown", name)
		}
	}
	for name := range shown {
		if !listed[name] {
			t.Errorf("%s is shown and not listed", name)
		}
	}
}
