package main

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"vobiz_exporter/collector"
)

// accountID is what a customer's id looks like. The API's begin with MA_.
var accountID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// newProbeHandler answers /probe?account=MA_X with the inventory of that one
// customer, the multi-target way.
func newProbeHandler(prober *collector.Prober, offset time.Duration, errorLog promhttp.Logger) http.Handler {
	gate := newGate(offset)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		accounts := r.URL.Query()["account"]
		switch {
		case len(accounts) != 1:
			say(w, http.StatusBadRequest, "the parameter account is missing or repeated: ask for /probe?account=MA_XXXXXXXX")
			return
		case !accountID.MatchString(accounts[0]):
			say(w, http.StatusBadRequest, "the parameter account is not a customer's id such as MA_XXXXXXXX")
			return
		}
		var found prometheus.Collector
		var err error
		await := func(ctx context.Context) { found, err = prober.Probe(ctx, accounts[0]) }
		gate.handle(w, r, await, func() {
			registry := prometheus.NewRegistry()
			if err == nil {
				err = registry.Register(found)
			}
			switch {
			case errors.Is(err, collector.ErrUnknownAccount):
				say(w, http.StatusNotFound, "the API knows no customer "+accounts[0])
			case errors.Is(err, collector.ErrBusy):
				say(w, http.StatusServiceUnavailable, "too many customers are being read")
			case err != nil:
				say(w, http.StatusInternalServerError, "the metrics of the customer do not fit together")
			default:
				exposition(registry, errorLog, nil).ServeHTTP(w, r)
			}
		})
	})
}
