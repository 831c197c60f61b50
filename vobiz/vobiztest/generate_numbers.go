package vobiztest

import (
	"math/rand/v2"
	"time"
)

// numbers makes the numbers, dealt out to their customers.
func (g *generator) numbers(n int) {
	g.inventory.Numbers = make([]Number, n)
	g.inventory.target = n
	for i, owner := range g.owners(n) {
		number := g.number(owner)
		if g.messy && i > 0 && chance(g.r, 0.5) {
			number = g.twin(number, g.inventory.Numbers[g.r.IntN(i)])
		}
		g.inventory.Numbers[i] = number
	}
}

// owners is each number's customer, by rank; -1 is none. The k-th largest has
// a share of about 1/k, and each of those that have any has one at least.
func (g *generator) owners(n int) []int32 {
	owners := make([]int32, 0, n)
	for range (n + 40) / 50 {
		owners = append(owners, -1)
	}
	k := holders(len(g.profiles))
	rest, weights := n-len(owners)-k, 0.0
	for rank := range k {
		weights += 1 / float64(rank+1)
	}
	for rank := k - 1; rank > 0; rank-- {
		share := 1 + int(float64(max(rest, 0))/weights/float64(rank+1))
		for range min(share, n-len(owners)) {
			owners = append(owners, int32(rank))
		}
	}
	largest := int32(min(0, k-1))
	for len(owners) < n {
		owners = append(owners, largest)
	}
	g.r.Shuffle(n, func(i, j int) { owners[i], owners[j] = owners[j], owners[i] })
	return owners
}

// number is one number of a customer, by rank, or of none.
func (g *generator) number(owner int32) Number {
	p := profile{home: g.markets["IN"]}
	if owner >= 0 {
		p = g.profiles[owner]
	}
	n := g.inventory.issue.draw(g.r, g.markets.bought(g.r, p.home.country))
	n.AccountID = p.account
	n.Status = g.status(p)
	g.route(&n, p)
	g.lifetime(&n, p)
	n.IsBlocked = chance(g.r, 1)
	n.IsTrialNumber = chance(g.r, 2)
	n.VoiceEnabled = !chance(g.r, 1.5)
	if n.IsTrialNumber {
		n.MonthlyFee, n.SetupFee = 0, 0
	}
	n.Style = g.style()
	if g.messy {
		g.mess(&n)
	}
	return n
}

// draw is a number as it comes from stock: nobody's yet.
func (i *issuer) draw(r *rand.Rand, m market) Number {
	a := m.areas[r.IntN(len(m.areas))]
	n := Number{
		ID: uuid(r), E164: i.e164(a), Country: m.country, Region: a.region,
		Capabilities: m.capabilities, VoiceEnabled: true, Status: "pending",
		Currency: m.currency, MonthlyFee: m.fees[r.IntN(len(m.fees))], SetupFee: m.setup, Source: "purchased",
	}
	if m.country == "IN" && chance(r, 15) {
		n.AadhaarVerificationRequired = true
		n.AadhaarVerified = chance(r, 85)
	}
	if chance(r, 10) {
		n.MinimumCommitmentMonths = pick(r, 3, 6, 12)
	}
	switch {
	case chance(r, 4):
		n.Source = "ported"
	case chance(r, 2):
		n.Source = "assigned"
	}
	return n
}

func (g *generator) status(p profile) string {
	if p.dormant {
		return pick(g.r, "suspended", "suspended", "suspended", "pending")
	}
	if p.account == "" {
		return pick(g.r, "active", "pending", "inactive", "inactive")
	}
	switch x := g.r.Float64() * 100; {
	case x < 91:
		return "active"
	case x < 94:
		return "pending"
	case x < 96:
		return "suspended"
	case x < 98.5:
		return "released"
	case x < 99.3:
		return "porting"
	default:
		return "inactive"
	}
}

// route gives most numbers an application, some a trunk, some both, few neither.
func (g *generator) route(n *Number, p profile) {
	if p.account == "" || n.Status == "released" || n.Status == "pending" && chance(g.r, 70) {
		return
	}
	x := g.r.Float64() * 100
	if x < 88 {
		n.ApplicationID = pick(g.r, p.applications...)
	}
	if x >= 86 && x < 97.5 {
		n.TrunkGroupID = p.trunk
	}
}

// lifetime lays out the number's dates: made, bought, billed each month since,
// and for some released.
func (g *generator) lifetime(n *Number, p profile) {
	owned := day + within(g.r, 2*year)
	n.PurchasedAt = g.now.Add(-owned)
	n.CreatedAt = n.PurchasedAt.Add(-within(g.r, year))
	n.UpdatedAt = n.PurchasedAt.Add(within(g.r, owned))
	if n.Status == "released" {
		n.ReleasedAt = n.UpdatedAt
		n.LastBillingDate = n.PurchasedAt
		return
	}
	if p.account == "" || chance(g.r, 2) {
		return // stock, and gifts: never billed
	}
	months := 1
	if chance(g.r, 3) {
		months = 3
	}
	ahead := within(g.r, time.Duration(months)*30*day)
	if p.short && chance(g.r, 30) || chance(g.r, 0.5) {
		ahead = -within(g.r, 20*day) - time.Hour
	}
	n.NextBillingDate = g.now.Add(ahead)
	n.LastBillingDate = min(n.NextBillingDate.addMonths(-months), g.now)
	if n.LastBillingDate < n.PurchasedAt {
		n.PurchasedAt = n.LastBillingDate
		n.CreatedAt = min(n.CreatedAt, n.PurchasedAt)
	}
}
