package vobiztest_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"vobiz_exporter/vobiz/vobiztest"
)

func TestEvolveKeepsTheInventorySound(t *testing.T) {
	inv := vobiztest.Generate(options(3, false))
	r := rand.New(rand.NewPCG(1, 2))
	at := now
	for range 3000 { // some six weeks
		at = at.Add(20 * time.Minute)
		inv.Evolve(r, at)
	}
	if size := len(inv.Numbers); size < 2200 || size > 2800 {
		t.Errorf("grew to %d", size)
	}
	ids, e164s, known := map[string]bool{}, map[string]bool{}, map[string]bool{"": true}
	for _, a := range inv.Accounts {
		known[a.AuthID] = true
		if !a.Postpaid && a.CashCredits < 0 {
			t.Errorf("prepaid wallet at %v", a.CashCredits)
		}
	}
	billed := 0
	for i := range inv.Numbers {
		n := &inv.Numbers[i]
		ids[n.ID], e164s[n.E164] = true, true
		if !known[n.AccountID] {
			t.Errorf("number of nobody: %s", n.AccountID)
		}
		if released := n.Status == "released"; released != (n.ReleasedAt != 0) || released && n.NextBillingDate != 0 {
			t.Errorf("%s, released %v, next %v", n.Status, n.ReleasedAt, n.NextBillingDate)
		}
		if n.NextBillingDate != 0 && n.NextBillingDate <= n.LastBillingDate {
			t.Errorf("next %v, last %v", n.NextBillingDate.Time(), n.LastBillingDate.Time())
		}
		if n.LastBillingDate.Time().After(now) {
			billed++
		}
	}
	if len(ids) != len(inv.Numbers) || len(e164s) != len(inv.Numbers) {
		t.Errorf("%d ids, %d e164 of %d", len(ids), len(e164s), len(inv.Numbers))
	}
	if billed < len(inv.Numbers)/2 {
		t.Errorf("%d billed", billed)
	}
}

// What is amiss stays about as common as it was, so that a demo that has run
// for long has still all to show.
func TestEvolveKeepsSomethingAmiss(t *testing.T) {
	inv := vobiztest.Generate(options(3, false))
	r := rand.New(rand.NewPCG(1, 2))
	at, overdue := now, 0
	for step := range 6_000 { // four months
		at = at.Add(30 * time.Minute)
		inv.Evolve(r, at)
		if step > 2_000 && slices.ContainsFunc(inv.Numbers, func(n vobiztest.Number) bool {
			return n.NextBillingDate != 0 && n.NextBillingDate < vobiztest.At(at)
		}) {
			overdue++
		}
	}
	if overdue < 400 {
		t.Errorf("something overdue at %d of 4000 steps", overdue)
	}
	for _, f := range numberFeatures(at) {
		if f.name == "overdue" { // comes and goes with each customer's wallet
			continue
		}
		count := 0
		for i := range inv.Numbers {
			if f.is(&inv.Numbers[i]) {
				count++
			}
		}
		if count < max(1, f.min/10) || f.max < 1000 && count > 2*f.max {
			t.Errorf("%d %s", count, f.name)
		}
	}
}

func TestEvolveBillsFromTheWallet(t *testing.T) {
	inv := vobiztest.VendorExample()
	inv.Accounts[0].CashCredits = 450
	late := time.Date(2026, 4, 25, 7, 0, 0, 0, time.UTC)
	for i := range inv.Numbers { // for these the wallet has enough for one
		inv.Numbers[i].NextBillingDate = vobiztest.At(late.Add(-time.Minute))
	}
	inv.Evolve(rand.New(rand.NewPCG(1, 2)), late)
	overdue, billed := 0, 0
	for _, n := range inv.Numbers {
		switch {
		case n.NextBillingDate != 0 && n.NextBillingDate.Time().Before(late):
			overdue++
		case n.LastBillingDate.Time().Equal(late.Add(-time.Minute)):
			billed++
		}
	}
	if left := inv.Accounts[0].CashCredits; left != 150 || overdue > 1 || billed < 1 {
		t.Errorf("%v left, %d billed, %d overdue", left, billed, overdue)
	}
}

func TestEvolveIsTheSameForTheSameSeed(t *testing.T) {
	run := func() []byte {
		inv := vobiztest.Generate(options(3, true))
		r := rand.New(rand.NewPCG(5, 5))
		for step := range 100 {
			inv.Evolve(r, now.Add(time.Duration(step)*time.Hour))
		}
		return spell(inv)
	}
	if !bytes.Equal(run(), run()) {
		t.Error("differs")
	}
}

func TestEvolveOfLittle(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	raw := vobiztest.VendorExample()
	raw.Numbers[0].Raw, raw.Accounts[0].Raw = []byte("nonsense"), []byte("{}")
	for _, inv := range []*vobiztest.Inventory{{}, raw, vobiztest.VendorExample()} {
		for range 200 {
			inv.Evolve(r, now)
		}
	}
	if !bytes.Equal(raw.Numbers[0].AppendJSON(nil), []byte("nonsense")) && !bytes.Equal(raw.Numbers[1].AppendJSON(nil), []byte("nonsense")) {
		t.Error("the item with Raw is gone")
	}
}
