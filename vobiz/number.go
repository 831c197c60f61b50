package vobiz

import "time"

// Number is one phone number (DID) of the inventory. Strings are as the API sent
// them, empty where it sent none.
type Number struct {
	ID           string       // id: what tells numbers apart
	AccountID    string       // account_id: the customer, MA_…; empty for unassigned stock
	E164         string       // e164
	Country      string       // country: ISO 3166-1 alpha-2
	Status       string       // status: "active" once routing; the vendor gives no closed list
	Currency     string       // currency of both fees
	Capabilities Capabilities // capabilities
	MonthlyFee   Money        // monthly_fee, 0 where absent
	SetupFee     Money        // setup_fee, 0 where absent
	NextBilling  time.Time    // next_billing_date; the zero time where there is none

	HasApplication  bool // application_id is set
	HasTrunk        bool // trunk_group_id is set
	VoiceDisabled   bool // voice_enabled is false, not merely absent
	Blocked         bool // is_blocked
	Trial           bool // is_trial_number
	AadhaarRequired bool // aadhaar_verification_required
	AadhaarVerified bool // aadhaar_verified
}

// Capabilities are the channels that a number can carry.
type Capabilities struct {
	Voice, SMS, MMS, Fax bool
}

// Account is one customer. Strings are as the API sent them, empty where it sent
// none.
type Account struct {
	ID          string // auth_id: the account_id of the customer's numbers
	Name        string // name, or company where there is no name
	Country     string // country
	Currency    string // pricing_tier.currency: the wallet's
	BillingMode string // billing_mode: "prepaid", …
	KYCStatus   string // kyc_status: "pending", …
	Balance     Money  // cash_credits: the wallet
	HasBalance  bool   // cash_credits was there

	AutoRecharge Flag // auto_recharge
	Postpaid     Flag // postpaid
	Enabled      Flag // enabled
	Active       Flag // is_active
}

// Flag is a boolean that the API may leave out.
type Flag uint8

// The values of a Flag.
const (
	Unset Flag = iota
	False
	True
)

// String gives "true", "false", or "" where the API said nothing.
func (f Flag) String() string {
	switch f {
	case True:
		return "true"
	case False:
		return "false"
	default:
		return ""
	}
}
