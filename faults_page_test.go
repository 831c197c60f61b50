package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

const faultsPage = "docs/faults.md"

// What comes before the table and after it.
var (
	//go:embed testdata/faults_intro.md
	faultsIntro string
	//go:embed testdata/faults_limits.md
	faultsLimits string
)

// checkFaultsPage holds docs/faults.md against the matrix, leaving out what was
// measured. With -update it writes it.
func checkFaultsPage(t *testing.T, groups []faultGroup, measured map[string]figures) {
	t.Helper()
	page := renderFaults(groups, measured)
	if *update {
		if err := os.WriteFile(faultsPage, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(faultsPage)
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff(unmeasured(string(have)), unmeasured(page)); d != "" {
		t.Errorf("%s is out of date; make faults writes it anew (-has +should have):\n%s", faultsPage, d)
	}
}

func renderFaults(groups []faultGroup, measured map[string]figures) string {
	var b strings.Builder
	b.WriteString(faultsIntro)
	fmt.Fprintf(&b, "\nMeasured on %s/%s, %d CPUs, %s.\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	for _, group := range groups {
		fmt.Fprintf(&b, "\n## %s\n\n", group.title)
		b.WriteString("| the fault | what is served | `vobiz_up` | retries | read ended after | heap at its peak | heals |\n")
		b.WriteString("| --- | --- | --- | --- | ---: | ---: | --- |\n")
		for _, row := range group.rows {
			f := measured[row.name]
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %.3f s | +%.1f MiB | %s |\n", row.name, row.serves(),
				each(fmt.Sprint(row.numbers.up), fmt.Sprint(row.accounts.up)),
				each(cmp.Or(row.numbers.retries, "none"), cmp.Or(row.accounts.retries, "none")),
				f.took.Seconds(), float64(f.heap)/mebibyte, cmp.Or(row.heals, nextRead))
		}
	}
	return b.String() + "\n" + faultsLimits
}

// unmeasured blanks what differs from one run to the next.
func unmeasured(page string) string {
	page = regexp.MustCompile(`\| [0-9.]+ s \| \+[0-9.]+ MiB \|`).ReplaceAllString(page, "| … | … |")
	return regexp.MustCompile(`(?m)^Measured on .*$`).ReplaceAllString(page, "Measured on …")
}

func (row *faultRow) serves() string {
	text := each(row.numbers.served, row.accounts.served)
	if row.note != "" {
		text += "; " + row.note
	}
	return text
}

// each says once what holds for both endpoints.
func each(numbers, accounts string) string {
	if numbers == accounts {
		return numbers
	}
	return "numbers: " + numbers + "; customers: " + accounts
}
