package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

// lasting are faults that may strike as often as they like: what is shown is then
// the last good inventory, or in spite of them the right one.
var lasting = map[string]vobiztest.Answer{
	"reset": vobiztest.Reset(), "truncated": vobiztest.Truncated(),
	"html": vobiztest.HTML(200), "bad gateway": vobiztest.HTML(502),
	"bad request": vobiztest.Status(400), "unauthorized": vobiztest.Status(401), "forbidden": vobiztest.Status(403),
	"not found": vobiztest.Status(404), "server error": vobiztest.Status(500), "unavailable": vobiztest.Status(503),
	"rate limited": vobiztest.RateLimited(""), "rate limited, nonsense": vobiztest.RateLimited("soon"),
	"rate limited, past": vobiztest.RateLimited("Sun, 06 Nov 1994 08:49:37 GMT"),
	"redirect":           vobiztest.Redirect("http://127.0.0.1:1/"),
	"not JSON":           vobiztest.JSON("{"), "no list": vobiztest.JSON("{}"), "total of text": vobiztest.Total(`"many"`),
	"total below 0": vobiztest.Total("-1"), "repeated page": vobiztest.RepeatPage(), "small pages": vobiztest.PerPage(7),
	"delay": vobiztest.Delay(2 * time.Millisecond),
}

// heavy are faults that cost much time or memory, and so are rare.
var heavy = map[string]vobiztest.Answer{
	"hang": vobiztest.Hang(), "drip": vobiztest.Drip(50 * time.Millisecond),
	"gzip bomb": vobiztest.GzipBomb(64 << 20), "endless body": vobiztest.Endless(64 << 20),
}

// lies are believed when they are told twice, so they are told once.
var lies = []vobiztest.Answer{
	vobiztest.EmptyPage(), vobiztest.Total("100000"), vobiztest.Total("299"),
	vobiztest.JSON(`{"items":[],"accounts":[],"page":1,"per_page":25,"size":25,"total":0}`),
}

// disturb sets the fault of this step, in three of five there is none.
func (s *soak) disturb() {
	r := s.r
	f := vobiztest.Fault{
		Endpoint: choose(r, vobiztest.EndpointNumbers, vobiztest.EndpointNumbers, vobiztest.EndpointAccounts, ""),
		Page:     choose(r, 0, 0, 1, 1+r.IntN(13)),
		After:    choose(r, 0, 0, r.IntN(12)),
		Times:    choose(r, 0, 1, 1, 2, 5),
	}
	switch n := r.IntN(1000); {
	case n < 310:
		s.fault, f.Handler = named(r, lasting)
	case n < 316:
		s.fault, f.Handler = named(r, heavy)
		f.Times = 1
	case n < 350 && s.settled:
		s.fault, f.Handler, f.Times = "lie", choose(r, lies...), 1
		f.Page, f.After = 1+r.IntN(13), 0
	case n < 400 && s.settled:
		s.fault = "drift"
		f = vobiztest.Fault{Endpoint: vobiztest.EndpointNumbers, Page: 1 + r.IntN(13), Times: 1, Handler: vobiztest.Before(s.drift())}
	default:
		s.fault = "none"
		return
	}
	s.faults[s.fault]++
	s.api.Inject(f)
}

func choose[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func named(r *rand.Rand, faults map[string]vobiztest.Answer) (string, vobiztest.Answer) {
	name := choose(r, slices.Sorted(maps.Keys(faults))...)
	return name, faults[name]
}

// drift is a change of the inventory in the middle of a read.
func (s *soak) drift() func() {
	count, grow, seed := 1+s.r.IntN(3), s.r.IntN(2) == 0, s.r.Uint64()
	return func() {
		r := rand.New(rand.NewPCG(seed, 0))
		s.api.Update(func(inv *vobiztest.Inventory) {
			for range count {
				if grow {
					buy(inv, r)
				} else {
					release(inv, r)
				}
			}
			model.SettleDates(inv, model.Defaults(time.Now()))
		})
	}
}

// change takes the inventory one step on: as Evolve does, and in ruder ways.
func (s *soak) change() {
	r := s.r
	s.story = s.story.Add(time.Minute)
	s.api.Update(func(inv *vobiztest.Inventory) {
		s.settled = s.held == nil
		if s.held != nil {
			inv.Numbers, s.held = s.held, nil
		}
		inv.Numbers = slices.DeleteFunc(inv.Numbers, func(n vobiztest.Number) bool { return n.Raw != nil })
		inv.Evolve(r, s.story)
		for range r.IntN(4) {
			if r.IntN(600) >= len(inv.Numbers) {
				buy(inv, r)
			} else {
				release(inv, r)
			}
		}
		s.customers(inv)
		if r.IntN(20) == 0 {
			inv.Numbers = slices.Insert(inv.Numbers, r.IntN(len(inv.Numbers)), vobiztest.Number{Raw: []byte(`{"id":null}`)})
		}
		if r.IntN(100) == 0 { // all are gone, until the next step
			s.held, inv.Numbers, s.settled = inv.Numbers, nil, false
		}
		model.SettleDates(inv, model.Defaults(time.Now()))
	})
}

// buy puts a number at the head of the list that is much like any other, at times
// down to its digits.
func buy(inv *vobiztest.Inventory, r *rand.Rand) {
	n := inv.Numbers[r.IntN(len(inv.Numbers))]
	if n.Raw != nil {
		return
	}
	n.ID = fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64())
	if r.IntN(10) > 0 {
		n.E164 = fmt.Sprintf("+91%010d", r.IntN(1e10))
	}
	n.MonthlyFee = float64(r.IntN(4000)) / 4
	n.NextBillingDate = vobiztest.At(time.Now().Add(time.Duration(r.IntN(80*24)-20*24) * time.Hour))
	if r.IntN(5) == 0 {
		n.NextBillingDate = 0
	}
	n.AccountID = ""
	if len(inv.Accounts) > 0 && r.IntN(8) > 0 {
		n.AccountID = inv.Accounts[r.IntN(len(inv.Accounts))].AuthID
	}
	inv.Numbers = slices.Insert(inv.Numbers, 0, n)
}

func release(inv *vobiztest.Inventory, r *rand.Rand) {
	if len(inv.Numbers) > 1 {
		i := r.IntN(len(inv.Numbers))
		inv.Numbers = slices.Delete(inv.Numbers, i, i+1)
	}
}

// customers lets one come or go, now and then; the numbers of those who go stay.
func (s *soak) customers(inv *vobiztest.Inventory) {
	r := s.r
	i := r.IntN(len(inv.Accounts))
	switch n := r.IntN(40); {
	case n == 0 && len(inv.Accounts) < 16:
		a := inv.Accounts[i]
		a.AuthID = fmt.Sprintf("MA_%08d", r.IntN(1e8))
		a.CashCredits = float64(r.IntN(40_000))/4 - 1000
		inv.Accounts = append(inv.Accounts, a)
	case n == 1 && len(inv.Accounts) > 8:
		inv.Accounts = slices.Delete(inv.Accounts, i, i+1)
	}
}
