package main

import (
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"vobiz_exporter/collector"
	"vobiz_exporter/vobiz"
)

const programName = "vobiz_exporter"

// errExit ends the program with success: help or the version was asked for.
var errExit = errors.New("nothing more to do")

// flags are what the command line and the environment say, unchecked.
type flags struct {
	client    clientFlags
	cache     collector.CacheOptions
	windows   string
	detail    int
	number    string
	accounts  bool
	names     bool
	byAccount bool
	demo      bool
	path      string
	offset    time.Duration
	web       *web.FlagConfig
	logLevel  string
	logFormat string
}

// clientFlags are those of the Partner API.
type clientFlags struct {
	baseURL        string
	authID         string
	tokenFile      string
	pageSize       int
	concurrency    int
	rate           perSecond
	requestTimeout time.Duration
	maxRetries     int
	proxyURL       string
	caFile         string
}

// parseFlags reads the command line; the environment stands in for flags that
// are not given. Help and version go to stdout and come back as errExit.
func parseFlags(args []string, stdout io.Writer) (*flags, error) {
	var f flags
	done := false
	app := kingpin.New(programName, "Prometheus exporter for the phone numbers (DIDs) of a Vobiz partner.")
	app.UsageWriter(stdout).ErrorWriter(stdout).Terminate(func(int) { done = true })
	app.DefaultEnvars().HelpFlag.Short('h')
	app.Version(version.Print(programName))
	f.addClient(app)
	f.addCollection(app)
	f.web = kingpinflag.AddFlags(app, ":10420")
	app.Flag("web.telemetry-path", "Path under which to expose metrics.").Default("/metrics").StringVar(&f.path)
	app.Flag("web.timeout-offset", "Time to leave of the scraper's own timeout for the answer.").Default("500ms").DurationVar(&f.offset)
	app.Flag("log.level", "Least severity to log: debug, info, warn or error.").Default("info").EnumVar(&f.logLevel, "debug", "info", "warn", "error")
	app.Flag("log.format", "Form of the log: logfmt or json.").Default("logfmt").EnumVar(&f.logFormat, "logfmt", "json")
	_, err := app.Parse(args)
	switch {
	case done:
		return nil, errExit
	case err != nil:
		return nil, fmt.Errorf("%w; see --help", err)
	}
	return &f, nil
}

func (f *flags) addClient(app *kingpin.Application) {
	c := &f.client
	app.Flag("vobiz.base-url", "Address of the Vobiz API.").Default("https://api.vobiz.ai").StringVar(&c.baseURL)
	app.Flag("vobiz.auth-id", "The partner's auth id, PA_….").Envar("VOBIZ_AUTH_ID").StringVar(&c.authID)
	app.Flag("vobiz.auth-token-file", "File with the partner's auth token, read again when it changes. Without it the environment variable VOBIZ_AUTH_TOKEN holds the token.").StringVar(&c.tokenFile)
	app.Flag("vobiz.page-size", "Items to ask for on a page, 1 to 100.").Default("100").IntVar(&c.pageSize)
	app.Flag("vobiz.concurrency", "Pages in flight at a time, 1 to 64.").Default("4").IntVar(&c.concurrency)
	app.Flag("vobiz.rate-limit", "Requests a second, over all of them, such as 10 or 0.5/s.").Default("10").SetValue(&c.rate)
	app.Flag("vobiz.request-timeout", "Time for one attempt at a page.").Default("15s").DurationVar(&c.requestTimeout)
	app.Flag("vobiz.max-retries", "Further attempts at a page after the first, 0 to 20.").Default("4").IntVar(&c.maxRetries)
	app.Flag("vobiz.proxy-url", "Proxy to the API. Without it HTTPS_PROXY, HTTP_PROXY and NO_PROXY hold.").StringVar(&c.proxyURL)
	app.Flag("vobiz.ca-file", "PEM file of certificate authorities to trust for the API, beside the system's.").StringVar(&c.caFile)
}

func (f *flags) addCollection(app *kingpin.Application) {
	app.Flag("inventory.min-refresh-interval", "Least age of the data before a pull reads the API again.").Default("5m").DurationVar(&f.cache.MinRefreshInterval)
	app.Flag("inventory.refresh-timeout", "Time for one read of all pages.").Default("15m").DurationVar(&f.cache.RefreshTimeout)
	app.Flag("inventory.max-age", "Age from which data is no longer served.").Default("1h").DurationVar(&f.cache.MaxAge)
	app.Flag("collector.windows", "Renewal windows, such as 7d,14d,30d.").Default("7d,14d,30d").StringVar(&f.windows)
	app.Flag("collector.detail-limit", "Most per-number series a metric family; 0 turns them off.").Default("1000").IntVar(&f.detail)
	app.Flag("collector.number-label", "What the number label of per-number series holds: e164 or id.").Default("e164").EnumVar(&f.number, "e164", "id")
	app.Flag("collector.accounts", "Read the customers too.").Default("true").BoolVar(&f.accounts)
	app.Flag("collector.account-names", "Show customers' names.").Default("true").BoolVar(&f.names)
	app.Flag("collector.by-account", "Keep the inventory families by account.").Default("true").BoolVar(&f.byAccount)
	app.Flag("demo", "Serve a made-up, slowly changing inventory; needs no credentials.").BoolVar(&f.demo)
}

// collection checks the flags that shape the metrics.
func (f *flags) collection() (collector.Options, error) {
	windows, err := collector.ParseWindows(f.windows)
	switch {
	case err != nil:
		return collector.Options{}, fmt.Errorf("--collector.windows: %w", err)
	case f.detail < 0:
		return collector.Options{}, fmt.Errorf("--collector.detail-limit %d: must not be negative; 0 turns per-number series off", f.detail)
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
	}, nil
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
	if err := web.Validate(*f.web.WebConfigFile); err != nil {
		return fmt.Errorf("--web.config.file: %w", err)
	}
	return nil
}

// config checks the flags of the Partner API, and opens the files they name.
func (c *clientFlags) config() (vobiz.Config, error) {
	config := vobiz.Config{
		BaseURL: c.baseURL, AuthID: c.authID,
		PageSize: c.pageSize, Concurrency: c.concurrency, Rate: float64(c.rate),
		RequestTimeout: c.requestTimeout, MaxRetries: c.maxRetries,
		UserAgent: programName + "/" + version.Version,
	}
	var err error
	if config.ProxyURL, err = parseProxy(c.proxyURL); err != nil {
		return config, fmt.Errorf("--vobiz.proxy-url: %w", err)
	}
	if config.RootCAs, err = readCAs(c.caFile); err != nil {
		return config, fmt.Errorf("--vobiz.ca-file: %w", err)
	}
	return config, nil
}

// perSecond is a rate, written as 10 or 10/s.
type perSecond float64

// Set implements kingpin.Value.
func (p *perSecond) Set(s string) error {
	f, err := strconv.ParseFloat(strings.TrimSuffix(s, "/s"), 64)
	if err != nil {
		return fmt.Errorf("--vobiz.rate-limit %q: not a number of requests a second, such as 10", s)
	}
	*p = perSecond(f)
	return nil
}

// String implements kingpin.Value.
func (p *perSecond) String() string { return strconv.FormatFloat(float64(*p), 'g', -1, 64) }
