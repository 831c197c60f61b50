package vobiztest_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/vobiz/vobiztest"
)

// spell is the whole inventory as it goes on the wire.
func spell(inv *vobiztest.Inventory) []byte {
	var b []byte
	for i := range inv.Accounts {
		b = append(inv.Accounts[i].AppendJSON(b), '\n')
	}
	for i := range inv.Numbers {
		b = append(inv.Numbers[i].AppendJSON(b), '\n')
	}
	return b
}

func options(seed uint64, messy bool) vobiztest.GenerateOptions {
	return vobiztest.GenerateOptions{Seed: seed, Customers: 40, Numbers: 2503, Now: now, Messy: messy}
}

func TestGenerateIsTheSameForTheSameOptions(t *testing.T) {
	for _, messy := range []bool{false, true} {
		a, b := spell(vobiztest.Generate(options(1, messy))), spell(vobiztest.Generate(options(1, messy)))
		if !bytes.Equal(a, b) {
			t.Errorf("messy %v: differs", messy)
		}
		if bytes.Equal(a, spell(vobiztest.Generate(options(2, messy)))) {
			t.Errorf("messy %v: another seed gives the same", messy)
		}
	}
}

func TestGenerateAnySize(t *testing.T) {
	for _, customers := range []int{0, 1, 2, 3, 60} {
		for _, numbers := range []int{0, 1, 2, 45, 100} {
			inv := vobiztest.Generate(vobiztest.GenerateOptions{Customers: customers, Numbers: numbers, Now: now, Messy: true})
			if len(inv.Accounts) != customers || len(inv.Numbers) != numbers {
				t.Errorf("%d/%d: %d/%d", customers, numbers, len(inv.Accounts), len(inv.Numbers))
			}
			for _, line := range bytes.Split(bytes.TrimSpace(spell(inv)), []byte("\n")) {
				if len(line) > 0 {
					decode[map[string]any](t, line)
				}
			}
		}
	}
}

// A feature is something an inventory promises to hold between min and max of.
type feature struct {
	name     string
	min, max int
	is       func(n *vobiztest.Number) bool
}

func numberFeatures(now time.Time) []feature {
	due := func(days float64) func(n *vobiztest.Number) bool {
		return func(n *vobiztest.Number) bool {
			left := n.NextBillingDate.Time().Sub(now)
			return n.NextBillingDate != 0 && left >= 0 && left <= time.Duration(days*float64(24*time.Hour))
		}
	}
	status := func(s string) func(n *vobiztest.Number) bool {
		return func(n *vobiztest.Number) bool { return n.Status == s }
	}
	country := func(c string) func(n *vobiztest.Number) bool {
		return func(n *vobiztest.Number) bool { return n.Country == c }
	}
	active := status("active")
	return []feature{
		{"active", 1800, 2450, active},
		{"pending", 20, 300, status("pending")},
		{"suspended", 10, 300, status("suspended")},
		{"released", 10, 150, status("released")},
		{"India", 1500, 2400, country("IN")},
		{"US", 20, 500, country("US")},
		{"GB", 10, 500, country("GB")},
		{"AE", 5, 500, country("AE")},
		{"SG", 3, 500, country("SG")},
		{"unassigned", 25, 100, func(n *vobiztest.Number) bool { return n.AccountID == "" }},
		{"due in 7 days", 200, 900, due(7)},
		{"due in 14 days", 500, 1500, due(14)},
		{"due in 30 days", 1500, 2400, due(30)},
		{"overdue", 20, 400, func(n *vobiztest.Number) bool {
			return n.NextBillingDate != 0 && n.NextBillingDate.Time().Before(now)
		}},
		{"without billing date", 50, 300, func(n *vobiztest.Number) bool { return n.NextBillingDate == 0 }},
		{"active without route", 10, 150, func(n *vobiztest.Number) bool {
			return active(n) && n.ApplicationID == "" && n.TrunkGroupID == ""
		}},
		{"active with trunk only", 50, 400, func(n *vobiztest.Number) bool {
			return active(n) && n.ApplicationID == "" && n.TrunkGroupID != ""
		}},
		{"blocked", 5, 80, func(n *vobiztest.Number) bool { return n.IsBlocked }},
		{"trial", 10, 120, func(n *vobiztest.Number) bool { return n.IsTrialNumber }},
		{"voice disabled", 10, 120, func(n *vobiztest.Number) bool { return n.Capabilities.Voice && !n.VoiceEnabled }},
		{"Aadhaar required", 150, 600, func(n *vobiztest.Number) bool { return n.AadhaarVerificationRequired }},
		{"Aadhaar missing", 15, 150, func(n *vobiztest.Number) bool {
			return n.AadhaarVerificationRequired && !n.AadhaarVerified
		}},
	}
}

func TestGeneratedNumbersHoldWhatIsPromised(t *testing.T) {
	for seed := range uint64(3) {
		for _, messy := range []bool{false, true} {
			inv := vobiztest.Generate(options(seed, messy))
			for _, f := range numberFeatures(now) {
				count := 0
				for i := range inv.Numbers {
					if f.is(&inv.Numbers[i]) {
						count++
					}
				}
				if count < f.min || count > f.max {
					t.Errorf("seed %d, messy %v: %d %s, not in %d…%d", seed, messy, count, f.name, f.min, f.max)
				}
			}
		}
	}
}

