package collector

import (
	"slices"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/vobiz"
)

// attended is what is found of one customer with a number that renews within the
// window, of a fee of 100.
func attended(a vobiz.Account, active bool) (found []string) {
	const day = 24 * time.Hour
	within := Window{"14d", 14 * day}
	n := vobiz.Number{AccountID: a.ID, Currency: "INR", MonthlyFee: 100, NextBilling: foldNow.Add(day), HasApplication: true}
	if active {
		n.Status = statusActive
	}
	inv := foldOf(FoldOptions{Windows: []Window{within}, ByAccount: true, DetailLimit: maxNumbers, ProblemsOnly: true}, n)
	c := checked{
		numbers:   &inventoryRead{Inventory: inv},
		customers: &customersRead{customers: []customer{newCustomer(&a, true)}}, within: within,
	}
	for _, f := range c.findings() {
		found = append(found, string(f.Problem))
	}
	return found
}

// TestCheckFollowsTheRules: of a customer's switches, each in every state the API
// can leave it in, check makes what the alert rules make.
func TestCheckFollowsTheRules(t *testing.T) {
	poor := vobiz.Account{
		ID: "MA_1", Currency: "INR", BillingMode: "prepaid", Balance: 99, HasBalance: true,
		AutoRecharge: vobiz.False, Postpaid: vobiz.False, Enabled: vobiz.True, Active: vobiz.True,
	}
	const short, silent = "renewal_not_covered", "no_active_number"
	for name, c := range map[string]struct {
		change func(*vobiz.Account)
		want   string // of a customer without an active number
	}{
		"as it is":                {func(*vobiz.Account) {}, short + " " + silent},
		"a wallet just enough":    {func(a *vobiz.Account) { a.Balance = 100 }, silent},
		"no wallet known":         {func(a *vobiz.Account) { a.HasBalance, a.Balance = false, 0 }, silent},
		"another currency":        {func(a *vobiz.Account) { a.Currency = "USD" }, silent},
		"no currency":             {func(a *vobiz.Account) { a.Currency = "" }, silent},
		"billed later":            {func(a *vobiz.Account) { a.BillingMode = "invoice" }, silent},
		"no mode of billing":      {func(a *vobiz.Account) { a.BillingMode = "" }, silent},
		"recharges":               {func(a *vobiz.Account) { a.AutoRecharge = vobiz.True }, silent},
		"recharge not known":      {func(a *vobiz.Account) { a.AutoRecharge = vobiz.Unset }, silent},
		"postpaid":                {func(a *vobiz.Account) { a.Postpaid = vobiz.True }, silent},
		"postpaid not known":      {func(a *vobiz.Account) { a.Postpaid = vobiz.Unset }, short + " " + silent},
		"not enabled":             {func(a *vobiz.Account) { a.Enabled = vobiz.False }, ""},
		"not active":              {func(a *vobiz.Account) { a.Active = vobiz.False }, ""},
		"enabled, active unknown": {func(a *vobiz.Account) { a.Active = vobiz.Unset }, short + " " + silent},
		"neither known":           {func(a *vobiz.Account) { a.Enabled, a.Active = vobiz.Unset, vobiz.Unset }, short},
	} {
		a := poor
		c.change(&a)
		if got := strings.Join(attended(a, false), " "); got != c.want {
			t.Errorf("%s: found %q, want %q", name, got, c.want)
		}
		want := strings.TrimSpace(strings.Replace(c.want, silent, "", 1))
		if got := strings.Join(attended(a, true), " "); got != want {
			t.Errorf("%s, with an active number: found %q, want %q", name, got, want)
		}
	}
}

// TestCheckTellsOfWhatIsMissing: items not understood, customers beyond the most
// that are kept, and those that the API counts and does not list.
func TestCheckTellsOfWhatIsMissing(t *testing.T) {
	for name, test := range map[string]struct {
		numbers   tally
		customers tally
		capped    int
		want      []Finding
	}{
		"all there":         {numbers: tally{Distinct: 3, Total: 3}},
		"one listed twice":  {numbers: tally{Distinct: 3, Duplicates: 1, Total: 4}},
		"more than counted": {numbers: tally{Distinct: 3, Total: 2}},
		"one not listed":    {numbers: tally{Distinct: 3, Total: 4}, want: []Finding{{Problem: InventoryIncomplete, Items: 1, Endpoint: "numbers"}}},
		"all kinds": {
			numbers:   tally{Distinct: 3, Duplicates: 1, Rejected: 2, Total: 10},
			customers: tally{Distinct: 1, Rejected: 1, Total: 2}, capped: 5,
			want: []Finding{{Problem: InventoryIncomplete, Items: 6, Endpoint: "numbers"}, {Problem: InventoryIncomplete, Items: 6, Endpoint: "accounts"}},
		},
	} {
		c := checked{
			numbers:   &inventoryRead{Inventory: foldOf(FoldOptions{ByAccount: true}), tally: test.numbers},
			customers: &customersRead{tally: test.customers, capped: test.capped},
		}
		if got := c.incomplete(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

// TestCheckKeepsNoDates: memory goes to problems alone, and each number counts.
func TestCheckKeepsNoDates(t *testing.T) {
	soon := vobiz.Number{NextBilling: foldNow.Add(time.Hour), Blocked: true}
	inv := foldOf(FoldOptions{ByAccount: true, DetailLimit: 10, ProblemsOnly: true}, soon, soon)
	if len(inv.Billing) > 0 || len(inv.Problems) != 2 {
		t.Errorf("%d dates, %d problems", len(inv.Billing), len(inv.Problems))
	}
}
