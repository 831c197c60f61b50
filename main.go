// The vobiz_exporter serves the phone numbers (DIDs) of a Vobiz partner as
// Prometheus metrics.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"vobiz_exporter/collector"
	"vobiz_exporter/vobiz"

	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	versioncollector "github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
)

// drainTimeout is how long requests under way may take once the process has been
// told to stop.
const drainTimeout = 10 * time.Second

func main() {
	if os.Getenv("GOGC") == "" {
		// An inventory is read rarely, and what it takes is held all the time:
		// memory is worth more here than the collector's share of the CPU.
		debug.SetGCPercent(50)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends what the first cannot
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if errors.Is(err, errFindings) {
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: error: %s\n", programName, oneLine(err))
		os.Exit(1)
	}
}

// oneLine is for errors of libraries that run over several.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// run is the whole program. It serves until ctx is done, and returns nil once
// requests are drained and every goroutine is over; the other commands come to an
// end by themselves. Help and what those find go to stdout, the log to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f, err := parseFlags(args, stdout)
	if errors.Is(err, errExit) {
		return nil
	}
	if err != nil {
		return err
	}
	switch f.command {
	case commandCheck:
		return f.runCheck(ctx, stdout, stderr)
	case commandCheckConfig:
		return f.runCheckConfig(ctx, stdout, stderr)
	default:
		return f.serve(ctx, stderr)
	}
}

// serve is the exporter proper.
func (f *flags) serve(ctx context.Context, stderr io.Writer) error {
	options, err := f.collection()
	if err != nil {
		return err
	}
	if err := f.surface(); err != nil {
		return err
	}
	logs := newLoggers(stderr, f.logFormat, f.logLevel)

	ctx, cancel := context.WithCancel(ctx)
	var background sync.WaitGroup
	defer background.Wait()
	defer cancel()
	config, err := f.connect(ctx, &background, logs)
	if err != nil {
		return err
	}
	api := collector.NewAPI(f.endpoints()...)
	config.Hooks = api.Hooks()
	client, err := vobiz.New(config)
	if err != nil {
		return err
	}
	defer client.Close()

	if len(f.strangers) > 0 {
		level.Warn(logs.kit).Log("msg", "environment variables of no flag are ignored", "names", strings.Join(f.strangers, " "))
	}
	level.Info(logs.kit).Log("msg", "starting "+programName, "version", version.Info(), "build", version.BuildContext())
	c := collector.New(client, options, logs.kit)
	registry, err := newRegistry(c, api)
	if err != nil {
		return err
	}
	prober, err := collector.NewProber(client, options, f.probed, logs.kit)
	if err != nil {
		return err
	}
	background.Go(func() { c.Run(ctx) })
	background.Go(func() { prober.Run(ctx) })
	c.Begin() // the first pull need not be the one that waits longest
	server := newServer(c, routes{
		telemetryPath: f.path,
		pull:          newPullHandler(c, registry, f.offset, errorLog{logs.kit}),
		probe:         newProbeHandler(prober, f.offset, errorLog{logs.kit}),
		discovery:     newDiscoveryHandler(c, options.Accounts),
	})
	server.ErrorLog = logs.server()
	return answer(ctx, server, f.web, logs)
}

// connect returns how to reach the Vobiz API or, in the demo, one that runs in the
// background until ctx is done.
func (f *flags) connect(ctx context.Context, background *sync.WaitGroup, logs loggers) (vobiz.Config, error) {
	config, err := f.client.config()
	if err != nil {
		return config, err
	}
	if !f.demo {
		return config, f.client.authenticate(&config, logs.kit)
	}
	if err := startDemo(ctx, background, &config); err != nil {
		return config, err
	}
	level.Warn(logs.kit).Log("msg", "demo: everything served is made up", "api", config.BaseURL)
	return config, nil
}

// endpoints are those that are read.
func (f *flags) endpoints() []vobiz.Endpoint {
	endpoints := []vobiz.Endpoint{vobiz.EndpointNumbers, vobiz.EndpointAccountNumbers}
	if f.accounts {
		endpoints = append(endpoints, vobiz.EndpointAccounts)
	}
	return endpoints
}

func newRegistry(own ...prometheus.Collector) (*prometheus.Registry, error) {
	registry := prometheus.NewRegistry()
	for _, c := range append(own,
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		versioncollector.NewCollector(programName),
	) {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	return registry, nil
}

// answer answers requests until ctx is done and those under way are answered.
func answer(ctx context.Context, server *http.Server, flags *web.FlagConfig, logs loggers) error {
	ended := make(chan error, 1)
	go func() { ended <- web.ListenAndServe(server, flags, logs.slog) }()
	select {
	case err := <-ended:
		return fmt.Errorf("web server: %w (see --web.listen-address and --web.config.file)", err)
	case <-ctx.Done():
	}
	level.Info(logs.kit).Log("msg", "stopping: requests under way are answered first")
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		level.Warn(logs.kit).Log("msg", "some requests were cut off", "err", err)
		_ = server.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("web server: %w", err)
	}
	return nil
}
