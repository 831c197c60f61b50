package collector

import "github.com/prometheus/client_golang/prometheus"

// metricID names a metric family of the table below.
type metricID int

// The families, in the order of the table.
const (
	didsID metricID = iota
	withCapabilityID
	withoutApplicationID
	aadhaarRequiredID
	aadhaarUnverifiedID
	blockedID
	trialID
	voiceDisabledID
	withoutBillingDateID
	monthlyFeesID
	setupFeesID
	addedID
	removedID
	renewingID
	renewalFeesID
	accountBillingDaysID
	accountBillingTimestampID
	didBillingDaysID
	didBillingTimestampID
	didProblemID
	detailDroppedID
	accountInfoID
	accountEnabledID
	accountBalanceID
	accountActiveID
	upID
	lastSuccessID
	ageID
	refreshDurationID
	refreshesID
	refreshingID
	minIntervalID
	maxAgeID
	reportedTotalID
	duplicatesID
	rejectedID
	cappedID
	apiRequestsID
	apiDurationID
	apiRetriesID
	apiCredentialsID
	apiThrottleID
	probeSuccessID
	probeDurationID
	metricCount
)

const (
	gauge     = "gauge"
	counter   = "counter"
	histogram = "histogram"
)

// spec is what users see of a metric family.
type spec struct {
	name   string
	kind   string
	labels []string
	help   string
	sums   bool // an inventory family, which can lose its account label
}

// cached ends the help of what comes from the last read, not from the moment of
// the pull.
const cached = " As of the last good read: see vobiz_inventory_age_seconds."

var (
	byAccountStatus   = []string{"account", "status"}
	byAccountCurrency = []string{"account", "currency"}
	byAccountWindow   = []string{"account", "currency", "window"}
	byAccountNumber   = []string{"account", "number"}
	byEndpoint        = []string{"endpoint"}
)

