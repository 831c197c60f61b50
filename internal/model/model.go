// Package model works out by hand, family by family and number by number, what
// the exporter has to show for an inventory. Tests hold the exporter against it;
// it shares no code with what it checks.
package model

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"vobiz_exporter/vobiz/vobiztest"
)

// Options say how the exporter is set.
type Options struct {
	Now       time.Time
	Windows   []string // in days, such as 7d, ascending
	Detail    int
	ByAccount bool
	Accounts  bool
}

// Defaults are the exporter's own.
func Defaults(now time.Time) Options {
	return Options{Now: now, Windows: []string{"7d", "14d", "30d"}, Detail: 1000, ByAccount: true, Accounts: true}
}

// edge is how far SettleDates keeps dates from the ends of windows.
const edge = 10 * time.Minute

// SettleDates moves billing dates away from the ends of the windows, so that it
// does not matter at which moment of the next minutes they are compared.
func SettleDates(inv *vobiztest.Inventory, o Options) {
	for i := range inv.Numbers {
		n := &inv.Numbers[i]
		if n.NextBillingDate == 0 {
			continue
		}
		for _, end := range append([]time.Duration{0}, o.lengths()...) {
			if left := n.NextBillingDate.Time().Sub(o.Now) - end; left > -edge && left < edge {
				n.NextBillingDate = vobiztest.At(o.Now.Add(end + 2*edge))
			}
		}
	}
}

func (o Options) lengths() []time.Duration {
	var list []time.Duration
	for _, w := range o.Windows {
		var days int
		if _, err := fmt.Sscanf(w, "%dd", &days); err != nil {
			panic(err)
		}
		list = append(list, time.Duration(days)*24*time.Hour)
	}
	return list
}

// Series maps each series, written name{label="value",…} with the labels in
// alphabetical order, to its value.
type Series map[string]float64

func (s Series) add(value float64, name string, labels ...string) {
	s[key(name, labels...)] += value
}

func key(name string, labels ...string) string {
	var pairs []string
	for i := 0; i < len(labels); i += 2 {
		pairs = append(pairs, fmt.Sprintf("%s=%q", labels[i], labels[i+1]))
	}
	slices.Sort(pairs)
	return name + "{" + strings.Join(pairs, ",") + "}"
}

func or(s, ifEmpty string) string {
	if s == "" {
		return ifEmpty
	}
	return s
}

// Of is what has to be shown for an inventory: every family of numbers and
// customers but those that move with the clock.
func Of(inv *vobiztest.Inventory, o Options) Series {
	s := make(Series)
	for i := range inv.Numbers {
		s.count(&inv.Numbers[i], o)
		s.renewals(&inv.Numbers[i], o)
	}
	s.nextBilling(inv)
	s.perNumber(inv, o)
	if o.Accounts {
		s.customers(inv)
	}
	for name, v := range s {
		s[name] = math.Round(v*1e6) / 1e6
	}
	return s
}

// account gives the label pair, or nothing where it is summed over.
func (o Options) account(n *vobiztest.Number) []string {
	if !o.ByAccount {
		return nil
	}
	return []string{"account", or(n.AccountID, "unassigned")}
}

func (s Series) count(n *vobiztest.Number, o Options) {
	account, status := o.account(n), or(n.Status, "unknown")
	country, currency := or(n.Country, "unknown"), or(n.Currency, "unknown")
	with := func(labels ...string) []string { return append(slices.Clone(account), labels...) }

	s.add(1, "vobiz_dids", with("country", country, "status", status)...)
	for name, has := range map[string]bool{
		"voice": n.Capabilities.Voice, "sms": n.Capabilities.SMS, "mms": n.Capabilities.MMS, "fax": n.Capabilities.Fax,
	} {
		if has {
			s.add(1, "vobiz_dids_with_capability", with("country", country, "capability", name)...)
		}
	}
	s.add(0, "vobiz_dids_without_application", with("status", status, "trunk", "false")...)
	if n.ApplicationID == "" {
		s.add(1, "vobiz_dids_without_application", with("status", status, "trunk", fmt.Sprint(n.TrunkGroupID != ""))...)
	}
	if n.AadhaarVerificationRequired {
		s.add(1, "vobiz_dids_aadhaar_required", with("status", status)...)
		s.add(0, "vobiz_dids_aadhaar_unverified", with("status", status)...)
		if !n.AadhaarVerified {
			s.add(1, "vobiz_dids_aadhaar_unverified", with("status", status)...)
		}
	}
	for name, is := range map[string]bool{
		"vobiz_dids_blocked":              n.IsBlocked,
		"vobiz_dids_trial":                n.IsTrialNumber,
		"vobiz_dids_voice_disabled":       n.Capabilities.Voice && !n.VoiceEnabled,
		"vobiz_dids_without_billing_date": n.NextBillingDate == 0,
	} {
		if is {
			s.add(1, name, with("status", status)...)
		}
	}
	s.add(n.MonthlyFee, "vobiz_monthly_fees", with("currency", currency)...)
	s.add(n.SetupFee, "vobiz_setup_fees", with("currency", currency)...)
}

func (s Series) renewals(n *vobiztest.Number, o Options) {
	windows := append(slices.Clone(o.Windows), "overdue")
	for i, window := range windows {
		labels := append(o.account(n), "currency", or(n.Currency, "unknown"), "window", window)
		s.add(0, "vobiz_dids_renewing", labels...)
		s.add(0, "vobiz_renewal_fees", labels...)
		if n.NextBillingDate == 0 {
			continue
		}
		left := n.NextBillingDate.Time().Sub(o.Now)
		in := left < 0
		if window != "overdue" {
			in = left >= 0 && left <= o.lengths()[i]
		}
		if in {
			s.add(1, "vobiz_dids_renewing", labels...)
			s.add(n.MonthlyFee, "vobiz_renewal_fees", labels...)
		}
	}
}

func (s Series) nextBilling(inv *vobiztest.Inventory) {
	for _, n := range inv.Numbers {
		if n.NextBillingDate == 0 {
			continue
		}
		name := key("vobiz_account_next_billing_timestamp_seconds", "account", or(n.AccountID, "unassigned"))
		at := float64(n.NextBillingDate) / 1e6
		if first, ok := s[name]; !ok || at < first {
			s[name] = at
		}
	}
}

func (s Series) customers(inv *vobiztest.Inventory) {
	truth := map[bool]float64{true: 1}
	for _, a := range inv.Accounts {
		s.add(1, "vobiz_account_info", "account", a.AuthID, "name", or(a.Name, a.Company),
			"country", or(a.Country, "unknown"), "billing_mode", a.BillingMode, "kyc_status", a.KYCStatus,
			"auto_recharge", fmt.Sprint(a.AutoRecharge), "postpaid", fmt.Sprint(a.Postpaid))
		s.add(truth[a.Enabled && a.IsActive], "vobiz_account_enabled", "account", a.AuthID)
		s.add(a.CashCredits, "vobiz_account_balance", "account", a.AuthID, "currency", or(a.PricingTier.Currency, "unknown"))
		active := 0
		for _, n := range inv.Numbers {
			if n.AccountID == a.AuthID && n.Status == "active" {
				active++
			}
		}
		s.add(float64(active), "vobiz_account_active_dids", "account", a.AuthID)
	}
}
