package main

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"vobiz_exporter/collector"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
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

// pullHandler answers a pull: it lets the collector bring its data up to date,
// within the scraper's own patience, and then shows what there is.
type pullHandler struct {
	collector *collector.Collector
	metrics   http.Handler
	offset    time.Duration
	pulls     chan struct{}
	answers   chan struct{}
}

func newPullHandler(c *collector.Collector, registry *prometheus.Registry, offset time.Duration, errorLog promhttp.Logger) http.Handler {
	return promhttp.InstrumentMetricHandler(registry, &pullHandler{
		collector: c,
		metrics: promhttp.HandlerFor(registry, promhttp.HandlerOpts{
			ErrorLog:          errorLog,
			ErrorHandling:     promhttp.ContinueOnError,
			Registry:          registry,
			EnableOpenMetrics: true,
		}),
		offset:  offset,
		pulls:   make(chan struct{}, maxPulls),
		answers: make(chan struct{}, maxAnswers),
	})
}

func (h *pullHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case h.pulls <- struct{}{}:
		defer func() { <-h.pulls }()
	default:
		http.Error(w, "too many pulls at a time", http.StatusServiceUnavailable)
		return
	}
	wait := h.patience(r.Header.Get("X-Prometheus-Scrape-Timeout-Seconds"))
	// Where the deadline cannot be set the server's own holds.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(wait + writeTimeout))
	ctx, cancel := context.WithTimeout(r.Context(), wait)
	h.collector.Await(ctx)
	cancel()
	select {
	case h.answers <- struct{}{}:
		defer func() { <-h.answers }()
		h.metrics.ServeHTTP(w, r)
	case <-r.Context().Done(): // the scraper is gone
	}
}

// patience is how long a pull may wait, given the header in which Prometheus
// says how long it will.
func (h *pullHandler) patience(header string) time.Duration {
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil || !(seconds > 0) {
		return defaultPullWait
	}
	timeout := time.Duration(min(seconds, maxPullWait.Seconds()) * float64(time.Second))
	return max(timeout-h.offset, 0)
}
