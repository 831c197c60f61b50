package collector

import (
	"time"

	"vobiz_exporter/vobiz"

	"github.com/prometheus/client_golang/prometheus"
)

// exposer makes metrics of what was read.
type exposer struct {
	descs *descs
	fold  FoldOptions
}

func newExposer(o FoldOptions) exposer { return exposer{newDescs(o.ByAccount), o} }

// inventory makes the metrics that hold as long as an inventory is
// served.
func (e *exposer) inventory(read *inventoryRead) []prometheus.Metric {
	var metrics []prometheus.Metric
	for _, family := range sumFamilies(e.fold.Windows) {
		metrics = append(metrics, family.metrics(e.descs, read.Inventory, e.fold.ByAccount)...)
	}
	for account, facts := range read.Accounts {
		if facts.NextBilling != 0 {
			metrics = append(metrics, e.descs.gauge(accountBillingTimestampID, unixSeconds(facts.NextBilling), account))
		}
	}
	for _, d := range read.Billing {
		metrics = append(metrics, e.descs.gauge(didBillingTimestampID, unixSeconds(d.Rank), d.Key.Account, d.Key.Number))
	}
	for _, d := range read.Problems {
		metrics = append(metrics, e.descs.gauge(didProblemID, 1, d.Key.Account, d.Key.Number, d.Key.Country, d.Key.Problem))
	}
	for _, dropped := range []struct {
		family metricID
		count  int
	}{
		{didBillingDaysID, read.Dropped.Billing},
		{didBillingTimestampID, read.Dropped.Billing},
		{didProblemID, read.Dropped.Problems},
	} {
		metrics = append(metrics, e.descs.gauge(detailDroppedID, float64(dropped.count), table[dropped.family].name))
	}
	return metrics
}

// days makes the metrics that move with the clock.
func (e *exposer) days(ch chan<- prometheus.Metric, inv *Inventory, now time.Time) {
	days := func(micro int64) float64 { return time.UnixMicro(micro).Sub(now).Hours() / 24 }
	for account, facts := range inv.Accounts {
		if facts.NextBilling != 0 {
			ch <- e.descs.gauge(accountBillingDaysID, days(facts.NextBilling), account)
		}
	}
	for _, d := range inv.Billing {
		ch <- e.descs.gauge(didBillingDaysID, days(d.Rank), d.Key.Account, d.Key.Number)
	}
}

// customers makes the metrics that hold as long as a list of customers is
// served.
func (e *exposer) customers(read *customersRead) []prometheus.Metric {
	var metrics []prometheus.Metric
	for _, a := range read.customers {
		metrics = append(metrics, e.descs.gauge(accountInfoID, 1,
			a.Account, a.Name, a.Country, a.BillingMode, a.AutoRecharge, a.Postpaid, a.KYCStatus))
		if a.Enabled != vobiz.Unset {
			metrics = append(metrics, e.descs.gauge(accountEnabledID, float64(one(a.Enabled == vobiz.True)), a.Account))
		}
		if a.HasBalance {
			metrics = append(metrics, e.descs.gauge(accountBalanceID, a.Balance.Units(), a.Account, a.Currency))
		}
	}
	return metrics
}

// active brings both lists together: it takes the numbers to know how
// many are active, and the customers to know who has none.
func (e *exposer) active(ch chan<- prometheus.Metric, inventory *numbersView, customers *customersView) {
	if inventory == nil {
		return
	}
	for _, a := range customers.customers {
		var active int64
		if facts := inventory.Accounts[a.Account]; facts != nil {
			active = facts.Active
		}
		ch <- e.descs.gauge(accountActiveID, float64(active), a.Account)
	}
}
