package vobiztest

import "time"

// tell puts the inventory into the state that the story has at now. It can be
// told over and over: what is so already stays.
func (d *Demo) tell(inv *Inventory, now time.Time) {
	into := now.Sub(d.start) % demoCycle
	at := At(now)
	for i := range inv.Numbers {
		n := &inv.Numbers[i]
		switch n.AccountID {
		case d.Outage:
			tellOutage(n, at, into >= demoOutage && into < demoRepair)
		case d.WalletShort:
			tellRenewal(n, i, at)
		case d.Overdue:
			tellOverdue(n, at)
		case d.Dormant:
			if n.Status == "active" {
				n.Status = "suspended"
			}
		}
	}
	d.tellWallets(inv, at)
}

// tellOutage takes the routes from an active number, or gives it one.
func tellOutage(n *Number, at Stamp, out bool) {
	routed := n.ApplicationID != "" || n.TrunkGroupID != ""
	switch {
	case n.Status != "active" || routed != out:
		return
	case out:
		n.ApplicationID, n.TrunkGroupID = "", ""
	default:
		n.ApplicationID = "31985999331899218"
	}
	n.UpdatedAt = at
}

// tellRenewal keeps a number's renewal ahead of it: put off each time it comes
// near, by a day more or less for each number.
func tellRenewal(n *Number, i int, at Stamp) {
	if n.NextBillingDate != 0 && n.NextBillingDate < at.Add(12*time.Hour) {
		n.NextBillingDate = at.Add(36*time.Hour + time.Duration(i%24)*day)
	}
}

// tellOverdue forgives a number what it has owed for long.
func tellOverdue(n *Number, at Stamp) {
	if n.NextBillingDate != 0 && n.NextBillingDate < at.Add(-20*day) {
		n.NextBillingDate = at.Add(10 * day)
	}
}

// tellWallets leaves the two customers that cannot pay next to nothing, sees
// that neither can be paid for, and brings a renewal of the one under 48 hours.
func (d *Demo) tellWallets(inv *Inventory, at Stamp) {
	for i := range inv.Accounts {
		a := &inv.Accounts[i]
		if a.AuthID != d.WalletShort && a.AuthID != d.Overdue {
			continue
		}
		a.Postpaid, a.AutoRecharge, a.BillingMode = false, false, "prepaid"
		a.CashCredits = 0.25
		soonest := soonestRenewal(inv, a)
		switch {
		case soonest == nil:
		case a.AuthID == d.WalletShort && soonest.NextBillingDate > at.Add(47*time.Hour):
			soonest.NextBillingDate = at.Add(36 * time.Hour)
		case a.AuthID == d.Overdue && soonest.NextBillingDate > at:
			soonest.NextBillingDate = at.Add(-day)
		}
	}
}

// soonestRenewal is the account's active number that its wallet must pay for
// next, or nil.
func soonestRenewal(inv *Inventory, a *Account) *Number {
	var soonest *Number
	for i := range inv.Numbers {
		n := &inv.Numbers[i]
		if n.AccountID != a.AuthID || n.Status != "active" || n.MonthlyFee == 0 ||
			n.Currency != a.PricingTier.Currency || n.NextBillingDate == 0 {
			continue
		}
		if soonest == nil || n.NextBillingDate < soonest.NextBillingDate {
			soonest = n
		}
	}
	return soonest
}
