package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"vobiz_exporter/collector"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"
)

const programName = "vobiz_exporter"

// The commands. Without one the exporter serves.
const (
	commandServe       = "serve"
	commandCheck       = "check"
	commandCheckConfig = "check-config"
)

// errExit ends the program with success: help or the version was asked for.
var errExit = errors.New("nothing more to do")

// flags are what the command line and the environment say, unchecked.
type flags struct {
	command   string
	check     checkFlags
	client    clientFlags
	cache     collector.CacheOptions
	stateFile string
	windows   string
	detail    int
	number    string
	accounts  bool
	names     bool
	byAccount bool
	probed    int
	demo      bool
	path      string
	offset    time.Duration
	web       *web.FlagConfig
	logLevel  string
	logFormat string

	strangers []string // environment variables that look like flags and are none
}

// parseFlags reads the command line; the environment stands in for flags that
// are not given. Help and version go to stdout and come back as errExit.
func parseFlags(args []string, stdout io.Writer) (*flags, error) {
	var f flags
	app := f.application()
	done := false
	app.UsageWriter(stdout).ErrorWriter(stdout).Terminate(func(int) { done = true })
	command, err := app.Parse(args)
	f.command, f.strangers = command, strangers(app.Model(), os.Environ())
	switch {
	case done:
		return nil, errExit
	case err != nil:
		return nil, fmt.Errorf("%w; see --help", err)
	}
	return &f, nil
}