func TestGeneratedAccountsHoldWhatIsPromised(t *testing.T) {
	inv := vobiztest.Generate(options(1, true))
	owned, active, due := map[string]int{}, map[string]int{}, map[string]float64{}
	for _, n := range inv.Numbers {
		owned[n.AccountID]++
		if n.Status == "active" {
			active[n.AccountID]++
		}
		if n.NextBillingDate != 0 && n.NextBillingDate.Time().Sub(now) < 14*24*time.Hour {
			due[n.AccountID+n.Currency] += n.MonthlyFee
		}
	}
	count := map[string]int{}
	var sizes []int
	for _, a := range inv.Accounts {
		tally(count, map[string]bool{
			"no number":   owned[a.AuthID] == 0,
			"none active": owned[a.AuthID] > 0 && active[a.AuthID] == 0,
			"disabled":    !a.Enabled || !a.IsActive,
			"postpaid":    a.Postpaid,
			"pending":     a.KYCStatus == "pending",
			"foreign":     a.PricingTier.Currency != "INR",
			"short":       !a.Postpaid && !a.AutoRecharge && a.CashCredits < due[a.AuthID+a.PricingTier.Currency],
		})
		sizes = append(sizes, owned[a.AuthID])
		if !strings.HasPrefix(a.AuthToken, vobiztest.CustomerTokenMark) || !strings.HasSuffix(a.Email, vobiztest.CustomerEmailMark) ||
			!strings.HasPrefix(a.Phone, vobiztest.CustomerPhoneMark) || !strings.Contains(a.Address, vobiztest.CustomerAddressMark) {
			t.Errorf("marks missing in %+v", a)
		}
	}
	if count["no number"] != 1 {
		t.Errorf("%d customers without a number", count["no number"])
	}
	for _, what := range []string{"none active", "disabled", "postpaid", "pending", "foreign", "short"} {
		if count[what] == 0 || count[what] > 15 {
			t.Errorf("%d customers %s", count[what], what)
		}
	}
	slices.Sort(sizes)
	if largest, median := sizes[39], sizes[20]; largest < 8*median {
		t.Errorf("largest %d, median %d", largest, median)
	}
}

func tally(count map[string]int, facts map[string]bool) {
	for what, is := range facts {
		if is {
			count[what]++
		}
	}
}

func TestMessyIsSpeltInAllWays(t *testing.T) {
	text := string(spell(vobiztest.Generate(options(1, true))))
	for _, want := range []string{
		`"monthly_fee":300,`, `"monthly_fee":300.00,`, `"monthly_fee":"300.00000",`, `"monthly_fee":200.25,`,
		`"cash_credits":"`, `"account_id":null`, `"account_id":""`, `"application_id":null`, `"application_id":""`,
		`"next_billing_date":null`, `"next_billing_date":""`, `"released_at":null`, `"tags":null`, `"metadata":{`,
		`"country":null`, `"country":""`, `"status":null`, `"currency":""`, `Z",`, `+00:00",`, `+05:30",`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("nowhere %s", want)
		}
	}
	lines := strings.Split(text, "\n")[40:]
	for _, key := range []string{`"account_id":`, `"status":`, `"country":`, `"currency":`, `"trunk_group_id":`} {
		if !slices.ContainsFunc(lines, func(line string) bool { return line != "" && !strings.Contains(line, key) }) {
			t.Errorf("%s is never absent", key)
		}
	}
}

func TestIDsAreThereOnceAndOnlyMessyRepeatsE164(t *testing.T) {
	for _, messy := range []bool{false, true} {
		inv := vobiztest.Generate(options(1, messy))
		ids, e164s := map[string]bool{}, map[string]bool{}
		for _, n := range inv.Numbers {
			ids[n.ID], e164s[n.E164] = true, true
		}
		if len(ids) != len(inv.Numbers) {
			t.Errorf("messy %v: %d ids", messy, len(ids))
		}
		if repeats := len(e164s) < len(inv.Numbers); repeats != messy {
			t.Errorf("messy %v: e164 repeats %v", messy, repeats)
		}
	}
}

func TestMeaningSurvivesEveryStyle(t *testing.T) {
	n := vobiztest.VendorExample().Numbers[0]
	n.NextBillingDate = vobiztest.At(time.Date(2026, 4, 25, 20, 58, 38, 796024000, time.UTC))
	for _, offset := range []vobiztest.OffsetStyle{vobiztest.OffsetZ, vobiztest.OffsetZero, vobiztest.OffsetIndia} {
		n.Style.Offset = offset
		got := decode[struct {
			Next time.Time `json:"next_billing_date"`
		}](t, n.AppendJSON(nil))
		if !got.Next.Equal(n.NextBillingDate.Time()) {
			t.Errorf("style %d: %s", offset, n.AppendJSON(nil))
		}
	}
}
