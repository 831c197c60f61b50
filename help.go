package main

import (
	_ "embed"
	"slices"
	"strings"
	"text/template"

	"github.com/alecthomas/kingpin/v2"
)

//go:embed help.txt
var helpTemplate string

// helpFuncs are what helpTemplate needs beside kingpin's own.
func helpFuncs() template.FuncMap {
	return template.FuncMap{"Groups": groupFlags, "Usage": flagUsage}
}

// flagGroup is a section of the help.
type flagGroup struct {
	Title string
	Flags []*kingpin.FlagModel
}

// groupFlags sorts flags into sections by what their names begin with.
func groupFlags(flags []*kingpin.FlagModel) (groups []flagGroup) {
	for _, section := range [...][2]string{
		{"THE COMMAND", ""},
		{"PARTNER API", "vobiz."},
		{"CACHE", "inventory."},
		{"METRICS", "collector."},
		{"PROBES", "probe."},
		{"WEB SERVER", "web."},
		{"LOG", "log."},
		{"OTHER", "demo help version"},
	} {
		group := flagGroup{Title: section[0]}
		for _, flag := range flags {
			if !flag.Hidden && flagSection(flag.Name) == section[1] {
				group.Flags = append(group.Flags, flag)
			}
		}
		if len(group.Flags) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

func flagSection(name string) string {
	const others = "demo help version"
	if prefix, _, ok := strings.Cut(name, "."); ok {
		return prefix + "."
	}
	if slices.Contains(strings.Fields(others), name) {
		return others
	}
	return ""
}

// flagUsage is the flag with its default, or with what it takes.
func flagUsage(flag *kingpin.FlagModel) string {
	usage := "--" + flag.Name
	switch {
	case flag.IsBoolFlag() && slices.Equal(flag.Default, []string{"true"}):
		usage = "--[no-]" + flag.Name
	case flag.IsBoolFlag():
	case len(flag.Default) > 0 && flag.Default[0] != "":
		usage += "=" + flag.Default[0]
	default:
		usage += "=" + placeholder(flag.Name)
	}
	if flag.Short != 0 {
		usage = "-" + string(flag.Short) + ", " + usage
	}
	return usage
}

func placeholder(name string) string {
	for suffix, text := range map[string]string{"file": "FILE", "url": "URL", "id": "ID", "problems": "LIST"} {
		if strings.HasSuffix(name, suffix) {
			return text
		}
	}
	return "VALUE"
}