// strangers are the environment variables that begin as those of flags do and are of
// none: one misspelt would be passed over.
func strangers(app *kingpin.ApplicationModel, environment []string) (names []string) {
	known := slices.Clone(app.Flags)
	for _, command := range app.Commands {
		known = append(known, command.Flags...)
	}
	for _, variable := range environment {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "VOBIZ_EXPORTER_") &&
			!slices.ContainsFunc(known, func(flag *kingpin.FlagModel) bool { return flag.Envar == name }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// application declares the flags.
func (f *flags) application() *kingpin.Application {
	app := kingpin.New(programName, "Prometheus exporter for a Vobiz partner's phone numbers (DIDs).")
	app.DefaultEnvars().HelpFlag.Short('h')
	app.Version(version.Print(programName))
	app.UsageTemplate(helpTemplate).UsageFuncs(helpFuncs())
	app.Command(commandServe, "Serve metrics until told to stop. This is what happens without a command.").Default()
	f.check.add(app.Command(commandCheck, "Read the inventory once and print what needs attention."))
	app.Command(commandCheckConfig, "Try the configuration once and say whether it is good.")
	set := flagSet{app}
	f.client.add(set)
	f.addCollection(set)
	f.web = kingpinflag.AddFlags(app, ":10420")
	set.text(&f.path, "web.telemetry-path", "/metrics", "Path under which to expose metrics.")
	set.duration(&f.offset, "web.timeout-offset", "500ms", "Time to leave of the scraper's own timeout for the answer.")
	set.oneOf(&f.logLevel, "log.level", "Least severity to log: info, debug, warn or error.", "info", "debug", "warn", "error")
	set.oneOf(&f.logFormat, "log.format", "Form of the log: logfmt or json.", "logfmt", "json")
	return app
}

func (f *flags) addCollection(set flagSet) {
	set.duration(&f.cache.MinRefreshInterval, "inventory.min-refresh-interval", "5m", "Least age of the data before a pull reads the API again.")
	set.duration(&f.cache.RefreshTimeout, "inventory.refresh-timeout", "15m", "Time for one read of all pages.")
	set.duration(&f.cache.MaxAge, "inventory.max-age", "1h", "Age from which data is no longer served.")
	set.text(&f.stateFile, "inventory.state-file", "", "File in which the last good data outlives a restart.")
	set.text(&f.windows, "collector.windows", "7d,14d,30d", "Renewal windows, at most 16. The alert rules read 7d and 14d.")
	set.whole(&f.detail, "collector.detail-limit", "1000", "Most per-number series a metric family; 0 turns them off.")
	set.oneOf(&f.number, "collector.number-label", "What the number label of per-number series holds: e164 or id.", "e164", "id")
	set.toggle(&f.accounts, "collector.accounts", "true", "Read the customers too.")
	set.toggle(&f.names, "collector.account-names", "true", "Show customers' names.")
	set.toggle(&f.byAccount, "collector.by-account", "true", "Keep the inventory families by account.")
	set.whole(&f.probed, "probe.max-accounts", "2000", "Customers that /probe keeps in memory; those probed longest ago go first.")
	set.toggle(&f.demo, "demo", "false", "Serve a made-up, slowly changing inventory; needs no credentials.")
}

// collection checks the flags that shape the metrics.
func (f *flags) collection() (collector.Options, error) {
	windows, err := collector.ParseWindows(f.windows)
	switch {
	case err != nil:
		return collector.Options{}, fmt.Errorf("--collector.windows: %w", err)
	case f.detail < 0:
		return collector.Options{}, fmt.Errorf("--collector.detail-limit %d: must not be negative; 0 turns per-number series off", f.detail)
	case f.probed < 1:
		return collector.Options{}, fmt.Errorf("--probe.max-accounts %d: must be at least 1", f.probed)
	case f.cache.MinRefreshInterval < 0:
		return collector.Options{}, fmt.Errorf("--inventory.min-refresh-interval %s: must not be negative", f.cache.MinRefreshInterval)
	case f.cache.RefreshTimeout <= 0:
		return collector.Options{}, fmt.Errorf("--inventory.refresh-timeout %s: must be above 0", f.cache.RefreshTimeout)
	case f.cache.MaxAge <= f.cache.MinRefreshInterval:
		return collector.Options{}, fmt.Errorf("--inventory.max-age %s: must be longer than --inventory.min-refresh-interval %s, or the inventory would vanish between two reads",
			f.cache.MaxAge, f.cache.MinRefreshInterval)
	}
	return collector.Options{
		Fold: collector.FoldOptions{
			Windows: windows, DetailLimit: f.detail, NumbersByID: f.number == "id", ByAccount: f.byAccount,
		},
		Cache:        f.cache,
		Accounts:     f.accounts,
		AccountNames: f.names,
		StateFile:    f.stateFile,
		Partner:      f.partner(),
	}, nil
}

// partner names whose inventory is read.
func (f *flags) partner() string {
	if f.demo {
		return "demo"
	}
	return f.client.baseURL + " " + f.client.authID
}

// surface checks the flags of the web server.
func (f *flags) surface() error {
	taken := map[string]bool{"/": true, "/probe": true, "/sd": true, "/-/healthy": true, "/-/ready": true}
	switch {
	case !strings.HasPrefix(f.path, "/") || path.Clean(f.path) != f.path || strings.ContainsAny(f.path, "{} ?#%"):
		return fmt.Errorf("--web.telemetry-path %q: not a plain path such as /metrics", f.path)
	case taken[f.path]:
		return fmt.Errorf("--web.telemetry-path %s: that path serves something else", f.path)
	case f.offset < 0:
		return fmt.Errorf("--web.timeout-offset %s: must not be negative", f.offset)
	}
	if err := f.listens(); err != nil {
		return err
	}
	if err := web.Validate(*f.web.WebConfigFile); err != nil {
		return fmt.Errorf("--web.config.file: %w", err)
	}
	return nil
}

// listens checks the addresses to listen on. Whether they are free shows when the
// exporter starts.
func (f *flags) listens() error {
	if *f.web.WebSystemdSocket {
		return nil
	}
	for _, address := range *f.web.WebListenAddresses {
		if strings.HasPrefix(address, "vsock://") {
			continue
		}
		_, port, err := net.SplitHostPort(address)
		if err == nil {
			_, err = net.DefaultResolver.LookupPort(context.Background(), "tcp", port)
		}
		if err != nil {
			return fmt.Errorf("--web.listen-address %q: not an address such as :10420 or 127.0.0.1:10420", address)
		}
	}
	return nil
}
