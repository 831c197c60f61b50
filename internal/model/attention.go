package model

import (
	"fmt"
	"time"

	"vobiz_exporter/vobiz/vobiztest"
)

// Finding is what a check of an inventory has to say, a problem at a time.
type Finding struct {
	Problem, Account, Name, Number, Country, Currency string
	Fees, Balance                                     float64
}

// Attention is everything in an inventory that wants attention, once each, with
// renewals looked at so far ahead.
func Attention(inv *vobiztest.Inventory, now time.Time, within time.Duration) map[Finding]bool {
	found := make(map[Finding]bool)
	names := make(map[string]string)
	for i := range inv.Accounts {
		a := &inv.Accounts[i]
		names[a.AuthID] = or(a.Name, a.Company)
		if !a.Enabled || !a.IsActive {
			continue
		}
		f := Finding{Account: a.AuthID, Name: names[a.AuthID], Currency: or(a.PricingTier.Currency, "unknown"), Balance: a.CashCredits}
		active := 0
		for _, n := range inv.Numbers {
			if n.AccountID != a.AuthID {
				continue
			}
			if n.Status == "active" {
				active++
			}
			left := n.NextBillingDate.Time().Sub(now)
			if n.NextBillingDate != 0 && left >= 0 && left <= within && or(n.Currency, "unknown") == f.Currency {
				f.Fees += n.MonthlyFee
			}
		}
		if a.BillingMode == "prepaid" && !a.AutoRecharge && !a.Postpaid && f.Fees > f.Balance && f.Fees > 0 {
			f.Problem = "renewal_not_covered"
			found[f] = true
		}
		if active == 0 {
			found[Finding{Problem: "no_active_number", Account: a.AuthID, Name: names[a.AuthID]}] = true
		}
	}
	attendNumbers(found, inv, now, names)
	return found
}

func attendNumbers(found map[Finding]bool, inv *vobiztest.Inventory, now time.Time, names map[string]string) {
	for _, n := range inv.Numbers {
		late := n.NextBillingDate != 0 && n.NextBillingDate.Time().Before(now)
		for _, p := range problemsOf(&n, late) {
			if p.is {
				found[Finding{
					Problem: p.name, Account: or(n.AccountID, "unassigned"), Name: names[n.AccountID],
					Number: or(n.E164, n.ID), Country: or(n.Country, "unknown"),
				}] = true
			}
		}
	}
}

// String shows what there is of it.
func (f Finding) String() string {
	return fmt.Sprintf("%s account=%s name=%q number=%s country=%s fees=%g balance=%g %s",
		f.Problem, f.Account, f.Name, f.Number, f.Country, f.Fees, f.Balance, f.Currency)
}

// Strain empties wallets, and turns the settings that decide whether that matters,
// one at each customer in turn.
func Strain(inv *vobiztest.Inventory) {
	for i := range inv.Accounts {
		a := &inv.Accounts[i]
		a.CashCredits, a.BillingMode, a.AutoRecharge, a.Postpaid = 0.25, "prepaid", false, false
		a.Enabled, a.IsActive = true, true
		switch i % 8 {
		case 7:
			a.CashCredits = 1e9
		case 1:
			a.AutoRecharge = true
		case 2:
			a.Postpaid = true
		case 3:
			a.BillingMode = "invoice"
		case 4:
			a.Enabled = false
		case 5:
			a.IsActive = false
		case 6:
			a.PricingTier.Currency = "EUR"
		}
	}
}
