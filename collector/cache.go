package collector

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
)

// CacheOptions says when the API is read again.
type CacheOptions struct {
	MinRefreshInterval time.Duration // no read before the last good one is this old
	RefreshTimeout     time.Duration // for one read
	MaxAge             time.Duration // data older than this is not served
}

// cache holds the last good result of a read, and decides when to read again:
// when a pull asks for it and it is older than the minimum interval. There is
// never more than one read under way.
type cache[T any] struct {
	name    string
	read    func(context.Context) (*T, error)
	options CacheOptions
	logger  log.Logger

	runner *runner

	tooSlow   bool   // the last read took longer than the interval; refresh's alone
	published func() // called after each read that succeeded; may be nil

	mu     sync.Mutex
	flight chan struct{} // closed when the read under way is over; nil without one
	state  cacheState[T]
}

// cacheState is what there is to say of a cache at one moment.
type cacheState[T any] struct {
	value      *T        // last good result, nil before the first
	at         time.Time // when its read was over
	up         bool      // the last read succeeded
	took       time.Duration
	finished   bool // there has been a read, so took means something
	successes  uint64
	failures   uint64
	err        error     // of the last read, nil where it succeeded
	downSince  time.Time // first of the failures since the last success
	refreshing bool
}

func newCache[T any](name string, options CacheOptions, logger log.Logger, runner *runner, read func(context.Context) (*T, error)) *cache[T] {
	return &cache[T]{name: name, read: read, options: options, logger: logger, runner: runner}
}

// begin starts a read where the data is not young enough and none is under way. It
// returns what is closed when the read is over, or nil where there is none to wait
// for.
func (c *cache[T]) begin() (flight <-chan struct{}) {
	c.mu.Lock()
	if c.state.value != nil && time.Since(c.state.at) < c.options.MinRefreshInterval {
		c.mu.Unlock()
		return nil
	}
	isFirst := c.flight == nil
	if isFirst {
		c.flight = make(chan struct{})
	}
	flight = c.flight
	c.mu.Unlock()
	if isFirst {
		c.runner.start(c.refresh)
	}
	return flight
}

// await returns once the data is young enough, or the read that should make it
// so is over, or ctx is done, whichever is first.
func (c *cache[T]) await(ctx context.Context) {
	flight := c.begin()
	if flight == nil {
		return
	}
	select {
	case <-flight:
	case <-c.runner.stopped:
	case <-ctx.Done():
	}
}

// snapshot returns the present state.
func (c *cache[T]) snapshot() cacheState[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.state
	s.refreshing = c.flight != nil
	return s
}

// servable returns the data where it is young enough to be shown, and else nil.
func (s *cacheState[T]) servable(maxAge time.Duration) *T {
	if s.value == nil || time.Since(s.at) > maxAge {
		return nil
	}
	return s.value
}

func (c *cache[T]) refresh(ctx context.Context) {
	ctx, cancel := inTime(ctx, c.options.RefreshTimeout)
	defer cancel()
	start := time.Now()
	value, err := c.read(ctx)

	c.mu.Lock()
	close(c.flight)
	c.flight = nil
	before := c.state
	stopping := err != nil && ctx.Err() == context.Canceled // that is no failure
	if !stopping {
		c.state.finish(value, err, time.Since(start))
	}
	c.mu.Unlock()
	if stopping {
		return
	}
	c.report(before, err)
	c.reportPace(time.Since(start), err)
	if err == nil && c.published != nil {
		c.published()
	}
}

// inTime gives a read its time.
func inTime(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, timeout, fmt.Errorf("not finished within the refresh timeout of %s", timeout))
}

// reportPace logs when a read begins to take longer than the minimum interval, so
// that reads follow one another without a pause, and when that ends.
func (c *cache[T]) reportPace(took time.Duration, err error) {
	interval := c.options.MinRefreshInterval
	if tooSlow := took > interval; err == nil && interval > 0 && tooSlow != c.tooSlow {
		c.tooSlow = tooSlow
		if tooSlow {
			level.Warn(c.logger).Log("msg", "a read takes longer than --inventory.min-refresh-interval: the API is read without a pause; raise the interval, or --vobiz.rate-limit",
				"endpoint", c.name, "took", took.Round(time.Millisecond), "interval", interval)
			return
		}
		level.Info(c.logger).Log("msg", "a read fits in --inventory.min-refresh-interval again", "endpoint", c.name)
	}
}

// restore takes up the result of a read before this process began. Call it
// before the first read.
func (c *cache[T]) restore(value *T, r savedRead) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state.value, c.state.at, c.state.up = value, r.At, r.Up
	c.state.took, c.state.finished = time.Duration(r.Took)*time.Microsecond, true
}

// finish takes in how a read ended.
func (s *cacheState[T]) finish(value *T, err error, took time.Duration) {
	now := time.Now()
	s.took, s.finished, s.up, s.err = took, true, err == nil, err
	if err != nil {
		s.failures++
		if s.downSince.IsZero() {
			s.downSince = now
		}
		return
	}
	s.successes++
	s.value, s.at, s.downSince = value, now, time.Time{}
}

// report logs when failures begin and when they end, not each of them.
func (c *cache[T]) report(before cacheState[T], err error) {
	logger, downSince := log.With(c.logger, "endpoint", c.name), before.downSince
	switch {
	case err != nil && downSince.IsZero() && before.value == nil:
		level.Error(logger).Log("msg", "reading the API fails, and there is no data to serve yet", "err", err)
	case err != nil && downSince.IsZero():
		level.Error(logger).Log("msg", "reading the API fails; the last good data is served until it is too old",
			"max_age", c.options.MaxAge, "err", err)
	case err != nil:
		level.Debug(logger).Log("msg", "reading the API still fails", "err", err)
	case !downSince.IsZero():
		level.Info(logger).Log("msg", "reading the API works again",
			"after", time.Since(downSince).Round(time.Millisecond))
	}
}
