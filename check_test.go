package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

// checkOf runs the command against an inventory.
func checkOf(t *testing.T, api *vobiztest.Server, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, log strings.Builder
	err = run(t.Context(), append([]string{"check"}, against(t, partnerAPI(t, api), args...)...), &out, &log)
	return out.String(), log.String(), err
}

// findings reads a report in JSON.
func findings(t *testing.T, report string) map[model.Finding]bool {
	t.Helper()
	var parsed struct {
		Numbers  int
		Counts   map[string]int
		Findings []struct {
			Problem, Account, Name, Number, Country, Currency string

			Fees    float64 `json:"renewal_fees"`
			Balance float64
		}
	}
	if err := json.Unmarshal([]byte(report), &parsed); err != nil {
		t.Fatalf("%v in:\n%s", err, report)
	}
	found := map[model.Finding]bool{}
	for _, f := range parsed.Findings {
		found[model.Finding{
			Problem: f.Problem, Account: f.Account, Name: f.Name, Number: f.Number, Country: f.Country,
			Currency: f.Currency, Fees: f.Fees, Balance: f.Balance,
		}] = true
		parsed.Counts[f.Problem]--
	}
	for problem, left := range parsed.Counts {
		if left != 0 {
			t.Errorf("the count of %s is wrong by %d", problem, left)
		}
	}
	if len(found) != len(parsed.Findings) {
		t.Errorf("%d findings, of which only %d differ", len(parsed.Findings), len(found))
	}
	return found
}

// TestCheckFindsEverything holds a report against the model, under every setting
// that shapes it, and counts what that asks of the API.
func TestCheckFindsEverything(t *testing.T) {
	type expected = map[model.Finding]bool
	keep := func(want expected, is func(model.Finding) bool) {
		for f := range want {
			if !is(f) {
				delete(want, f)
			}
		}
	}
	o := model.Defaults(time.Now())
	o.Windows = append(o.Windows, "3d")
	inv, _ := messy(o)
	model.Strain(inv)
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		flags    []string
		within   time.Duration
		change   func(expected)
		requests int
	}{
		"defaults":  {nil, 14 * day, func(expected) {}, 26 + 1},
		"few days":  {[]string{"--within=3d"}, 3 * day, func(expected) {}, 26 + 1},
		"long ways": {[]string{"--collector.windows=1d", "--collector.detail-limit=1", "--no-collector.by-account"}, 14 * day, func(expected) {}, 26 + 1},
		"two problems": {[]string{"--problems=blocked, no_active_number"}, 14 * day, func(want expected) {
			keep(want, func(f model.Finding) bool { return f.Problem == "blocked" || f.Problem == "no_active_number" })
		}, 26 + 1},
		"no names": {[]string{"--no-collector.account-names"}, 14 * day, func(want expected) {
			for f := range want {
				delete(want, f)
				f.Name = ""
				want[f] = true
			}
		}, 26 + 1},
		"no customers": {[]string{"--no-collector.accounts"}, 14 * day, func(want expected) {
			for f := range want {
				delete(want, f)
				if f.Name = ""; f.Number != "" {
					want[f] = true
				}
			}
		}, 26},
	} {
		t.Run(name, func(t *testing.T) {
			api := vobiztest.NewServer(inv, vobiztest.Options{})
			out, log, err := checkOf(t, api, append(c.flags, "--output=json")...)
			if !errors.Is(err, errFindings) || log != "" {
				t.Errorf("ended with %v and said %q", err, log)
			}
			got, want := findings(t, out), model.Attention(inv, o.Now, c.within)
			c.change(want)
			for f := range want {
				if !got[f] {
					t.Errorf("not found: %s", f)
				}
			}
			for f := range got {
				if !want[f] {
					t.Errorf("found and not there: %s", f)
				}
			}
			kinds := map[string]bool{}
			for f := range want {
				kinds[f.Problem] = true
			}
			if name == "defaults" && len(kinds) != 7 {
				t.Errorf("only %v are put to the test", kinds)
			}
			if n := api.Count(""); n != c.requests {
				t.Errorf("%d requests, want %d", n, c.requests)
			}
		})
	}
}

