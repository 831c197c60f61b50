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

	"vobiz_exporter/internal/doctable"
	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"

	"github.com/alecthomas/kingpin/v2"
)

// TestDocsListTheFlags keeps the tables of flags equal to the program's.
func TestDocsListTheFlags(t *testing.T) {
	var f flags
	model := f.application().Model()
	doctable.Check(t, "docs/configuration.md", "flags", flagTable(model.Flags))
	for _, command := range model.Commands {
		if command.Name == commandCheck {
			doctable.Check(t, "docs/configuration.md", "flags of check", flagTable(command.Flags))
		}
	}
}

func flagTable(flags []*kingpin.FlagModel) string {
	var rows strings.Builder
	rows.WriteString("| flag | default | |\n| --- | --- | --- |\n")
	for _, flag := range flags {
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
	return rows.String()
}

// TestDocsListWhatIsShown: what the documentation lists, a pull shows, and
// nothing else of the exporter's own.
func TestDocsListWhatIsShown(t *testing.T) {
	text, err := os.ReadFile("docs/metrics.md")
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
