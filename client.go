package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"vobiz_exporter/vobiz"

	"github.com/prometheus/common/version"
)

// clientFlags are those of the Partner API.
type clientFlags struct {
	baseURL        string
	plainHTTP      bool
	authID         string
	tokenFile      string
	pageSize       int
	concurrency    int
	rate           float64
	requestTimeout time.Duration
	maxRetries     int
	proxyURL       string
	caFile         string

	backoff time.Duration // before the first retry; 0, the client's own choice, but for tests in a hurry
}

func (c *clientFlags) add(set flagSet) {
	set.text(&c.baseURL, "vobiz.base-url", "https://api.vobiz.ai", "Address of the Vobiz API.")
	set.toggle(&c.plainHTTP, "vobiz.allow-plain-http", "false", "Let the credentials go over plain HTTP to hosts that are neither loopback nor private.")
	set.to.Flag("vobiz.auth-id", "The partner's auth id, PA_….").Envar("VOBIZ_AUTH_ID").StringVar(&c.authID)
	set.text(&c.tokenFile, "vobiz.auth-token-file", "", "File with the partner's auth token, read again when it changes. Without it the environment variable VOBIZ_AUTH_TOKEN holds the token.")
	set.whole(&c.pageSize, "vobiz.page-size", "100", "Items to ask for on a page, 1 to 100.")
	set.whole(&c.concurrency, "vobiz.concurrency", "4", "Pages in flight at a time, 1 to 64.")
	set.rate(&c.rate, "vobiz.rate-limit", "10", "Requests a second, over all of them, such as 10 or 0.5/s.")
	set.duration(&c.requestTimeout, "vobiz.request-timeout", "15s", "Time for one attempt at a page.")
	set.whole(&c.maxRetries, "vobiz.max-retries", "4", "Further attempts at a page after the first, 0 to 20.")
	set.text(&c.proxyURL, "vobiz.proxy-url", "", "Proxy to the API. Without it HTTPS_PROXY, HTTP_PROXY and NO_PROXY hold.")
	set.text(&c.caFile, "vobiz.ca-file", "", "PEM file of certificate authorities to trust for the API, beside the system's.")
}

// config checks the flags of the Partner API but for the credentials, and opens the
// files they name.
func (c *clientFlags) config() (vobiz.Config, error) {
	config := vobiz.Config{
		BaseURL: c.baseURL, PlainHTTP: c.plainHTTP,
		PageSize: c.pageSize, Concurrency: c.concurrency, Rate: c.rate,
		RequestTimeout: c.requestTimeout, MaxRetries: c.maxRetries, Backoff: c.backoff,
		UserAgent: programName + "/" + version.Version,
	}
	if err := config.Validate(); err != nil {
		return config, errors.New(flagsOfConfig().Replace(err.Error()))
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

// flagsOfConfig turns the names of a vobiz.Config's fields into those of flags.
func flagsOfConfig() *strings.Replacer {
	return strings.NewReplacer(
		"BaseURL", "--vobiz.base-url", "PlainHTTP", "--vobiz.allow-plain-http",
		"PageSize", "--vobiz.page-size", "Concurrency", "--vobiz.concurrency", "Rate", "--vobiz.rate-limit",
		"RequestTimeout", "--vobiz.request-timeout", "MaxRetries", "--vobiz.max-retries",
	)
}
