package collector

import "vobiz_exporter/vobiz"

// The families of the inventory that are sums over its groups. A sum that comes
// to nothing is exposed only where a family says so by adding 0.

// adder adds to one series of a family; account is left out of labels where the
// inventory is not kept by account.
type adder func(value int64, labels ...string)

// sumFamily says what a group adds to a family.
type sumFamily struct {
	id    metricID
	money bool // in vobiz.Money
	add   func(k groupKey, g *group, add adder)
}

var capabilities = [...]string{"voice", "sms", "mms", "fax"}

// positive leaves out nothings.
func positive(value int64, add adder, labels ...string) {
	if value > 0 {
		add(value, labels...)
	}
}

// countByStatus is a family by account and status of one of the group's counts.
func countByStatus(id metricID, count func(*group) int64) sumFamily {
	return sumFamily{id: id, add: func(k groupKey, g *group, add adder) {
		positive(count(g), add, k.Account, k.Status)
	}}
}

// sumFamilies lists them for an inventory with these windows.
func sumFamilies(windows []Window) []sumFamily {
	return []sumFamily{
		{id: didsID, add: func(k groupKey, g *group, add adder) {
			add(g.Numbers, k.Account, k.Country, k.Status)
		}},
		{id: withCapabilityID, add: func(k groupKey, g *group, add adder) {
			for i, name := range capabilities {
				positive(g.Capable[i], add, k.Account, k.Country, name)
			}
		}},
		{id: withoutApplicationID, add: func(k groupKey, g *group, add adder) {
			add(g.Unrouted[0], k.Account, k.Status, "false")
			positive(g.Unrouted[1], add, k.Account, k.Status, "true")
		}},
		countByStatus(aadhaarRequiredID, func(g *group) int64 { return g.AadhaarRequired }),
		{id: aadhaarUnverifiedID, add: func(k groupKey, g *group, add adder) {
			if g.AadhaarRequired > 0 {
				add(g.AadhaarUnverified, k.Account, k.Status)
			}
		}},
		countByStatus(blockedID, func(g *group) int64 { return g.Blocked }),
		countByStatus(trialID, func(g *group) int64 { return g.Trial }),
		countByStatus(voiceDisabledID, func(g *group) int64 { return g.VoiceDisabled }),
		countByStatus(withoutBillingDateID, func(g *group) int64 { return g.Undated }),
		{id: monthlyFeesID, money: true, add: func(k groupKey, g *group, add adder) {
			add(int64(g.Monthly), k.Account, k.Currency)
		}},
		{id: setupFeesID, money: true, add: func(k groupKey, g *group, add adder) {
			add(int64(g.Setup), k.Account, k.Currency)
		}},
		renewing(windows),
		renewalFees(windows),
	}
}

func renewing(windows []Window) sumFamily {
	return sumFamily{id: renewingID, add: perWindow(windows, func(d due) int64 { return d.Numbers })}
}

func renewalFees(windows []Window) sumFamily {
	return sumFamily{id: renewalFeesID, money: true, add: perWindow(windows, func(d due) int64 { return int64(d.Fees) })}
}

// perWindow adds to a series for each window, and for what is overdue.
func perWindow(windows []Window, value func(due) int64) func(groupKey, *group, adder) {
	names := make([]string, 0, len(windows)+1)
	for _, w := range windows {
		names = append(names, w.Label)
	}
	names = append(names, overdue)
	return func(k groupKey, g *group, add adder) {
		for i, name := range names {
			add(value(g.Due[i]), k.Account, k.Currency, name)
		}
	}
}

// maxSumLabels is the most labels that a family of sums has.
const maxSumLabels = 3

// sums is the value of each series of the family, in millionths for money, by its
// labels with the account.
func (f *sumFamily) sums(inv *Inventory) map[[maxSumLabels]string]int64 {
	sums := make(map[[maxSumLabels]string]int64)
	for k, g := range inv.Groups {
		f.add(k, g, func(value int64, labels ...string) {
			var key [maxSumLabels]string
			copy(key[:], labels)
			if f.money {
				value = int64(vobiz.Money(sums[key]).Add(vobiz.Money(value)))
			} else {
				value += sums[key]
			}
			sums[key] = value
		})
	}
	return sums
}

// build adds the series of one family.
func (f *sumFamily) build(b *builder, inv *Inventory, byAccount bool) {
	count := len(table[f.id].labels)
	for key, value := range f.sums(inv) {
		labels := key[:count]
		if !byAccount {
			labels = labels[1:]
		}
		figure := float64(value)
		if f.money {
			figure = vobiz.Money(value).Units()
		}
		b.gauge(f.id, figure, labels...)
	}
}
