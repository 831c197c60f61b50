package main

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/go-json-experiment/json"

	"vobiz_exporter/collector"
)

// targetGroup is one entry of Prometheus's HTTP service discovery.
type targetGroup struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

const metaPrefix = "__meta_vobiz_account_"

// newDiscoveryHandler answers /sd with one target group for each known customer,
// for relabelling onto /probe.
func newDiscoveryHandler(c *collector.Collector, hasCustomers bool) http.Handler {
	gate := newGate(0)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !hasCustomers {
			say(w, http.StatusNotFound, "there is no service discovery without customers: drop --no-collector.accounts")
			return
		}
		gate.handle(w, r, c.AwaitCustomers, func() {
			targets, ok := c.Targets()
			if !ok { // Prometheus keeps the targets it has
				say(w, http.StatusServiceUnavailable, "there is no list of customers to serve")
				return
			}
			answerTargets(w, r, targets)
		})
	})
}

func answerTargets(w http.ResponseWriter, r *http.Request, targets []collector.Target) {
	groups := make([]targetGroup, 0, len(targets))
	for _, t := range targets {
		groups = append(groups, targetGroup{
			Targets: []string{t.Account},
			Labels: map[string]string{
				metaPrefix + "id": t.Account, metaPrefix + "name": t.Name, metaPrefix + "country": t.Country,
				metaPrefix + "enabled": t.Enabled, metaPrefix + "kyc_status": t.KYCStatus,
			},
		})
	}
	body, err := json.Marshal(groups, json.Deterministic(true))
	if err != nil {
		say(w, http.StatusInternalServerError, "the list of customers cannot be written")
		return
	}
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
}
