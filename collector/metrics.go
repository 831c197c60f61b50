package collector

import (
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"vobiz_exporter/vobiz"
)

// exposer makes metrics of what was read.
type exposer struct {
	descs *descs
	fold  FoldOptions
}

func newExposer(o FoldOptions) exposer { return exposer{newDescs(o.ByAccount), o} }

// numbersView is an inventory and what is shown of it.
type numbersView struct {
	*inventoryRead
	metrics []prometheus.Metric // that hold as long as the inventory is served
	moments []moment            // that move with the clock
}

func (e *exposer) numbersView(read *inventoryRead) *numbersView {
	b := newBuilder(e.descs)
	for _, family := range sumFamilies(e.fold.Windows) {
		family.build(b, read.Inventory, e.fold.ByAccount)
	}
	v := &numbersView{inventoryRead: read}
	for account, facts := range read.Accounts {
		if facts.NextBilling != 0 {
			v.addDate(b, facts.NextBilling, accountBillingTimestampID, accountBillingDaysID, account)
		}
	}
	for _, d := range read.Billing {
		v.addDate(b, d.Rank, didBillingTimestampID, didBillingDaysID, d.Key.Account, d.Key.Number)
	}
	for _, d := range read.Problems {
		b.gauge(didProblemID, 1, d.Key.Account, d.Key.Number, d.Key.Country, d.Key.Problem)
	}
	b.gauge(detailDroppedID, float64(read.Dropped.Billing), table[didBillingDaysID].name)
	b.gauge(detailDroppedID, float64(read.Dropped.Billing), table[didBillingTimestampID].name)
	b.gauge(detailDroppedID, float64(read.Dropped.Problems), table[didProblemID].name)
	v.metrics = b.list
	return v
}

// addDate shows a date twice: as a timestamp, and as the days until then.
func (v *numbersView) addDate(b *builder, at int64, timestamp, days metricID, values ...string) {
	labels := b.labels(timestamp, values)
	b.list = append(b.list, &series{b.descs[timestamp].desc, labels, unixSeconds(at)})
	v.moments = append(v.moments, moment{b.descs[days].desc, labels, at})
}

// customersView is a list of customers and what is shown of it.
type customersView struct {
	*customersRead
	metrics []prometheus.Metric
	labels  [][]*dto.LabelPair // of each customer, for the families with account alone
}

func (e *exposer) customersView(read *customersRead) *customersView {
	b := newBuilder(e.descs)
	v := &customersView{customersRead: read}
	for _, a := range read.customers {
		b.gauge(accountInfoID, 1, a.Account, a.Name, a.Country, a.BillingMode, a.AutoRecharge, a.Postpaid, a.KYCStatus)
		if a.Enabled != vobiz.Unset {
			b.gauge(accountEnabledID, float64(one(a.Enabled == vobiz.True)), a.Account)
		}
		if a.HasBalance {
			b.gauge(accountBalanceID, a.Balance.Units(), a.Account, a.Currency)
		}
		v.labels = append(v.labels, b.labels(accountActiveID, []string{a.Account}))
	}
	v.metrics = b.list
	return v
}

// sendActive brings both lists together: it takes the numbers to know how many
// are active, and the customers to know who has none.
func (e *exposer) sendActive(ch chan<- prometheus.Metric, numbers *numbersView, customers *customersView) {
	list := make([]series, len(customers.customers))
	for i, a := range customers.customers {
		list[i] = series{e.descs[accountActiveID].desc, customers.labels[i], float64(numbers.active(a.Account))}
		ch <- &list[i]
	}
}