// table is every family that this package exposes.
var table = [metricCount]spec{
	didsID:               {"vobiz_dids", gauge, []string{"account", "country", "status"}, "Phone numbers (DIDs)." + cached, true},
	withCapabilityID:     {"vobiz_dids_with_capability", gauge, []string{"account", "country", "capability"}, "Numbers with a capability; a number counts once for each it has." + cached, true},
	withoutApplicationID: {"vobiz_dids_without_application", gauge, []string{"account", "status", "trunk"}, "Numbers with no application; with trunk=\"true\" a SIP trunk routes them all the same." + cached, true},
	aadhaarRequiredID:    {"vobiz_dids_aadhaar_required", gauge, byAccountStatus, "Numbers whose Aadhaar verification is required." + cached, true},
	aadhaarUnverifiedID:  {"vobiz_dids_aadhaar_unverified", gauge, byAccountStatus, "Numbers whose Aadhaar verification is required and not done." + cached, true},
	blockedID:            {"vobiz_dids_blocked", gauge, byAccountStatus, "Blocked numbers." + cached, true},
	trialID:              {"vobiz_dids_trial", gauge, byAccountStatus, "Trial numbers." + cached, true},
	voiceDisabledID:      {"vobiz_dids_voice_disabled", gauge, byAccountStatus, "Numbers that can carry voice, with voice switched off." + cached, true},
	withoutBillingDateID: {"vobiz_dids_without_billing_date", gauge, byAccountStatus, "Numbers with no next billing date." + cached, true},
	monthlyFeesID:        {"vobiz_monthly_fees", gauge, byAccountCurrency, "Sum of the numbers' monthly fees, in units of the currency." + cached, true},
	setupFeesID:          {"vobiz_setup_fees", gauge, byAccountCurrency, "Sum of the numbers' one-time setup fees, in units of the currency." + cached, true},
	addedID:              {"vobiz_dids_added_total", counter, nil, "Numbers that came between one good read and the next.", false},
	removedID:            {"vobiz_dids_removed_total", counter, nil, "Numbers that went between one good read and the next.", false},

	renewingID:                {"vobiz_dids_renewing", gauge, byAccountWindow, "Numbers whose next billing date is within the window, or past (window=\"overdue\"); a longer window holds the shorter." + cached, true},
	renewalFeesID:             {"vobiz_renewal_fees", gauge, byAccountWindow, "Sum of the monthly fees of the numbers that vobiz_dids_renewing counts, in units of the currency." + cached, true},
	accountBillingDaysID:      {"vobiz_account_next_billing_days", gauge, []string{"account"}, "Days until the account's soonest billing date, at the moment of the pull; negative once past.", false},
	accountBillingTimestampID: {"vobiz_account_next_billing_timestamp_seconds", gauge, []string{"account"}, "The account's soonest billing date, in seconds since 1970." + cached, false},
	didBillingDaysID:          {"vobiz_did_next_billing_days", gauge, byAccountNumber, "Days until the number's next billing date, at the moment of the pull; negative once past. Numbers overdue or within the largest window, soonest first, up to the detail limit.", false},
	didBillingTimestampID:     {"vobiz_did_next_billing_timestamp_seconds", gauge, byAccountNumber, "The number's next billing date, in seconds since 1970. Numbers overdue or within the largest window, soonest first, up to the detail limit." + cached, false},
	didProblemID:              {"vobiz_did_problem", gauge, []string{"account", "number", "country", "problem"}, "1 for each problem of each number, up to the detail limit." + cached, false},
	detailDroppedID:           {"vobiz_detail_series_dropped", gauge, []string{"family"}, "Per-number series left out by the detail limit; 0 where the limit is 0, which turns them off." + cached, false},

	accountInfoID:    {"vobiz_account_info", gauge, []string{"account", "name", "country", "billing_mode", "auto_recharge", "postpaid", "kyc_status"}, "1 for each customer, with what is known of it." + cached, false},
	accountEnabledID: {"vobiz_account_enabled", gauge, []string{"account"}, "1 where the customer is enabled and active, else 0." + cached, false},
	accountBalanceID: {"vobiz_account_balance", gauge, byAccountCurrency, "The customer's wallet, in units of the currency." + cached, false},
	accountActiveID:  {"vobiz_account_active_dids", gauge, []string{"account"}, "The customer's numbers with status active; 0 where it has none." + cached, false},

	upID:              {"vobiz_up", gauge, byEndpoint, "1 when the last finished read of the endpoint succeeded; 0 before the first.", false},
	lastSuccessID:     {"vobiz_inventory_last_success_timestamp_seconds", gauge, byEndpoint, "When the data served was read, in seconds since 1970.", false},
	ageID:             {"vobiz_inventory_age_seconds", gauge, byEndpoint, "Age of the last good read at the moment of the pull.", false},
	refreshDurationID: {"vobiz_inventory_refresh_duration_seconds", gauge, byEndpoint, "How long the last finished read took.", false},
	refreshesID:       {"vobiz_inventory_refreshes_total", counter, []string{"endpoint", "result"}, "Finished reads by result.", false},
	refreshingID:      {"vobiz_inventory_refreshing", gauge, byEndpoint, "1 while a read is under way.", false},
	minIntervalID:     {"vobiz_inventory_min_refresh_interval_seconds", gauge, nil, "The flag --inventory.min-refresh-interval.", false},
	maxAgeID:          {"vobiz_inventory_max_age_seconds", gauge, nil, "The flag --inventory.max-age.", false},
	reportedTotalID:   {"vobiz_inventory_reported_total_dids", gauge, nil, "How many numbers there are by the API's own count, at the end of the last good read.", false},
	duplicatesID:      {"vobiz_inventory_duplicate_items", gauge, byEndpoint, "Items of the last good read whose id was there before.", false},
	rejectedID:        {"vobiz_inventory_rejected_items", gauge, byEndpoint, "Items of the last good read that could not be understood and are counted nowhere else.", false},
	cappedID:          {"vobiz_inventory_capped_items", gauge, byEndpoint, "Items of the last good read that count under other, or (customers) not at all, because there are too many different values.", false},

	apiRequestsID:    {"vobiz_api_requests_total", counter, []string{"endpoint", "code"}, "Requests to the Partner API by HTTP status; code=\"error\" where no answer came.", false},
	apiDurationID:    {"vobiz_api_request_duration_seconds", histogram, byEndpoint, "Time from a request to the end of its answer, each attempt.", false},
	apiRetriesID:     {"vobiz_api_retries_total", counter, []string{"endpoint", "reason"}, "Pages asked for again, by reason.", false},
	apiCredentialsID: {"vobiz_api_credentials_rejected", gauge, byEndpoint, "1 once the API has answered 401 or 403; 0 again from the next good answer.", false},
	apiThrottleID:    {"vobiz_api_throttle_seconds_total", counter, byEndpoint, "Time spent waiting for the exporter's own rate limit or for the API's Retry-After.", false},

	probeSuccessID:  {"vobiz_probe_success", gauge, nil, "/probe only: 1 when the last finished read of the customer succeeded and there is data to serve.", false},
	probeDurationID: {"vobiz_probe_duration_seconds", gauge, nil, "/probe only: how long the probe waited for its data.", false},
}

// descs are the descriptors of the table, as the exporter is set.
type descs [metricCount]descriptor

type descriptor struct {
	desc   *prometheus.Desc
	labels []string
}

func newDescs(byAccount bool) *descs {
	var d descs
	for id, s := range table {
		labels := s.labels
		if s.sums && !byAccount {
			labels = labels[1:]
		}
		d[id] = descriptor{prometheus.NewDesc(s.name, s.help, labels, nil), labels}
	}
	return &d
}

func (d *descs) gauge(id metricID, value float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d[id].desc, prometheus.GaugeValue, value, labels...)
}

func (d *descs) counter(id metricID, value float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d[id].desc, prometheus.CounterValue, value, labels...)
}
