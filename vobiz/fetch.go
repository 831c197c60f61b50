package vobiz

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Errors that asking again cannot help.
var (
	errToken = errors.New("auth token")
	errWait  = errors.New("waiting for the rate limit")
)

// fetch reads one page, asking again as long as that may help.
func fetch[T any](ctx context.Context, c *Client, l *listing[T], page int) (Page[T], error) {
	waits := backoff.NewExponentialBackOff()
	waits.InitialInterval = c.config.Backoff
	for tries := 0; ; tries++ {
		p, err := attempt(ctx, c, l, page)
		if err == nil {
			return p, nil
		}
		c.heed(err)
		reason, again := retryReason(ctx, err)
		switch {
		case !again, c.config.MaxRetries == 0:
			return p, fmt.Errorf("reading %s, page %d: %w", l.endpoint, page, err)
		case tries == c.config.MaxRetries:
			return p, fmt.Errorf("reading %s, page %d, after %d attempts: %w", l.endpoint, page, tries+1, err)
		}
		if err := c.holdBack(ctx, err, waits.NextBackOff()); err != nil {
			return p, fmt.Errorf("reading %s, page %d: %w", l.endpoint, page, err)
		}
		c.config.Hooks.Retry(l.endpoint, reason)
	}
}

// retryReason says whether asking again may help, and what is then to be said.
func retryReason(ctx context.Context, err error) (RetryReason, bool) {
	var api *APIError
	switch {
	case ctx.Err() != nil, errors.Is(err, errToken), errors.Is(err, errWait):
		return "", false
	case errors.As(err, &api):
		if api.Status == http.StatusTooManyRequests {
			return RetryRateLimited, true
		}
		return RetryServerError, api.Status >= http.StatusInternalServerError
	case errors.Is(err, ErrBadBody):
		return RetryBadBody, true
	}
	return RetryNetwork, true
}

// heed keeps every worker from asking as long as Retry-After says, and the next
// read too, should this one give up.
func (c *Client) heed(err error) {
	var api *APIError
	if errors.As(err, &api) {
		c.pause.extend(api.RetryAfter)
	}
}

// holdBack waits before the next attempt: what Retry-After says; else the
// backoff, which after a 429 holds for every worker.
func (c *Client) holdBack(ctx context.Context, err error, wait time.Duration) error {
	var api *APIError
	if errors.As(err, &api) && api.RetryAfter > 0 {
		return c.pause.wait(ctx)
	}
	if errors.Is(err, ErrRateLimited) {
		c.pause.extend(wait)
	}
	return sleep(ctx, wait)
}

// clearance waits for the pause and for the client's own rate limit.
func (c *Client) clearance(ctx context.Context, e Endpoint) error {
	start := time.Now()
	defer func() { c.config.Hooks.Throttle(e, time.Since(start)) }()
	for {
		if err := c.pause.wait(ctx); err != nil {
			return fmt.Errorf("%w: %w", errWait, err)
		}
		if err := c.limiter.Wait(ctx); err != nil {
			return fmt.Errorf("%w: %w", errWait, cmp.Or(context.Cause(ctx), err))
		}
		if c.pause.left() <= 0 { // none began while this one queued
			return nil
		}
	}
}