// sound is an inventory with nothing amiss.
func sound() *vobiztest.Inventory {
	inv := vobiztest.VendorExample()
	inv.Accounts = inv.Accounts[:1]
	inv.Accounts[0].Enabled, inv.Accounts[0].IsActive, inv.Accounts[0].CashCredits = true, true, 1e6
	inv.Numbers = inv.Numbers[:1]
	n := &inv.Numbers[0]
	n.AccountID, n.Status, n.ApplicationID, n.VoiceEnabled = inv.Accounts[0].AuthID, "active", "1", true
	n.AadhaarVerified, n.NextBillingDate = true, vobiztest.At(time.Now().Add(48*time.Hour))
	return inv
}

func TestCheckOfASoundInventory(t *testing.T) {
	for form, want := range map[string]string{
		"table": "Nothing needs attention in 1 number of 1 customer, read at ",
		"json":  `"findings": []`,
		"csv":   "problem,account,name,number,country,renewal_fees,balance,currency,items,endpoint\n",
	} {
		out, _, err := checkOf(t, vobiztest.NewServer(sound(), vobiztest.Options{}), "--output="+form)
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v\n%s", form, err, out)
		}
	}
}

// TestCheckShowsWhatTheAPISends: names that would steer a terminal or a
// spreadsheet do neither, and items that cannot be understood are told.
func TestCheckShowsWhatTheAPISends(t *testing.T) {
	inv := sound()
	inv.Accounts[0].Name = "=HYPERLINK(\"x\")\x1b[2J\u202eगुप्ता"
	inv.Numbers[0].IsBlocked = true
	inv.Accounts[0].CashCredits, inv.Numbers[0].MonthlyFee, inv.Numbers[0].Currency = -0.125, 300.5, "INR"
	inv.Accounts[0].BillingMode, inv.Accounts[0].AutoRecharge, inv.Accounts[0].Postpaid = "prepaid", false, false
	inv.Accounts[0].PricingTier.Currency = "INR"
	inv.Numbers = append(inv.Numbers, vobiztest.Number{E164: "+911"})
	api := vobiztest.NewServer(inv, vobiztest.Options{})

	table, _, err := checkOf(t, api)
	if !errors.Is(err, errFindings) {
		t.Fatal(err)
	}
	const shows = `^PROBLEM +ACCOUNT +NUMBER +COUNTRY +DETAIL +NAME
inventory_incomplete +1 item of /numbers
renewal_not_covered +\S+ +renewals 300\.50, wallet -0\.125 INR +=HYPERLINK\("x"\)�\[2J�गुप्ता
blocked +\S+ +\+\d+ +IN +=HYPERLINK\("x"\)�\[2J�गुप्ता

3 findings in 1 number of 1 customer, read at [-0-9: ]+ UTC:
     1  inventory_incomplete  items that .*
     1  renewal_not_covered   wallets that do not cover the renewals of 14d
     1  blocked               blocked numbers
$`
	matches(t, table, shows)

	spreadsheet, _, _ := checkOf(t, api, "--output=csv")
	rows, err := csv.NewReader(strings.NewReader(spreadsheet)).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v in %d rows:\n%s", err, len(rows), spreadsheet)
	}
	if name := "'" + inv.Accounts[0].Name; rows[2][2] != name || rows[3][2] != name || rows[3][3] != inv.Numbers[0].E164 {
		t.Errorf("%q", rows)
	}
	if rows[2][5] != "300.50" || rows[2][6] != "-0.125" || rows[1][8] != "1" || rows[1][9] != "numbers" {
		t.Errorf("%q", rows)
	}
}

// TestCheckShowsNothingThatActs: no field of a number or customer steers a terminal
// or a spreadsheet.
func TestCheckShowsNothingThatActs(t *testing.T) {
	inv := sound()
	n := &inv.Numbers[0]
	inv.Accounts[0].AuthID, n.AccountID = "@a\x1b[2J", "@a\x1b[2J"
	n.E164, n.Country, n.IsBlocked = "+1+1\x1b[2J", "-c\x1b[2J", true
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	table, _, _ := checkOf(t, api)
	if strings.Contains(table, "\x1b") || strings.Count(table, "�[2J") != 3 {
		t.Errorf("%q", table)
	}
	spreadsheet, _, _ := checkOf(t, api, "--output=csv")
	rows, err := csv.NewReader(strings.NewReader(spreadsheet)).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][1] != "'@a\x1b[2J" || rows[1][3] != "'+1+1\x1b[2J" || rows[1][4] != "'-c\x1b[2J" {
		t.Errorf("%v in %q", err, rows)
	}
	byID, _, _ := checkOf(t, api, "--output=csv", "--collector.number-label=id")
	if !strings.Contains(byID, n.ID) {
		t.Errorf("no id: %q", byID)
	}
}

