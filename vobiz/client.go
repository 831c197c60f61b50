package vobiz

import (
	"context"
	"crypto/tls"
	"iter"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/time/rate"
)

const (
	apiPath          = "/api/v1/partner"
	defaultBackoff   = 500 * time.Millisecond
	maxHeaderBytes   = 64 << 10
	handshakeTimeout = 10 * time.Second
	idleTimeout      = 90 * time.Second
)

// Client reads the Partner API. It is safe for use by many goroutines, which all
// share its rate limit.
type Client struct {
	config Config
	base   *url.URL
	// transport is used without an http.Client, which would follow redirects and
	// carry X-Auth-Token along to wherever they lead.
	transport *http.Transport
	limiter   *rate.Limiter
	pause     pause
}

// New returns a client for a sound configuration, and otherwise a *SettingError.
// It asks the API nothing.
func New(config Config) (*Client, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if err := config.identify(); err != nil {
		return nil, err
	}
	base, err := config.baseURL()
	if err != nil {
		return nil, err
	}
	if config.Backoff <= 0 {
		config.Backoff = defaultBackoff
	}
	config.Hooks.fill()
	return &Client{
		config:    config,
		base:      base,
		transport: newTransport(&config),
		limiter:   rate.NewLimiter(rate.Limit(config.Rate), 1),
	}, nil
}

func newTransport(c *Config) *http.Transport {
	proxy := http.ProxyFromEnvironment
	if c.ProxyURL != nil {
		proxy = http.ProxyURL(c.ProxyURL)
	}
	dial := c.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: c.RequestTimeout, KeepAlive: 30 * time.Second}).DialContext
	}
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            dial,
		TLSClientConfig:        &tls.Config{RootCAs: c.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    handshakeTimeout,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    2 * c.Concurrency,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
	}
}

// Close gives up idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Numbers reads every number of every customer, page by page, in no set order.
// The first error ends it: the pages before it are then not the whole list.
func (c *Client) Numbers(ctx context.Context) iter.Seq2[Page[Number], error] {
	return pages(ctx, c, &listing[Number]{
		endpoint: EndpointNumbers, path: "/numbers", key: "items", item: (*decoder).number,
	})
}

// AccountNumbers reads the numbers of one customer, like Numbers. The error is
// ErrNotFound where the API knows no such customer.
func (c *Client) AccountNumbers(ctx context.Context, account string) iter.Seq2[Page[Number], error] {
	return pages(ctx, c, &listing[Number]{
		endpoint: EndpointAccountNumbers, path: "/accounts/" + url.PathEscape(account) + "/numbers",
		key: "items", item: (*decoder).number,
	})
}

// Accounts reads every customer, like Numbers.
func (c *Client) Accounts(ctx context.Context) iter.Seq2[Page[Account], error] {
	return pages(ctx, c, &listing[Account]{
		endpoint: EndpointAccounts, path: "/accounts", key: "accounts", item: (*decoder).account,
	})
}
