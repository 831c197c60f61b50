package vobiztest

import "github.com/go-json-experiment/json/jsontext"

// What the customers' secrets and personal data hold, so that a test can search
// logs, errors and metrics for them. Every generated account carries all four.
const (
	CustomerTokenMark   = "cust-secret-"         // begins every auth_token
	CustomerEmailMark   = "customers.example.in" // the domain of every email
	CustomerPhoneMark   = "+9199999"             // begins every phone; no number of the inventory does
	CustomerAddressMark = "Canary Marg"          // is in every address
)

// Inventory is what the API serves, in the order it serves it.
type Inventory struct {
	Accounts []Account
	Numbers  []Number

	issue  issuer // where the next made-up number takes its digits from
	target int    // how many numbers Evolve keeps the inventory near; 0 is not settled yet
}

// Capabilities is what a number can carry, from capabilities.
type Capabilities struct{ Voice, SMS, MMS, Fax bool }

// Number is one phone number. Each field is sent under the wire name in its
// comment, spelt as Style says.
type Number struct {
	ID            string   // id
	AccountID     string   // account_id: the AuthID of its customer; "" is unassigned
	E164          string   // e164
	Country       string   // country: ISO 3166-1 alpha-2
	Region        string   // region: free text
	Status        string   // status
	Provider      string   // provider
	Currency      string   // currency: ISO 4217
	ApplicationID string   // application_id: optional
	TrunkGroupID  string   // trunk_group_id: optional
	Source        string   // source
	Tags          []string // tags

	SetupFee   float64 // setup_fee: units of Currency
	MonthlyFee float64 // monthly_fee: units of Currency

	PurchasedAt     Stamp // purchased_at
	CreatedAt       Stamp // created_at
	UpdatedAt       Stamp // updated_at
	LastBillingDate Stamp // last_billing_date: optional
	NextBillingDate Stamp // next_billing_date: optional
	ReleasedAt      Stamp // released_at: optional

	MinimumCommitmentMonths     int          // minimum_commitment_months
	Capabilities                Capabilities // capabilities
	VoiceEnabled                bool         // voice_enabled
	IsBlocked                   bool         // is_blocked
	IsTrialNumber               bool         // is_trial_number
	AadhaarVerificationRequired bool         // aadhaar_verification_required
	AadhaarVerified             bool         // aadhaar_verified

	Style Style

	// Raw, when set, is sent verbatim in place of the item, valid or not. The
	// fields still say which customer's list holds it and what search finds.
	Raw jsontext.Value
}

// PricingTier is an account's pricing_tier.
type PricingTier struct {
	Name     string // name
	Currency string // currency: the wallet's, ISO 4217
}

// Account is one customer. Some fifty fields go on the wire; those that nobody
// could want to set are made up as the item is written.
type Account struct {
	ID        string // id
	AuthID    string // auth_id: MA_…
	AuthToken string // auth_token: the customer's own secret
	Name      string // name
	Company   string // company
	Email     string // email: personal
	Phone     string // phone: personal
	Address   string // address: personal
	Country   string // country: ISO 3166-1 alpha-2

	CashCredits float64     // cash_credits: units of PricingTier.Currency, sent as a decimal string
	PricingTier PricingTier // pricing_tier
	BillingMode string      // billing_mode: prepaid or postpaid
	KYCStatus   string      // kyc_status: pending, verified, rejected

	Postpaid       bool // postpaid
	AutoRecharge   bool // auto_recharge
	IsActive       bool // is_active
	Enabled        bool // enabled
	IsTrialAccount bool // is_trial_account

	CreatedAt Stamp // created_at
	UpdatedAt Stamp // updated_at

	Style Style

	// Raw, when set, is sent verbatim in place of the item, valid or not.
	Raw jsontext.Value
}
