package collector

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
)

// reading is a cache whose reads take a minute of a fake clock, and fail
// where it says so.
type reading struct {
	*cache[int]
	reads int
	fails atomic.Bool
	takes time.Duration
	log   strings.Builder
}

func startReading(t *testing.T) *reading {
	r := &reading{takes: time.Minute}
	options := CacheOptions{MinRefreshInterval: 5 * time.Minute, RefreshTimeout: 15 * time.Minute, MaxAge: time.Hour}
	r.cache = newCache("things", options, log.NewLogfmtLogger(&r.log), newRunner(), func(ctx context.Context) (*int, error) {
		r.reads++
		n := r.reads
		select {
		case <-time.After(r.takes):
			if r.fails.Load() {
				return nil, errors.New("API down")
			}
			return &n, nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.runner.run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return r
}

// pull waits like a scraper, and says how long it took and what it got.
func (r *reading) pull(patience time.Duration) (took time.Duration, got int) {
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r.await(ctx)
	s := r.snapshot()
	if v := s.servable(r.options.MaxAge); v != nil {
		got = *v
	}
	return time.Since(start), got
}

func expect(t *testing.T, took time.Duration, got int, wantTook time.Duration, want int) {
	t.Helper()
	if took != wantTook || got != want {
		t.Errorf("got %d after %s, want %d after %s", got, took, want, wantTook)
	}
}

func TestCacheServesFromMemoryUntilDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReading(t)
		took, got := r.pull(time.Hour)
		expect(t, took, got, time.Minute, 1)
		time.Sleep(5*time.Minute - time.Nanosecond)
		took, got = r.pull(time.Hour)
		expect(t, took, got, 0, 1)
		time.Sleep(time.Nanosecond)
		took, got = r.pull(time.Hour)
		expect(t, took, got, time.Minute, 2)
	})
}

func TestCacheReadsOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReading(t)
		var pulls sync.WaitGroup
		for range 100 {
			pulls.Go(func() {
				took, got := r.pull(time.Hour)
				expect(t, took, got, time.Minute, 1)
			})
		}
		pulls.Wait()
		if r.reads != 1 {
			t.Errorf("%d reads", r.reads)
		}
	})
}

// TestCacheReadOutlivesScraper: a pull that gives up gets what there is, and the
// read goes on for the next.
func TestCacheReadOutlivesScraper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReading(t)
		took, got := r.pull(10 * time.Second)
		expect(t, took, got, 10*time.Second, 0)
		took, got = r.pull(time.Hour)
		expect(t, took, got, 50*time.Second, 1)
		time.Sleep(5 * time.Minute)
		took, got = r.pull(10 * time.Second)
		expect(t, took, got, 10*time.Second, 1)
	})
}

func TestCacheKeepsTheLastGoodUntilMaxAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReading(t)
		r.pull(time.Hour)
		read := time.Now()
		r.fails.Store(true)
		for range 5 {
			time.Sleep(5 * time.Minute)
			took, got := r.pull(time.Hour)
			expect(t, took, got, time.Minute, 1)
		}
		s := r.snapshot()
		if s.up || s.failures != 5 || s.successes != 1 || !s.at.Equal(read) {
			t.Errorf("%+v", s)
		}
		time.Sleep(time.Hour - time.Since(read) - time.Minute)
		took, got := r.pull(time.Hour)
		expect(t, took, got, time.Minute, 1) // an hour old to the nanosecond
		took, got = r.pull(time.Second)
		expect(t, took, got, time.Second, 0)
		r.fails.Store(false)
		time.Sleep(time.Hour)
		if _, got = r.pull(time.Hour); got == 0 {
			t.Error("it does not heal")
		}
		synctest.Wait() // for the log
		for says, times := range map[string]int{"reading the API fails; the last good data": 1, "still fails": 5, "works again": 1} {
			if n := strings.Count(r.log.String(), says); n != times {
				t.Errorf("%q was logged %d times, want %d:\n%s", says, n, times, r.log.String())
			}
		}
	})
}

func TestCacheReadHasADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReading(t)
		r.takes = 24 * time.Hour
		took, got := r.pull(time.Hour)
		expect(t, took, got, 15*time.Minute, 0)
		synctest.Wait() // for the log
		if log := r.log.String(); !strings.Contains(log, "not finished within the refresh timeout of 15m") || !strings.Contains(log, "no data to serve yet") {
			t.Error(log)
		}
	})
}

// TestCacheStops lets pulls go, and does not call the stop a failure.
func TestCacheStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newCache("things", CacheOptions{RefreshTimeout: time.Hour, MaxAge: time.Hour}, log.NewNopLogger(), newRunner(),
			func(ctx context.Context) (*int, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			})
		ctx, cancel := context.WithCancel(t.Context())
		go r.runner.run(ctx)
		go r.await(context.Background())
		time.Sleep(time.Minute)
		cancel()
		synctest.Wait()
		r.await(context.Background()) // after the end: returns
		if s := r.snapshot(); s.failures != 0 || s.finished {
			t.Errorf("%+v", s)
		}
	})
}

// TestCacheTellsOfItsPace: once when reads begin to take longer than the interval,
// and once when they no longer do.
func TestCacheTellsOfItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReading(t)
		for _, r.takes = range []time.Duration{time.Minute, 6 * time.Minute, 7 * time.Minute, time.Minute, time.Minute} {
			r.pull(time.Hour)
			synctest.Wait() // for the log
			time.Sleep(5 * time.Minute)
		}
		for says, times := range map[string]int{"without a pause": 1, "fits in": 1} {
			if n := strings.Count(r.log.String(), says); n != times {
				t.Errorf("%q was logged %d times, want %d:\n%s", says, n, times, r.log.String())
			}
		}
	})
}
