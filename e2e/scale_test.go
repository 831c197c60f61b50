package e2e

import (
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// timeScale is how much faster time passes in the chain than in production: a
// minute takes a second. Rules, Prometheus, Alertmanager and the exporter are all
// shortened by this one factor, so that every proportion between a scrape, a
// window, a `for` and a group interval is the shipped one; nothing else of the
// shipped files is changed but addresses. What the exporter says in days is left
// as it is: it is compared with numbers, not with the time that passes.
const timeScale = 60

// Every duration of the shipped files stands in one of these two forms.
var (
	rangeForm   = regexp.MustCompile(`(\[)(\d+[smhd])(\])`)
	settingForm = regexp.MustCompile(`(?m)^(\s*(?:- )?(?:for|keep_firing_for|interval|group_wait|group_interval|repeat_interval|scrape_interval|scrape_timeout|evaluation_interval|refresh_interval): )(\d+[smhd])(\s*(?:#.*)?)$`)
)

func shorten(duration string) string {
	d, err := model.ParseDuration(duration)
	if err != nil {
		panic(err) // the forms let nothing else through
	}
	return (d / timeScale).String()
}

// scaled is a shipped file with all of its durations shortened.
func scaled(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := string(text)
	for _, form := range []*regexp.Regexp{rangeForm, settingForm} {
		out = form.ReplaceAllStringFunc(out, func(found string) string {
			part := form.FindStringSubmatch(found)
			return part[1] + shorten(part[2]) + part[3]
		})
	}
	return out
}

// durations are all that a rule's expression and its `for`s hold, read by
// Prometheus's own parser.
func durations(t *testing.T, query string, settings ...model.Duration) []time.Duration {
	t.Helper()
	var found []time.Duration
	for _, d := range settings {
		found = append(found, time.Duration(d))
	}
	parser.Inspect(parseQuery(t, query), func(node parser.Node, _ []parser.Node) error {
		switch e := node.(type) {
		case *parser.MatrixSelector:
			found = append(found, e.Range)
		case *parser.SubqueryExpr:
			found = append(found, e.Range, e.Step, e.OriginalOffset)
		case *parser.VectorSelector:
			found = append(found, e.OriginalOffset)
		}
		return nil
	})
	return found
}

// The rules that the chain runs are the shipped ones in all but time.
func TestScaledRulesAreTheShippedOnes(t *testing.T) {
	scaledFile := t.TempDir() + "/rules.yml"
	writeFile(t, scaledFile, scaled(t, shippedRules))
	shipped, fast := parseRules(t, shippedRules), parseRules(t, scaledFile)
	if anyTime(t, shippedRules) != anyTime(t, scaledFile) {
		t.Error("more than durations differs")
	}
	for g, group := range shipped.Groups {
		for i, rule := range group.Rules {
			other := fast.Groups[g].Rules[i]
			want := durations(t, rule.Expr, rule.For, rule.KeepFiringFor)
			for i := range want {
				want[i] /= timeScale
			}
			if got := durations(t, other.Expr, other.For, other.KeepFiringFor); !slices.Equal(got, want) {
				t.Errorf("%s%s: %v, want %v", rule.Record, rule.Alert, got, want)
			}
		}
	}
}

// anyTime is a file with its durations struck out.
func anyTime(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	durations := regexp.MustCompile(`(?m)(\[|(?:for|interval): )[0-9a-z]+(\]|$)`)
	return durations.ReplaceAllString(string(text), "${1}…${2}")
}
