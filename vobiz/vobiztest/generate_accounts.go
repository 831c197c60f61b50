package vobiztest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// profile is what sort of customer an account is, and what its numbers share.
type profile struct {
	account      string
	home         market
	applications []string
	trunk        string
	dormant      bool // has no active number
	short        bool // its wallet cannot cover the renewals ahead
}

// customers makes the accounts, the largest first. What is rare is dealt out by
// rank rather than by chance, so that small inventories hold some of it too.
func (g *generator) customers(n int) {
	taken := make(map[string]bool, n)
	g.inventory.Accounts = make([]Account, n)
	g.profiles = make([]profile, n)
	for rank := range n {
		id := g.authID(taken)
		p := g.profile(id, rank)
		p.dormant = rank%17 == 11 || n >= 20 && rank == holders(n)-1
		g.profiles[rank] = p
		g.inventory.Accounts[rank] = g.account(p, rank)
	}
}

// holders is how many of n customers have numbers.
func holders(n int) int {
	if n < 3 {
		return n
	}
	return n - max(1, n/40)
}

func (g *generator) profile(id string, rank int) profile {
	p := profile{account: id, home: g.markets.home(g.r), trunk: uuid(g.r), short: rank%8 == 3}
	for range 1 + g.r.IntN(3) {
		application := 10_000_000_000_000_000 + g.r.Int64N(30_000_000_000_000_000)
		p.applications = append(p.applications, strconv.FormatInt(application, 10))
	}
	return p
}

func (g *generator) authID(taken map[string]bool) string {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	for {
		b := []byte("MA_________")
		for i := 3; i < len(b); i++ {
			b[i] = letters[g.r.IntN(len(letters))]
		}
		if id := string(b); !taken[id] {
			taken[id] = true
			return id
		}
	}
}

func (g *generator) account(p profile, rank int) Account {
	company := companyName(g.r)
	created := g.now.Add(-90*day - within(g.r, 3*year))
	a := Account{
		ID: uuid(g.r), AuthID: p.account,
		AuthToken: CustomerTokenMark + uuid(g.r),
		Name:      company, Company: company,
		Email:   fmt.Sprintf("accounts%d@%s", rank+1, CustomerEmailMark),
		Phone:   fmt.Sprintf("%s%05d", CustomerPhoneMark, rank%100_000),
		Address: fmt.Sprintf("%d %s", 1+g.r.IntN(400), CustomerAddressMark),
		Country: p.home.country,
		PricingTier: PricingTier{
			Name: pick(g.r, "Standard", "Growth", "Enterprise"), Currency: p.home.currency,
		},
		BillingMode: "prepaid", KYCStatus: "verified", IsActive: true, Enabled: true,
		AutoRecharge: !p.short && chance(g.r, 40), IsTrialAccount: rank%13 == 7,
		CreatedAt: created, UpdatedAt: g.now.Add(-within(g.r, 60*day)), Style: g.style(),
	}
	switch {
	case rank%6 == 5:
		a.KYCStatus = "pending"
	case rank%23 == 9:
		a.KYCStatus = "rejected"
	}
	if rank%9 == 4 && !p.short {
		a.BillingMode, a.Postpaid, a.AutoRecharge = "postpaid", true, false
	}
	switch rank % 34 {
	case 11:
		a.Enabled = false
	case 28:
		a.IsActive = false
	}
	return a
}

// fundWallets gives each customer what it has against what it owes: a few days
// of renewals for the short ones, months for the others.
func (g *generator) fundWallets() {
	monthly := make(map[string]float64, len(g.profiles))
	currency := make(map[string]string, len(g.profiles))
	for _, p := range g.profiles {
		currency[p.account] = p.home.currency
	}
	for i := range g.inventory.Numbers {
		n := &g.inventory.Numbers[i]
		if n.NextBillingDate != 0 && n.Currency == currency[n.AccountID] {
			monthly[n.AccountID] += n.MonthlyFee
		}
	}
	for rank := range g.inventory.Accounts {
		a, p := &g.inventory.Accounts[rank], g.profiles[rank]
		months := 2 + 6*g.r.Float64()
		switch {
		case p.short:
			months = 0.02 + 0.1*g.r.Float64()
		case a.Postpaid:
			months = -g.r.Float64()
		}
		a.CashCredits = quarters(monthly[a.AuthID] * months)
		if !p.short && !a.Postpaid {
			a.CashCredits += float64(100 * g.r.IntN(20))
		}
	}
}

// quarters cuts an amount to whole quarters of its unit.
func quarters(v float64) float64 { return float64(int64(v*4)) / 4 }

func companyName(r *rand.Rand) string {
	first := pick(r, "Aarav", "Bharat", "Chandra", "Deccan", "Everest", "Falcon", "Ganga", "Himalaya", "Indus",
		"Jyoti", "Kaveri", "Lakshmi", "Malabar", "Narmada", "Om Sai", "Pragati", "Rajdhani", "Sahyadri", "Triveni",
		"Udaan", "Vindhya", "Yamuna", "Zenith", "Nilgiri", "Konkan", "Shakti", "Surya", "Varuna")
	second := pick(r, "Logistics", "Finserv", "Healthcare", "Realty", "Textiles", "Motors", "Edutech", "Foods",
		"Insurance Brokers", "Travels", "Diagnostics", "Agro", "Retail", "Infotech", "Power", "Hospitality", "Pharma")
	third := pick(r, "Pvt Ltd", "Pvt Ltd", "Pvt Ltd", "Ltd", "LLP", "& Sons", "(India) Pvt Ltd")
	return first + " " + second + " " + third
}
