package vobiz

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// MaxPageSize is the most items that the API gives on one page.
const MaxPageSize = 100

// Config says how to reach the API. Every field without a default in its comment
// is required.
type Config struct {
	BaseURL string // scheme and host, such as https://api.vobiz.ai; a path before /api is kept
	// PlainHTTP lets the credentials go over plain HTTP to any host; otherwise
	// only to loopback and private addresses.
	PlainHTTP bool
	AuthID    string // the partner's id, PA_…
	// Token gives the partner's secret, and is asked before each request, so
	// that a new one is used at once.
	Token func() (Secret, error)

	PageSize       int           // items a page, 1 to 100
	Concurrency    int           // pages in flight for one list, 1 to 64
	Rate           float64       // requests a second over all lists, above 0
	RequestTimeout time.Duration // for one attempt, to the end of its body
	MaxRetries     int           // attempts at one page beyond the first, 0 to 20
	Backoff        time.Duration // mean wait before the first retry, growing by half each time; 0 means 500 ms

	ProxyURL  *url.URL       // nil: from the environment
	RootCAs   *x509.CertPool // nil: the system's
	UserAgent string         // empty: Go's own
	Hooks     Hooks
	// Dial opens connections; nil means the network. Tests connect in memory.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// SettingError says what is wrong with one field of a Config.
type SettingError struct {
	Field   string // its name, such as PageSize
	Value   any    // what it holds; nil where that is better not repeated
	Problem string // and the remedy
}

// Error implements error.
func (e *SettingError) Error() string {
	if e.Value == nil {
		return e.Field + ": " + e.Problem
	}
	return fmt.Sprintf("%s %v: %s", e.Field, e.Value, e.Problem)
}

// baseURL is the parsed address of the API: an absolute http or https URL without
// credentials, query or fragment.
func (c *Config) baseURL() (*url.URL, error) {
	bad := func(problem string) (*url.URL, error) {
		return nil, &SettingError{Field: "BaseURL", Problem: problem + "; write it as https://host"}
	}
	u, err := url.Parse(c.BaseURL)
	switch {
	case err != nil:
		return bad("not a URL")
	case u.User != nil:
		return bad("must not hold a user or password, for credentials have settings of their own")
	case u.RawQuery != "" || u.Fragment != "":
		return bad("must not hold a query or fragment")
	case u.Scheme != "http" && u.Scheme != "https":
		return bad("has no http or https scheme")
	case u.Hostname() == "":
		return bad("names no host")
	case u.Scheme == "http" && !c.PlainHTTP && !discreet(u.Hostname()):
		return bad("plain HTTP would show the credentials to everyone on the way, and wants PlainHTTP")
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	return u, nil
}

// discreet tells whether what is sent to a host by plain HTTP stays on the
// machine or in a private network. A name other than localhost may lead anywhere.
func discreet(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && (address.IsLoopback() || address.IsPrivate())
}

// Validate checks everything but the credentials. Its error is a *SettingError.
func (c *Config) Validate() error {
	if _, err := c.baseURL(); err != nil {
		return err
	}
	bad := func(field string, value any, problem string) error {
		return &SettingError{Field: field, Value: value, Problem: problem}
	}
	switch {
	case c.PageSize < 1 || c.PageSize > MaxPageSize:
		return bad("PageSize", c.PageSize, fmt.Sprintf("must be from 1 to %d", MaxPageSize))
	case c.Concurrency < 1 || c.Concurrency > 64:
		return bad("Concurrency", c.Concurrency, "must be from 1 to 64")
	case !(c.Rate > 0):
		return bad("Rate", c.Rate, "must be above 0 requests a second")
	case c.RequestTimeout <= 0:
		return bad("RequestTimeout", c.RequestTimeout, "must be above 0")
	case c.MaxRetries < 0 || c.MaxRetries > 20:
		return bad("MaxRetries", c.MaxRetries, "must be from 0 to 20")
	}
	return nil
}

// identify checks that there are credentials.
func (c *Config) identify() error {
	switch {
	case c.AuthID == "":
		return &SettingError{Field: "AuthID", Problem: "none given"}
	case !Secret(c.AuthID).usable():
		return &SettingError{Field: "AuthID", Problem: "holds characters that no HTTP header can carry"}
	case c.Token == nil:
		return &SettingError{Field: "Token", Problem: "none given"}
	}
	return nil
}
