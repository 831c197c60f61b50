package vobiztest

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Evolve takes the inventory one step on, as a reseller's changes from one
// moment to the next: what is due by now is billed where the wallet covers it;
// in one of four steps a number is bought, or one released and one long
// released dropped; and a few may be activated, routed, blocked, verified, or
// the reverse. The inventory keeps to about its size and sort. Items with Raw
// are left alone.
func (inv *Inventory) Evolve(r *rand.Rand, now time.Time) {
	if inv.target == 0 {
		inv.target = len(inv.Numbers)
	}
	e := &evolution{Inventory: inv, r: r, now: At(now), accounts: make(map[string]*Account, len(inv.Accounts))}
	for i := range inv.Accounts {
		if inv.Accounts[i].Raw == nil {
			e.accounts[inv.Accounts[i].AuthID] = &inv.Accounts[i]
		}
	}
	e.bill()
	if chance(r, 25) {
		e.trade()
	}
	for range 8 {
		if i := e.find(func(n *Number) bool { return n.AccountID != "" }); i >= 0 {
			e.manage(&e.Numbers[i])
		}
	}
	e.customer()
}

// evolution is one step of Evolve.
type evolution struct {
	*Inventory
	r        *rand.Rand
	now      Stamp
	accounts map[string]*Account
}

// find is where a number that is wanted stands, the first from a random place
// on, or -1.
func (e *evolution) find(wanted func(*Number) bool) int {
	if len(e.Numbers) == 0 {
		return -1
	}
	start := e.r.IntN(len(e.Numbers))
	for i := range e.Numbers {
		at := (start + i) % len(e.Numbers)
		if n := &e.Numbers[at]; n.Raw == nil && wanted(n) {
			return at
		}
	}
	return -1
}

// bill renews what is due: from the wallet for fees in its currency, by invoice
// for others. What a wallet does not cover stays overdue.
func (e *evolution) bill() {
	for i := range e.Numbers {
		n := &e.Numbers[i]
		if n.NextBillingDate == 0 || n.NextBillingDate > e.now || n.Raw != nil {
			continue
		}
		if a := e.accounts[n.AccountID]; a != nil && a.PricingTier.Currency == n.Currency && !pay(a, n.MonthlyFee) {
			continue
		}
		n.LastBillingDate = n.NextBillingDate
		n.NextBillingDate = n.NextBillingDate.addMonths(1)
		n.UpdatedAt = e.now
	}
}

// pay takes a fee from the wallet, and reports whether it could.
func pay(a *Account, fee float64) bool {
	if a.AutoRecharge && a.CashCredits < fee {
		a.CashCredits += 50 * fee
	}
	if !a.Postpaid && a.CashCredits < fee {
		return false
	}
	a.CashCredits -= fee
	return true
}

// trade buys a number or lets one go, whichever brings the inventory nearer to
// its size.
func (e *evolution) trade() {
	if e.r.IntN(2*e.target+1) >= len(e.Numbers) {
		e.buy()
		return
	}
	if gone := e.find(func(n *Number) bool { return n.Status == "released" }); gone >= 0 {
		e.Numbers = slices.Delete(e.Numbers, gone, gone+1)
	}
	i := e.find(func(n *Number) bool { return n.AccountID != "" && n.Status == "active" })
	if i < 0 {
		return
	}
	n := &e.Numbers[i]
	n.Status, n.ApplicationID, n.TrunkGroupID = "released", "", ""
	n.NextBillingDate, n.ReleasedAt, n.UpdatedAt = 0, e.now, e.now
}

// buy adds a number at the head of the list, newest first, so that all others
// move on by one. Its customer is that of any number: who has many buys many.
func (e *evolution) buy() {
	i := e.find(func(n *Number) bool { return e.accounts[n.AccountID] != nil })
	if i < 0 {
		return
	}
	like := &e.Numbers[i]
	n := e.issue.draw(e.r, allMarkets().bought(e.r, e.accounts[like.AccountID].Country))
	n.AccountID = like.AccountID
	n.PurchasedAt, n.CreatedAt, n.UpdatedAt = e.now, e.now, e.now
	n.LastBillingDate = e.now // the first, partial month; then with the customer's other numbers
	n.NextBillingDate = e.now.Add(time.Hour + within(e.r, 30*day))
	if chance(e.r, 2) {
		n.IsTrialNumber, n.MonthlyFee, n.SetupFee = true, 0, 0
	}
	switch {
	case n.Source == "ported":
		n.Status = "porting"
	case chance(e.r, 70):
		n.Status, n.ApplicationID, n.TrunkGroupID = "active", like.ApplicationID, like.TrunkGroupID
	}
	e.Numbers = slices.Insert(e.Numbers, 0, n)
}