// TestCheckOfWhatCannotBeFound: who asks for customers' problems and leaves the
// customers out is not told that all is well.
func TestCheckOfWhatCannotBeFound(t *testing.T) {
	api := vobiztest.NewServer(sound(), vobiztest.Options{})
	_, _, err := checkOf(t, api, "--no-collector.accounts", "--problems=blocked,no_active_number")
	if err == nil || !strings.Contains(err.Error(), "--problems: no_active_number cannot be found without the customers") {
		t.Error(err)
	}
	out, _, err := checkOf(t, api, "--no-collector.accounts", "--output=json")
	var report struct {
		LookedFor []string `json:"looked_for"`
	}
	if jsonErr := json.Unmarshal([]byte(out), &report); jsonErr != nil || err != nil || len(report.LookedFor) != 6 || slices.Contains(report.LookedFor, "no_active_number") {
		t.Errorf("%v %v: %v", err, jsonErr, report)
	}
}

// TestCheckInterrupted: nothing is printed of what was read by then.
func TestCheckInterrupted(t *testing.T) {
	api := vobiztest.NewServer(sound(), vobiztest.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	api.Inject(vobiztest.Fault{Endpoint: vobiztest.EndpointNumbers, Handler: vobiztest.Before(cancel)})
	var out strings.Builder
	err := run(ctx, append([]string{"check"}, against(t, partnerAPI(t, api))...), &out, io.Discard)
	if err == nil || err.Error() != "interrupted: nothing was checked" || out.Len() > 0 {
		t.Errorf("%v, printed %q", err, out.String())
	}
}

// TestCheckOfAnEmptyList: it is believed when it comes twice.
func TestCheckOfAnEmptyList(t *testing.T) {
	inv := sound()
	inv.Numbers, inv.Accounts = nil, nil
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	out, _, err := checkOf(t, api)
	if n := api.Count(""); err != nil || !strings.Contains(out, "in 0 numbers of 0 customers") || n != 4 {
		t.Errorf("%v after %d requests, printed %q", err, n, out)
	}
}

// TestCheckFails: what could not be read is told in one line and with no report.
func TestCheckFails(t *testing.T) {
	for says, fault := range map[string]vobiztest.Fault{
		"numbers, page 2: the API answered 403 Forbidden, code .*: see --vobiz.auth-id and --vobiz.auth-token-file": {
			Endpoint: vobiztest.EndpointNumbers, Page: 2, Handler: vobiztest.Status(403),
		},
		"accounts, page 1: the API answered 500 .*: see --vobiz.base-url": {
			Endpoint: vobiztest.EndpointAccounts, Handler: vobiztest.Status(500),
		},
		"not finished within the refresh timeout of 2s": {
			Endpoint: vobiztest.EndpointAccounts, Handler: vobiztest.Hang(),
		},
	} {
		inv, _ := messy(model.Defaults(time.Now()))
		api := vobiztest.NewServer(inv, vobiztest.Options{})
		api.Inject(fault)
		flags := []string{"--vobiz.max-retries=0"}
		if strings.Contains(says, "timeout") {
			flags = append(flags, "--inventory.refresh-timeout=2s")
			api = vobiztest.NewServer(sound(), vobiztest.Options{}) // a page, which is there long before
			api.Inject(fault)
		}
		out, _, err := checkOf(t, api, flags...)
		api.Clear()
		if err == nil || errors.Is(err, errFindings) || out != "" {
			t.Errorf("%s: %v, printed %q", says, err, out)
			continue
		}
		matches(t, err.Error(), says)
	}
	api := vobiztest.NewServer(sound(), vobiztest.Options{})
	err := run(t.Context(), append([]string{"check"}, against(t, partnerAPI(t, api))...), brokenPipe{}, io.Discard)
	if err == nil || errors.Is(err, errFindings) || !strings.Contains(err.Error(), "printing") {
		t.Errorf("a report that nobody gets: %v", err)
	}
}

// brokenPipe takes nothing.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// matches holds text against a pattern, line by line.
func matches(t *testing.T, text, pattern string) {
	t.Helper()
	if !regexp.MustCompile(pattern).MatchString(text) {
		t.Errorf("not as expected:\n%s\nwant\n%s", text, pattern)
	}
}
