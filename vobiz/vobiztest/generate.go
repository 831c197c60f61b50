package vobiztest

import (
	"math/rand/v2"
	"time"
)

// GenerateOptions say what inventory to make up.
type GenerateOptions struct {
	Seed      uint64
	Customers int
	Numbers   int
	Now       time.Time // billing dates are laid around it
	Messy     bool      // spell items in all the ways the API is known to, holes and oddities among them
}

// Generate makes up a reseller's inventory; the same options give the same one,
// byte for byte.
//
// A few customers hold most of the numbers; one in forty (of three or more)
// holds none, and the smallest of twenty or more has numbers but no active one.
// Most numbers are Indian, active and routed. From some hundreds of numbers on
// there are some in each billing window and overdue, without application,
// routed by a trunk only, blocked, trial, with voice disabled, short of Aadhaar
// verification, without a billing date and without a customer; and customers
// that are disabled, postpaid, unverified, or whose wallet cannot cover the
// renewals ahead. Amounts are whole quarters, so that sums are exact in any
// order. Every item can be understood and every id is there once.
func Generate(o GenerateOptions) *Inventory {
	return generate(o).inventory
}

func generate(o GenerateOptions) *generator {
	g := &generator{
		r:         rand.New(rand.NewPCG(o.Seed, 0x766f62697a)),
		now:       At(o.Now),
		messy:     o.Messy,
		markets:   allMarkets(),
		inventory: &Inventory{issue: issuer{offset: o.Seed}},
	}
	g.customers(o.Customers)
	g.numbers(o.Numbers)
	g.fundWallets()
	g.r.Shuffle(len(g.inventory.Accounts), func(i, j int) {
		a := g.inventory.Accounts
		a[i], a[j] = a[j], a[i]
	})
	return g
}

// generator is one run of Generate.
type generator struct {
	r         *rand.Rand
	now       Stamp
	messy     bool
	markets   markets
	inventory *Inventory
	profiles  []profile // largest customer first
}

// chance is true in percent of a hundred cases.
func chance(r *rand.Rand, percent float64) bool {
	return r.Float64()*100 < percent
}

// pick is one of the choices, each as likely.
func pick[T any](r *rand.Rand, choices ...T) T {
	return choices[r.IntN(len(choices))]
}

// within is a random time below d, in whole seconds.
func within(r *rand.Rand, d time.Duration) time.Duration {
	return time.Duration(r.Int64N(int64(d/time.Second))) * time.Second
}

// uuid is a random version 4 UUID.
func uuid(r *rand.Rand) string {
	const digits = "0123456789abcdef"
	var b [36]byte
	hi, lo := r.Uint64(), r.Uint64()
	for i := range b {
		switch i {
		case 8, 13, 18, 23:
			b[i] = '-'
		case 14:
			b[i] = '4'
		case 19:
			b[i] = digits[8+lo&3]
		default:
			b[i] = digits[hi&15]
			hi, lo = hi>>4|lo<<60, lo>>4
		}
	}
	return string(b[:])
}
