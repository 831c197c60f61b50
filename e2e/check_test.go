package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/e2e/program"
	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

// check runs the command, and returns its exit status and what it printed.
func check(t *testing.T, binary string, a *api, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	command := exec.Command(binary, append([]string{"check", "--vobiz.rate-limit=1000", "--vobiz.base-url=" + a.url}, args...)...)
	command.Env = append(os.Environ(), "VOBIZ_AUTH_ID="+vobiztest.DefaultAuthID, "VOBIZ_AUTH_TOKEN="+vobiztest.DefaultAuthToken)
	var out, log bytes.Buffer
	command.Stdout, command.Stderr = &out, &log
	err := command.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), out.String(), log.String()
}

// finding is one as the command's JSON has it.
type finding struct {
	Problem, Account, Number, Country, Currency string

	Fees    float64 `json:"renewal_fees"`
	Balance float64
}

// The command finds what the shipped rules find in Prometheus, for the same
// inventory.
func TestCheckAgreesWithTheRules(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	inventory := generated()
	model.Strain(inventory)
	binary, a := buildExporter(t), startAPI(t, inventory)
	status, out, log := check(t, binary, a, "--output=json")
	var report struct{ Findings []finding }
	if err := json.Unmarshal([]byte(out), &report); err != nil || status != 2 || log != "" {
		t.Fatalf("status %d, %v: %s", status, err, log)
	}
	s := startStack(t, jobs{"vobiz": {startExporter(t, binary, a, anyPort, "--collector.detail-limit=10000").Address}})

	for _, ruled := range []struct {
		query  string
		labels []string
		series func(finding) (values []string, value float64)
	}{
		{
			`job_account_currency_window:vobiz_renewal_shortfall:max{window="14d"}`,
			[]string{"account", "currency"},
			func(f finding) ([]string, float64) {
				return only(f.Problem == "renewal_not_covered", f.Account, f.Currency), f.Fees - f.Balance
			},
		},
		{
			`job_account:vobiz_account_active_dids:max == 0`,
			[]string{"account"},
			func(f finding) ([]string, float64) { return only(f.Problem == "no_active_number", f.Account), 0 },
		},
		{
			`vobiz_did_problem`,
			[]string{"account", "number", "country", "problem"},
			func(f finding) ([]string, float64) {
				return only(f.Number != "", f.Account, f.Number, f.Country, f.Problem), 1
			},
		},
	} {
		want := model.Series{}
		for _, f := range report.Findings {
			if values, value := ruled.series(f); values != nil {
				want[strings.Join(values, " ")] = value
			}
		}
		if len(want) == 0 {
			t.Errorf("nothing to compare %s with", ruled.query)
		}
		program.Eventually(t, time.Minute, func() string {
			got := model.Series{}
			for _, found := range s.query(t, ruled.query) {
				var values []string
				for _, label := range ruled.labels {
					values = append(values, found.Metric[label])
				}
				value, err := strconv.ParseFloat(fmt.Sprint(found.Value[1]), 64)
				if err != nil {
					t.Fatal(err)
				}
				got[strings.Join(values, " ")] = value
			}
			return unlike(got, want)
		})
	}
}

// only gives the values where they are wanted.
func only(wanted bool, values ...string) []string {
	if !wanted {
		return nil
	}
	return values
}

func TestExitStatus(t *testing.T) {
	binary, good, bad := buildExporter(t), startAPI(t, healthy()), startAPI(t, healthy())
	bad.Update(func(inv *vobiztest.Inventory) { inv.Numbers[0].ApplicationID = "" })
	refusing := startAPI(t, healthy())
	refusing.SetCredentials("PA_X", "another")
	for _, c := range []struct {
		api    *api
		status int
		lines  int // on standard error
	}{{good, 0, 0}, {bad, 2, 0}, {refusing, 1, 1}} {
		if status, out, log := check(t, binary, c.api); status != c.status || strings.Count(log, "\n") != c.lines || (out == "") != (status == 1) {
			t.Errorf("status %d, want %d; printed\n%s and said\n%s", status, c.status, out, log)
		}
	}
}
