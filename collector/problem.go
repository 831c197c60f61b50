package collector

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
	InventoryIncomplete Problem = "inventory_incomplete" // items that the API listed and that are counted nowhere
)

// Problems are all of them, the most pressing first.
func Problems() []Problem {
	return []Problem{
		InventoryIncomplete, RenewalNotCovered, NoActiveNumber,
		NoApplication, AadhaarUnverified, Blocked, VoiceDisabled, RenewalOverdue,
	}
}
