package model

import (
	"cmp"
	"slices"
	"time"

	"vobiz_exporter/vobiz/vobiztest"
)

// ranked is a per-number series and its place.
type ranked struct {
	key   string
	place [3]string // after rank: account, number, country
	rank  int64
	value float64
}

// perNumber lists every per-number series, sorts them and cuts the list.
func (s Series) perNumber(inv *vobiztest.Inventory, o Options) {
	lengths := o.lengths()
	longest := lengths[len(lengths)-1]
	billing, problems := make(map[string]ranked), make(map[string]ranked)
	for _, n := range inv.Numbers {
		account, number, country := or(n.AccountID, "unassigned"), or(n.E164, "unknown"), or(n.Country, "unknown")
		due, late := n.NextBillingDate != 0, false
		if due {
			left := n.NextBillingDate.Time().Sub(o.Now)
			late, due = left < 0, left <= longest
		}
		if due {
			offer(billing, ranked{
				key:   key("vobiz_did_next_billing_timestamp_seconds", "account", account, "number", number),
				place: [3]string{account, number}, rank: int64(n.NextBillingDate), value: float64(n.NextBillingDate) / 1e6,
			})
		}
		for rank, p := range problemsOf(&n, late) {
			if p.is {
				offer(problems, ranked{
					key:   key("vobiz_did_problem", "account", account, "number", number, "country", country, "problem", p.name),
					place: [3]string{account, number, country}, rank: int64(rank), value: 1,
				})
			}
		}
	}
	dropped := s.cut(billing, o.Detail)
	s.add(dropped, "vobiz_detail_series_dropped", "family", "vobiz_did_next_billing_timestamp_seconds")
	s.add(dropped, "vobiz_detail_series_dropped", "family", "vobiz_did_next_billing_days")
	s.add(s.cut(problems, o.Detail), "vobiz_detail_series_dropped", "family", "vobiz_did_problem")
}

// problem is one that a number may have.
type problem struct {
	name string
	is   bool
}

// problemsOf are all of them, by rank.
func problemsOf(n *vobiztest.Number, late bool) []problem {
	return []problem{
		{"no_application", n.Status == "active" && n.ApplicationID == "" && n.TrunkGroupID == ""},
		{"aadhaar_unverified", n.AadhaarVerificationRequired && !n.AadhaarVerified},
		{"blocked", n.IsBlocked},
		{"voice_disabled", n.Capabilities.Voice && !n.VoiceEnabled},
		{"renewal_overdue", late},
	}
}

// offer keeps the lower rank of two with the same labels.
func offer(all map[string]ranked, r ranked) {
	if old, ok := all[r.key]; !ok || r.rank < old.rank {
		all[r.key] = r
	}
}

func (s Series) cut(all map[string]ranked, limit int) (dropped float64) {
	if limit == 0 {
		return 0
	}
	var list []ranked
	for _, r := range all {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), slices.Compare(a.place[:], b.place[:]))
	})
	kept := min(limit, len(list))
	for _, r := range list[:kept] {
		s[r.key] = r.value
	}
	return float64(len(list) - kept)
}

// Days is what a family of days has to show at a moment for one of timestamps.
func Days(timestamp float64, at time.Time) float64 {
	return (timestamp - float64(at.UnixMicro())/1e6) / 86400
}
