package collector

import (
	"cmp"
	"hash/maphash"
	"time"

	"vobiz_exporter/vobiz"
)

// FoldOptions says what to make of an inventory.
type FoldOptions struct {
	Windows     []Window // ascending, at least one
	DetailLimit int      // per-number series a family, 0 for none
	NumbersByID bool     // the number label holds id instead of e164
	ByAccount   bool     // the inventory families have the account label

	// ProblemsOnly is for who lists problems: no number's billing date is kept, and
	// one without e164 goes by its id.
	ProblemsOnly bool
}

// Inventory is what one read of the numbers came to. Nothing changes it once it
// is made, and it grows with the customers, not with the numbers.
type Inventory struct {
	Groups   map[groupKey]*group
	Accounts map[string]*accountFacts
	Billing  []detailEntry // Rank: next billing date, Unix µs
	Problems []detailEntry // Rank: place among the problems
	Dropped  struct{ Billing, Problems int }
	Capped   int // numbers that count under other, for a label took too many values
}

// groupKey is what numbers that are counted together have in common, as label
// values.
type groupKey struct {
	Account, Country, Status, Currency string
}

// group counts the numbers of one key.
type group struct {
	Numbers           int64
	Capable           [4]int64 // voice, sms, mms, fax
	Unrouted          [2]int64 // without application: no trunk, trunk
	AadhaarRequired   int64
	AadhaarUnverified int64
	Blocked           int64
	Trial             int64
	VoiceDisabled     int64
	Undated           int64 // without a next billing date
	Monthly, Setup    vobiz.Money
	Due               []due // a window each, then overdue
}

// due counts renewals.
type due struct {
	Numbers int64
	Fees    vobiz.Money
}

// accountFacts is what there is to say of an account whatever the grouping.
type accountFacts struct {
	Active      int64
	NextBilling int64 // soonest, Unix µs; 0 for none
}

// active is how many active numbers the account has.
func (i *Inventory) active(account string) int64 {
	if facts := i.Accounts[account]; facts != nil {
		return facts.Active
	}
	return 0
}

// fold takes in numbers one by one. It has no clock and does no I/O.
type fold struct {
	options  FoldOptions
	now      time.Time // what dates are compared with
	seed     maphash.Seed
	seen     idSet
	groups   map[groupKey]*group
	accounts map[string]*accountFacts
	billing  *detail
	problems *detail

	account, country, status, currency capped
	capped                             int
}

func newFold(options FoldOptions, now time.Time, seed maphash.Seed) *fold {
	return &fold{
		options: options, now: now, seed: seed,
		groups:   make(map[groupKey]*group),
		accounts: make(map[string]*accountFacts),
		account:  newCapped(maxAccounts),
		country:  newCapped(maxCountries),
		status:   newCapped(maxStatuses),
		currency: newCapped(maxCurrencies),
		billing:  newDetail(options.DetailLimit, seed),
		problems: newDetail(options.DetailLimit, seed),
	}
}

// inventory ends the fold, and returns what it has come to.
func (f *fold) inventory() *Inventory {
	inv := &Inventory{
		Groups: f.groups, Accounts: f.accounts,
		Billing: f.billing.kept(), Problems: f.problems.kept(),
		Capped: f.capped,
	}
	inv.Dropped.Billing, inv.Dropped.Problems = f.billing.dropped(), f.problems.dropped()
	f.billing, f.problems = nil, nil // they hold a word for each number
	return inv
}

// add takes in a number, unless one with its id is in already.
func (f *fold) add(n *vobiz.Number) (isNew bool) {
	if !f.seen.add(maphash.String(f.seed, n.ID)) {
		return false
	}
	key := f.key(n)
	f.addToAccount(key, n)
	f.addDetail(key, n)
	if !f.options.ByAccount {
		key.Account = ""
	}
	g := f.group(key)
	g.add(n)
	f.addToWindows(g, n)
	return true
}

// key gives the number's labels.
func (f *fold) key(n *vobiz.Number) groupKey {
	beyond := f.account.beyond + f.country.beyond + f.status.beyond + f.currency.beyond
	key := groupKey{
		Account:  f.account.pass(labelOr(n.AccountID, unassigned)),
		Country:  f.country.pass(labelOr(n.Country, unknown)),
		Status:   f.status.pass(labelOr(n.Status, unknown)),
		Currency: f.currency.pass(labelOr(n.Currency, unknown)),
	}
	if f.account.beyond+f.country.beyond+f.status.beyond+f.currency.beyond > beyond {
		f.capped++
	}
	return key
}

func (f *fold) group(key groupKey) *group {
	g := f.groups[key]
	if g == nil && len(f.groups) >= maxGroups {
		f.capped++
		key = groupKey{other, other, other, other}
		if !f.options.ByAccount {
			key.Account = ""
		}
		g = f.groups[key]
	}
	if g == nil {
		g = &group{Due: make([]due, len(f.options.Windows)+1)}
		f.groups[key] = g
	}
	return g
}

func (f *fold) addToAccount(key groupKey, n *vobiz.Number) {
	facts := f.accounts[key.Account]
	if facts == nil {
		facts = &accountFacts{}
		f.accounts[key.Account] = facts
	}
	if key.Status == statusActive {
		facts.Active++
	}
	if !n.NextBilling.IsZero() {
		at := n.NextBilling.UnixMicro()
		facts.NextBilling = min(cmp.Or(facts.NextBilling, at), at)
	}
}

func (g *group) add(n *vobiz.Number) {
	c := n.Capabilities
	g.Numbers++
	for i, capable := range [4]bool{c.Voice, c.SMS, c.MMS, c.Fax} {
		g.Capable[i] += one(capable)
	}
	if !n.HasApplication {
		g.Unrouted[one(n.HasTrunk)]++
	}
	g.AadhaarRequired += one(n.AadhaarRequired)
	g.AadhaarUnverified += one(n.AadhaarRequired && !n.AadhaarVerified)
	g.Blocked += one(n.Blocked)
	g.Trial += one(n.Trial)
	g.VoiceDisabled += one(c.Voice && n.VoiceDisabled)
	g.Undated += one(n.NextBilling.IsZero())
	g.Monthly = g.Monthly.Add(n.MonthlyFee)
	g.Setup = g.Setup.Add(n.SetupFee)
}

func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// addToWindows counts a renewal in every window that holds it.
func (f *fold) addToWindows(g *group, n *vobiz.Number) {
	if n.NextBilling.IsZero() {
		return
	}
	left := n.NextBilling.Sub(f.now)
	last := len(f.options.Windows)
	if left < 0 {
		g.Due[last].add(n.MonthlyFee)
		return
	}
	for i := last - 1; i >= 0 && left <= f.options.Windows[i].Length; i-- {
		g.Due[i].add(n.MonthlyFee)
	}
}

func (d *due) add(fee vobiz.Money) {
	d.Numbers++
	d.Fees = d.Fees.Add(fee)
}
