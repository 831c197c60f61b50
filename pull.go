package main

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"vobiz_exporter/collector"
)

const (
	// defaultPullWait is how long a pull waits for a read when the scraper does
	// not say how long it waits itself.
	defaultPullWait = 10 * time.Second
	// maxPullWait bounds what a scraper may ask for.
	maxPullWait = 10 * time.Minute
	// writeTimeout is for the answer itself, once it is there.
	writeTimeout = 30 * time.Second
	// maxPulls is how many pulls may be waiting or being answered at a time;
	// further ones are turned away.
	maxPulls = 256
	// maxAnswers is how many of them are answered at a time, each holding one
	// exposition in memory.
	maxAnswers = 16
)

// gate bounds what pulls may hold at a time, and how long each may wait.
type gate struct {
	offset  time.Duration // what to leave of the scraper's own timeout
	pulls   chan struct{}
	answers chan struct{}
}

func newGate(offset time.Duration) *gate {
	return &gate{offset: offset, pulls: make(chan struct{}, maxPulls), answers: make(chan struct{}, maxAnswers)}
}

// handle lets the data be brought up to date by await, within the scraper's own
// patience, and then has the pull answered.
func (g *gate) handle(w http.ResponseWriter, r *http.Request, await func(context.Context), answer func()) {
	select {
	case g.pulls <- struct{}{}:
		defer func() { <-g.pulls }()
	default:
		say(w, http.StatusServiceUnavailable, "too many pulls at a time")
		return
	}
	wait := g.patience(r.Header.Get("X-Prometheus-Scrape-Timeout-Seconds"))
	// Where the deadline cannot be set the server's own holds.
	deadline := http.NewResponseController(w).SetWriteDeadline
	_ = deadline(time.Now().Add(wait + writeTimeout))
	ctx, cancel := context.WithTimeout(r.Context(), wait)
	await(ctx)
	cancel()
	select {
	case g.answers <- struct{}{}:
		defer func() { <-g.answers }()
		_ = deadline(time.Now().Add(writeTimeout)) // who does not read makes others wait
		answer()
	case <-r.Context().Done(): // the scraper is gone
	}
}

// patience is how long a pull may wait, given the header in which Prometheus
// says how long it will.
func (g *gate) patience(header string) time.Duration {
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil || !(seconds > 0) {
		return defaultPullWait
	}
	timeout := time.Duration(min(seconds, maxPullWait.Seconds()) * float64(time.Second))
	return max(timeout-g.offset, 0)
}

// exposition answers with what there is to gather.
func exposition(gatherer prometheus.Gatherer, errorLog promhttp.Logger, errors prometheus.Registerer) http.Handler {
	return promhttp.HandlerFor(gatherer, promhttp.HandlerOpts{
		ErrorLog:          errorLog,
		ErrorHandling:     promhttp.ContinueOnError,
		Registry:          errors,
		EnableOpenMetrics: true,
	})
}

// newPullHandler answers pulls of the whole inventory.
func newPullHandler(c *collector.Collector, registry *prometheus.Registry, offset time.Duration, errorLog promhttp.Logger) http.Handler {
	gate := newGate(offset)
	metrics := exposition(registry, errorLog, registry)
	return promhttp.InstrumentMetricHandler(registry, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gate.handle(w, r, c.Await, func() { metrics.ServeHTTP(w, r) })
	}))
}
