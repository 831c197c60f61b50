package collector

import (
	"time"

	"vobiz_exporter/vobiz"

	"github.com/prometheus/client_golang/prometheus"
)

// inventoryMetrics makes the metrics that hold as long as an inventory is
// served.
func (c *Collector) inventoryMetrics(read *inventoryRead) []prometheus.Metric {
	var metrics []prometheus.Metric
	for _, family := range sumFamilies(c.options.Fold.Windows) {
		metrics = append(metrics, family.metrics(c.descs, read.Inventory, c.options.Fold.ByAccount)...)
	}
	for account, facts := range read.Accounts {
		if facts.NextBilling != 0 {
			metrics = append(metrics, c.descs.gauge(accountBillingTimestampID, unixSeconds(facts.NextBilling), account))
		}
	}
	for _, e := range read.Billing {
		metrics = append(metrics, c.descs.gauge(didBillingTimestampID, unixSeconds(e.Rank), e.Key.Account, e.Key.Number))
	}
	for _, e := range read.Problems {
		metrics = append(metrics, c.descs.gauge(didProblemID, 1, e.Key.Account, e.Key.Number, e.Key.Country, e.Key.Problem))
	}
	for _, dropped := range []struct {
		family metricID
		count  int
	}{
		{didBillingDaysID, read.Dropped.Billing},
		{didBillingTimestampID, read.Dropped.Billing},
		{didProblemID, read.Dropped.Problems},
	} {
		metrics = append(metrics, c.descs.gauge(detailDroppedID, float64(dropped.count), table[dropped.family].name))
	}
	return metrics
}

// collectDays makes the metrics that move with the clock.
func (c *Collector) collectDays(ch chan<- prometheus.Metric, inv *Inventory, now time.Time) {
	days := func(micro int64) float64 { return time.UnixMicro(micro).Sub(now).Hours() / 24 }
	for account, facts := range inv.Accounts {
		if facts.NextBilling != 0 {
			ch <- c.descs.gauge(accountBillingDaysID, days(facts.NextBilling), account)
		}
	}
	for _, e := range inv.Billing {
		ch <- c.descs.gauge(didBillingDaysID, days(e.Rank), e.Key.Account, e.Key.Number)
	}
}

// customerMetrics makes the metrics that hold as long as a list of customers is
// served.
func (c *Collector) customerMetrics(read *customersRead) []prometheus.Metric {
	var metrics []prometheus.Metric
	for _, a := range read.customers {
		metrics = append(metrics, c.descs.gauge(accountInfoID, 1,
			a.Account, a.Name, a.Country, a.BillingMode, a.AutoRecharge, a.Postpaid, a.KYCStatus))
		if a.Enabled != vobiz.Unset {
			metrics = append(metrics, c.descs.gauge(accountEnabledID, float64(one(a.Enabled == vobiz.True)), a.Account))
		}
		if a.HasBalance {
			metrics = append(metrics, c.descs.gauge(accountBalanceID, a.Balance.Units(), a.Account, a.Currency))
		}
	}
	return metrics
}

// collectActive brings both lists together: it takes the numbers to know how
// many are active, and the customers to know who has none.
func (c *Collector) collectActive(ch chan<- prometheus.Metric, inventory *numbersView, customers *customersView) {
	if inventory == nil {
		return
	}
	for _, a := range customers.customers {
		var active int64
		if facts := inventory.Accounts[a.Account]; facts != nil {
			active = facts.Active
		}
		ch <- c.descs.gauge(accountActiveID, float64(active), a.Account)
	}
}
