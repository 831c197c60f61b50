package collector

import "vobiz_exporter/vobiz"

// Problem is something about a number, a customer or the whole inventory that
// wants a person's attention.
type Problem string

// The problems of a number: the values of the label problem of
// vobiz_did_problem.
const (
	NoApplication     Problem = "no_application"     // active, with neither application nor trunk
	AadhaarUnverified Problem = "aadhaar_unverified" // verification required, and not done
	Blocked           Problem = "blocked"
	VoiceDisabled     Problem = "voice_disabled"  // capable of voice, with voice switched off
	RenewalOverdue    Problem = "renewal_overdue" // past its next billing date
)

// The problems that Check finds beside those, as the alert rules do.
const (
	RenewalNotCovered   Problem = "renewal_not_covered"  // a prepaid wallet without auto-recharge holds less than the renewals ahead
	NoActiveNumber      Problem = "no_active_number"     // an enabled customer that nobody can call
	InventoryIncomplete Problem = "inventory_incomplete" // items that the API listed or counts, and that are looked at nowhere
)

// Problems are all of them, the most pressing first.
func Problems() []Problem {
	return []Problem{
		InventoryIncomplete, RenewalNotCovered, NoActiveNumber,
		NoApplication, AadhaarUnverified, Blocked, VoiceDisabled, RenewalOverdue,
	}
}

// The problems of a number, in the order in which detail is kept.
var problems = [...]Problem{NoApplication, AadhaarUnverified, Blocked, VoiceDisabled, RenewalOverdue}

// addDetail offers the number's own series: its billing date where that is near
// or past, and each of its problems.
func (f *fold) addDetail(key groupKey, n *vobiz.Number) {
	number := n.E164
	if f.options.NumbersByID || f.options.ProblemsOnly && number == "" {
		number = n.ID
	}
	number = labelOr(number, unknown)
	isOverdue := false
	if !n.NextBilling.IsZero() {
		left := n.NextBilling.Sub(f.now)
		isOverdue = left < 0
		if !f.options.ProblemsOnly && left <= f.options.Windows[len(f.options.Windows)-1].Length {
			f.billing.add(detailKey{Account: key.Account, Number: number}, n.NextBilling.UnixMicro())
		}
	}
	has := [len(problems)]bool{
		key.Status == statusActive && !n.HasApplication && !n.HasTrunk,
		n.AadhaarRequired && !n.AadhaarVerified,
		n.Blocked,
		n.Capabilities.Voice && n.VoiceDisabled,
		isOverdue,
	}
	for rank, problem := range problems {
		if has[rank] {
			f.problems.add(detailKey{key.Account, number, key.Country, string(problem)}, int64(rank))
		}
	}
}