// manage does to a number what its owner or the vendor might. The chances back
// and forth keep each state about as common as Generate makes it.
func (e *evolution) manage(n *Number) {
	before := *n
	switch n.Status {
	case "pending", "porting", "inactive":
		if e.enabled(n) {
			n.Status = "active"
		}
	case "suspended":
		if e.enabled(n) && chance(e.r, 25) {
			n.Status = "active"
		}
	case "active":
		e.reroute(n)
		if chance(e.r, 0.5) {
			n.Status = "suspended"
		}
	case "released":
		return
	}
	n.IsBlocked = e.toggle(n.IsBlocked, 0.2)
	n.VoiceEnabled = !e.toggle(!n.VoiceEnabled, 0.3)
	if n.AadhaarVerificationRequired && chance(e.r, 4) {
		n.AadhaarVerified = true
	}
	if changed(before, *n) {
		n.UpdatedAt = e.now
	}
}

// toggle mends what is amiss in a fifth of all cases, and breaks what is not in
// percent of a hundred.
func (e *evolution) toggle(amiss bool, percent float64) bool {
	if amiss {
		return !chance(e.r, 20)
	}
	return chance(e.r, percent)
}

func (e *evolution) reroute(n *Number) {
	switch {
	case n.ApplicationID == "" && n.TrunkGroupID == "":
		if chance(e.r, 2) {
			n.TrunkGroupID = "5d0f9a52-6f1c-4c1e-8a53-0c7f5b1f4f11"
		} else if chance(e.r, 40) {
			n.ApplicationID = "20577609616603585"
		}
	case chance(e.r, 0.4):
		n.ApplicationID, n.TrunkGroupID = "", ""
	}
}

func (e *evolution) enabled(n *Number) bool {
	a := e.accounts[n.AccountID]
	return a != nil && a.Enabled && a.IsActive
}

func changed(a, b Number) bool {
	return a.Status != b.Status || a.ApplicationID != b.ApplicationID || a.TrunkGroupID != b.TrunkGroupID ||
		a.IsBlocked != b.IsBlocked || a.VoiceEnabled != b.VoiceEnabled || a.AadhaarVerified != b.AadhaarVerified
}

// customer moves one customer on: its verification, and its wallet if low.
func (e *evolution) customer() {
	if len(e.Accounts) == 0 {
		return
	}
	a := &e.Accounts[e.r.IntN(len(e.Accounts))]
	switch {
	case a.Raw != nil:
		return
	case a.KYCStatus == "pending" && chance(e.r, 4):
		a.KYCStatus = "verified"
	case a.KYCStatus == "verified" && chance(e.r, 0.5):
		a.KYCStatus = "pending"
	case !a.AutoRecharge:
		e.settle(a)
		return
	default:
		return
	}
	a.UpdatedAt = e.now
}

// settle has a customer pay at last: when a renewal has been overdue for a week,
// for some months ahead; what a postpaid one owes, after two months.
func (e *evolution) settle(a *Account) {
	monthly, late := 0.0, false
	for i := range e.Numbers {
		n := &e.Numbers[i]
		if n.AccountID == a.AuthID && n.Currency == a.PricingTier.Currency && n.NextBillingDate != 0 {
			monthly += n.MonthlyFee
			late = late || n.NextBillingDate < e.now.Add(-7*day)
		}
	}
	switch {
	case a.Postpaid && a.CashCredits < -2*monthly:
		a.CashCredits = 0
	case !a.Postpaid && late:
		a.CashCredits += quarters((1 + 3*e.r.Float64()) * monthly)
	default:
		return
	}
	a.UpdatedAt = e.now
}
