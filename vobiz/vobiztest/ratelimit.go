package vobiztest

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// bucket is a token bucket that holds a second's worth.
type bucket struct {
	perSecond float64

	mu     sync.Mutex
	tokens float64
	last   time.Time
}

func newBucket(perSecond int) *bucket {
	return &bucket{perSecond: float64(perSecond), tokens: float64(perSecond)}
}

// take reports whether one more request is within the limit.
func (b *bucket) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.last.IsZero() {
		b.tokens = min(b.perSecond, b.tokens+now.Sub(b.last).Seconds()*b.perSecond)
	}
	b.last = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

func setRetryAfter(w http.ResponseWriter, d time.Duration) {
	if d > 0 {
		seconds := (d + time.Second - 1) / time.Second
		w.Header().Set("Retry-After", strconv.Itoa(int(seconds)))
	}
}

// wait reports whether d passed before ctx ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
