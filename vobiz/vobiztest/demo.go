package vobiztest

import (
	"context"
	"math/rand/v2"
	"net/http"
	"time"
)

// How the demo passes its time.
const (
	demoTick     = 10 * time.Second // the story is looked after
	demoEvolve   = 2                // ticks between two steps of change
	demoHiccup   = 42               // ticks between two passing faults of the API
	demoOutage   = 2 * time.Minute  // into each cycle, an application is deleted
	demoRepair   = 30 * time.Minute
	demoCycle    = time.Hour
	demoSeed     = 20_260_325
	demoCustomer = 40
	demoNumbers  = 2_500
)

// Demo is a server of a made-up inventory that changes as it runs, with
// something amiss at all times.
type Demo struct {
	*Server

	Outage      string // the customer whose active numbers lose their application 2 minutes in, until 30, each hour
	WalletShort string // the customer whose wallet cannot cover a renewal less than 48 hours away
	Overdue     string // the customer that cannot pay what it owes
	Dormant     string // the customer with numbers but no active one

	start time.Time
	r     *rand.Rand
}

// NewDemo is the demo as it stands at now, before any change. It takes the
// default credentials. The same now gives the same inventory.
func NewDemo(now time.Time) *Demo {
	g := generate(GenerateOptions{Seed: demoSeed, Customers: demoCustomer, Numbers: demoNumbers, Now: now})
	d := &Demo{
		Server: NewServer(g.inventory, Options{
			RateLimit: 50, RetryAfter: time.Second, Latency: 25 * time.Millisecond,
		}),
		Outage:      g.profiles[6].account,
		WalletShort: g.profiles[3].account,
		Overdue:     g.profiles[19].account,
		Dormant:     g.profiles[demoCustomer-2].account,
		start:       now,
		r:           rand.New(rand.NewPCG(demoSeed, 1)),
	}
	d.Update(func(inv *Inventory) { d.tell(inv, now) })
	return d
}

// Run changes the inventory, slowly, until ctx ends.
func (d *Demo) Run(ctx context.Context) {
	ticker := time.NewTicker(demoTick)
	defer ticker.Stop()
	for tick := 1; ; tick++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := time.Now()
		d.Update(func(inv *Inventory) {
			if tick%demoEvolve == 0 {
				inv.Evolve(d.r, now)
			}
			d.tell(inv, now)
		})
		if tick%demoHiccup == 0 {
			d.hiccup()
		}
	}
}

// hiccup has the next two requests fail, as a real API's do now and then. What
// nobody met of the last one is dropped, so that none pile up.
func (d *Demo) hiccup() {
	d.Clear()
	d.Inject(
		Fault{Times: 1, Handler: Status(http.StatusServiceUnavailable)},
		Fault{Times: 1, Handler: RateLimited("1")},
	)
}
