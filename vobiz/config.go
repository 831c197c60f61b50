package vobiz

import (
	"context"
	"crypto/x509"
	"errors"
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

// ParseBaseURL checks the address of the API: an absolute http or https URL
// without credentials, query or fragment.
func ParseBaseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, errors.New("base URL: not a URL; write it as https://host")
	case u.User != nil:
		return nil, errors.New("base URL: must not hold a user or password; credentials have settings of their own")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("base URL %q: no http or https scheme; write it as https://host", s)
	case u.Hostname() == "":
		return nil, fmt.Errorf("base URL %q: no host; write it as https://host", s)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("base URL %q: must not hold a query or fragment", s)
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

func (c *Config) check() error {
	switch {
	case c.AuthID == "":
		return errors.New("auth id: none given")
	case !Secret(c.AuthID).usable():
		return errors.New("auth id: holds characters that no HTTP header can carry")
	case c.Token == nil:
		return errors.New("auth token: none given")
	case c.PageSize < 1 || c.PageSize > MaxPageSize:
		return fmt.Errorf("page size %d: must be from 1 to %d", c.PageSize, MaxPageSize)
	case c.Concurrency < 1 || c.Concurrency > 64:
		return fmt.Errorf("concurrency %d: must be from 1 to 64", c.Concurrency)
	case !(c.Rate > 0):
		return fmt.Errorf("rate limit %v: must be above 0 requests a second", c.Rate)
	case c.RequestTimeout <= 0:
		return fmt.Errorf("request timeout %s: must be above 0", c.RequestTimeout)
	case c.MaxRetries < 0 || c.MaxRetries > 20:
		return fmt.Errorf("max retries %d: must be from 0 to 20", c.MaxRetries)
	}
	return nil
}
