package vobiztest_test

import (
	"bytes"
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"vobiz_exporter/vobiz/vobiztest"
)

func demoFacts(d *vobiztest.Demo) (unrouted, renewing, overdue, active int, wallet float64) {
	d.Update(func(inv *vobiztest.Inventory) {
		at := time.Now()
		for _, n := range inv.Numbers {
			left := n.NextBillingDate.Time().Sub(at)
			switch {
			case n.AccountID == d.Outage && n.Status == "active" && n.ApplicationID == "" && n.TrunkGroupID == "":
				unrouted++
			case n.AccountID == d.WalletShort && n.NextBillingDate != 0 && left > 0 && left < 48*time.Hour:
				renewing++
			case n.AccountID == d.Overdue && n.NextBillingDate != 0 && left < 0:
				overdue++
			case n.AccountID == d.Dormant && n.Status == "active":
				active++
			}
		}
		for _, a := range inv.Accounts {
			if a.AuthID == d.WalletShort {
				wallet = a.CashCredits
			}
		}
	})
	return unrouted, renewing, overdue, active, wallet
}

func TestDemoTellsItsStory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		demo := vobiztest.NewDemo(time.Now())
		done := make(chan struct{})
		go func() {
			defer close(done)
			demo.Run(ctx)
		}()
		steps := []struct {
			after time.Duration
			out   bool
		}{
			{0, false},
			{time.Minute, false},
			{90 * time.Second, true},
			{20 * time.Minute, true},
			{10 * time.Minute, false},
			{30 * time.Minute, true},
			{25 * time.Hour, true},
		}
		for i, step := range steps {
			<-time.After(step.after)
			synctest.Wait()
			unrouted, renewing, overdue, active, wallet := demoFacts(demo)
			if step.out != (unrouted > 20) || !step.out && unrouted > 0 {
				t.Errorf("step %d: %d numbers without route", i, unrouted)
			}
			if renewing == 0 || overdue == 0 || active != 0 || wallet >= 1 {
				t.Errorf("step %d: %d renewing, %d overdue, %d active, %v in the wallet", i, renewing, overdue, active, wallet)
			}
		}
		cancel()
		<-done
	})
}

func TestDemoStumblesNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		demo := vobiztest.NewDemo(time.Now())
		go demo.Run(ctx)
		status := map[int]int{}
		for range 60 {
			<-time.After(time.Minute)
			status[ask(t, demo, "/numbers").Code]++
		}
		if status[http.StatusServiceUnavailable] == 0 || status[http.StatusTooManyRequests] == 0 || status[http.StatusOK] < 40 {
			t.Errorf("%v", status)
		}
	})
}

func TestDemoIsTheSameEachTime(t *testing.T) {
	whole := func() []byte {
		var text []byte
		vobiztest.NewDemo(now).Update(func(inv *vobiztest.Inventory) { text = spell(inv) })
		return text
	}
	if !bytes.Equal(whole(), whole()) {
		t.Error("differs")
	}
}
