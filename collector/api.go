package collector

import (
	"net/http"
	"strconv"
	"time"

	"vobiz_exporter/vobiz"

	"github.com/prometheus/client_golang/prometheus"
)

// API counts what the client asks of the Partner API.
type API struct {
	requests    *prometheus.CounterVec
	duration    *prometheus.HistogramVec
	retries     *prometheus.CounterVec
	credentials *prometheus.GaugeVec
	throttle    *prometheus.CounterVec
}

// noAnswer is the code of an attempt that brought none.
const noAnswer = "error"

// knownCodes are the answers that the vendor documents.
var knownCodes = [...]int{200, 400, 401, 402, 403, 404, 409, 422, 429, 500, 502, 503, 504}

// NewAPI returns counters for these endpoints, at 0 for every label value that
// is known in advance.
func NewAPI(endpoints ...vobiz.Endpoint) *API {
	a := &API{
		requests:    prometheus.NewCounterVec(prometheus.CounterOpts(opts(apiRequestsID)), table[apiRequestsID].labels),
		retries:     prometheus.NewCounterVec(prometheus.CounterOpts(opts(apiRetriesID)), table[apiRetriesID].labels),
		credentials: prometheus.NewGaugeVec(prometheus.GaugeOpts(opts(apiCredentialsID)), table[apiCredentialsID].labels),
		throttle:    prometheus.NewCounterVec(prometheus.CounterOpts(opts(apiThrottleID)), table[apiThrottleID].labels),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: table[apiDurationID].name, Help: table[apiDurationID].help,
			Buckets:                         prometheus.ExponentialBuckets(0.01, 2, 11), // 10 ms to 10 s
			NativeHistogramBucketFactor:     1.1,
			NativeHistogramMaxBucketNumber:  100,
			NativeHistogramMinResetDuration: time.Hour,
		}, table[apiDurationID].labels),
	}
	for _, e := range endpoints {
		endpoint := string(e)
		a.requests.WithLabelValues(endpoint, noAnswer)
		for _, code := range knownCodes {
			a.requests.WithLabelValues(endpoint, strconv.Itoa(code))
		}
		for _, why := range []vobiz.RetryReason{
			vobiz.RetryRateLimited, vobiz.RetryServerError, vobiz.RetryNetwork, vobiz.RetryBadBody,
		} {
			a.retries.WithLabelValues(endpoint, string(why))
		}
		a.duration.WithLabelValues(endpoint)
		a.credentials.WithLabelValues(endpoint)
		a.throttle.WithLabelValues(endpoint)
	}
	return a
}

func opts(id metricID) prometheus.Opts {
	return prometheus.Opts{Name: table[id].name, Help: table[id].help}
}

// Describe implements prometheus.Collector.
func (a *API) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range a.collectors() {
		c.Describe(ch)
	}
}

// Collect implements prometheus.Collector.
func (a *API) Collect(ch chan<- prometheus.Metric) {
	for _, c := range a.collectors() {
		c.Collect(ch)
	}
}

func (a *API) collectors() []prometheus.Collector {
	return []prometheus.Collector{a.requests, a.duration, a.retries, a.credentials, a.throttle}
}

// Hooks returns what a client has to call.
func (a *API) Hooks() vobiz.Hooks {
	return vobiz.Hooks{
		Attempt: a.attempt,
		Retry: func(e vobiz.Endpoint, why vobiz.RetryReason) {
			a.retries.WithLabelValues(string(e), string(why)).Inc()
		},
		Throttle: func(e vobiz.Endpoint, waited time.Duration) {
			a.throttle.WithLabelValues(string(e)).Add(max(waited, 0).Seconds())
		},
	}
}

func (a *API) attempt(e vobiz.Endpoint, status int, took time.Duration) {
	code := noAnswer
	if status > 0 {
		code = strconv.Itoa(status)
	}
	a.requests.WithLabelValues(string(e), code).Inc()
	a.duration.WithLabelValues(string(e)).Observe(took.Seconds())
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		a.credentials.WithLabelValues(string(e)).Set(1)
	case http.StatusOK:
		a.credentials.WithLabelValues(string(e)).Set(0)
	}
}
