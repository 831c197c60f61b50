package main

import (
	_ "embed"
	"html/template"
	"net/http"
	"time"

	"vobiz_exporter/collector"

	"github.com/prometheus/common/version"
)

const (
	readTimeout    = 10 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 32 << 10
)

//go:embed landing.html
var landingHTML string

// routes are the handlers that a server leads to, beside its own.
type routes struct {
	telemetryPath          string
	pull, probe, discovery http.Handler
}

// newServer returns the web server: limits on slow clients, and the routes.
func newServer(c *collector.Collector, to routes) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET "+to.telemetryPath, to.pull)
	mux.Handle("GET /probe", to.probe)
	mux.Handle("GET /sd", to.discovery)
	mux.Handle("GET /{$}", &landingPage{
		collector: c,
		metrics:   to.telemetryPath,
		page:      template.Must(template.New("landing").Parse(landingHTML)),
	})
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "healthy") })
	mux.HandleFunc("GET /-/ready", func(w http.ResponseWriter, _ *http.Request) {
		if !c.Ready() {
			say(w, http.StatusServiceUnavailable, "not ready: there is no inventory to serve")
			return
		}
		say(w, http.StatusOK, "ready")
	})
	return &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: readTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
	}
}

func say(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(line + "\n")) //nolint:gosec // plain text, and said to be
}

// landingPage tells a person what this is, and how the data is.
type landingPage struct {
	collector *collector.Collector
	metrics   string
	page      *template.Template
}

func (l *landingPage) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	// A client that went away is the only error left.
	_ = l.page.Execute(w, map[string]any{
		"Version":  version.Info(),
		"Metrics":  l.metrics,
		"Ready":    l.collector.Ready(),
		"Statuses": l.collector.Statuses(),
	})
}
