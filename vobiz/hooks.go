package vobiz

import "time"

// Endpoint names one of the API's list endpoints.
type Endpoint string

// The endpoints that the client reads.
const (
	EndpointNumbers        Endpoint = "numbers"         // every number of every customer
	EndpointAccounts       Endpoint = "accounts"        // every customer
	EndpointAccountNumbers Endpoint = "account_numbers" // the numbers of one customer
)

// RetryReason says why a page was asked for again.
type RetryReason string

// The reasons of a retry.
const (
	RetryRateLimited RetryReason = "rate_limited" // 429
	RetryServerError RetryReason = "server_error" // 5xx
	RetryNetwork     RetryReason = "network"      // no answer, or one that broke off
	RetryBadBody     RetryReason = "bad_body"     // an answer that cannot be understood
)

// Hooks are called as the client works, from several goroutines at once. Any of
// them may be nil.
type Hooks struct {
	// Attempt is called after each attempt with the HTTP status, 0 where no
	// answer came, and the time from the request to the end of the body.
	Attempt func(e Endpoint, status int, took time.Duration)
	// Retry is called before a page is asked for again.
	Retry func(e Endpoint, why RetryReason)
	// Throttle is called with the time spent waiting for the client's own rate
	// limit or for a Retry-After.
	Throttle func(e Endpoint, waited time.Duration)
}

func (h *Hooks) fill() {
	if h.Attempt == nil {
		h.Attempt = func(Endpoint, int, time.Duration) {}
	}
	if h.Retry == nil {
		h.Retry = func(Endpoint, RetryReason) {}
	}
	if h.Throttle == nil {
		h.Throttle = func(Endpoint, time.Duration) {}
	}
}
