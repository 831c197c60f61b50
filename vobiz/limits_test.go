package vobiz_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vobiz_exporter/internal/pipenet"
	"vobiz_exporter/vobiz"
	"vobiz_exporter/vobiz/vobiztest"
)

// piped returns a client of api on the fake clock of a synctest bubble.
func piped(t *testing.T, api *vobiztest.Server, change func(*vobiz.Config)) *vobiz.Client {
	c := config("http://localhost")
	c.Dial = pipenet.Serve(t, api).Dial
	change(&c)
	return newClient(t, c)
}

func TestRateLimitIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := vobiztest.NewServer(inventoryOf(2503), vobiztest.Options{Record: true})
		var log hookLog
		client := piped(t, api, func(c *vobiz.Config) { c.Rate, c.Hooks = 10, log.hooks() })
		start := time.Now()
		if _, err := numbersByID(client.Numbers(t.Context())); err != nil {
			t.Fatal(err)
		}
		requests := api.Requests()
		for i, r := range requests {
			if earliest := start.Add(time.Duration(i) * 100 * time.Millisecond); r.Time.Before(earliest.Add(-time.Millisecond)) {
				t.Errorf("request %d came %s after the start", i, r.Time.Sub(start))
			}
		}
		if took := time.Since(start); len(requests) != 26 || took > 2600*time.Millisecond {
			t.Errorf("%d requests in %s, want 26 in 2.5 s", len(requests), took)
		}
		if log.waited < 2*time.Second {
			t.Errorf("%s of waiting told, want more than 2 s", log.waited)
		}
	})
}

// TestRetryAfterHoldsEveryWorker: while the API wants to be left alone, no
// request comes, whoever sends it.
func TestRetryAfterHoldsEveryWorker(t *testing.T) {
	for name, header := range map[string]func() string{
		"seconds": func() string { return "30" },
		"date":    func() string { return time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := vobiztest.NewServer(inventoryOf(2503), vobiztest.Options{Record: true, Latency: 10 * time.Millisecond})
				client := piped(t, api, func(c *vobiz.Config) { c.Rate = 100 })
				api.Inject(vobiztest.Fault{Page: 7, Times: 1, Handler: vobiztest.RateLimited(header())})
				start := time.Now()
				got, err := numbersByID(client.Numbers(t.Context()))
				if err != nil || len(got) != 2503 {
					t.Fatalf("%d numbers, %v", len(got), err)
				}
				var refused time.Time
				for _, r := range api.Requests() {
					if r.Page == 7 && refused.IsZero() {
						refused = r.Time.Add(10 * time.Millisecond)
						continue
					}
					if since := r.Time.Sub(refused); !refused.IsZero() && since > 0 && since < 28*time.Second {
						t.Errorf("page %d was asked for %s after the 429", r.Page, since)
					}
				}
				if took := time.Since(start); took < 29*time.Second || took > 32*time.Second {
					t.Errorf("took %s, want some 30 s", took)
				}
			})
		})
	}
}

// TestLongRetryAfterEndsTheRead at once, and keeps the next read from asking,
// until its time is over.
func TestLongRetryAfterEndsTheRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := vobiztest.NewServer(inventoryOf(10), vobiztest.Options{})
		client := piped(t, api, func(*vobiz.Config) {})
		api.Inject(vobiztest.Fault{Times: 1, Handler: vobiztest.RateLimited("3600")})
		read := func() error {
			ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
			defer cancel()
			_, err := numbersByID(client.Numbers(ctx))
			return err
		}
		start := time.Now()
		for range 2 {
			if err := read(); !errors.Is(err, vobiz.ErrRateLimited) {
				t.Errorf("error %v, want ErrRateLimited", err)
			}
		}
		if took, n := time.Since(start), api.Count(""); took > time.Second || n != 1 {
			t.Errorf("%s and %d requests, want to give up at once after one", took, n)
		}
		time.Sleep(time.Hour)
		if err := read(); err != nil {
			t.Errorf("after the hour: %v", err)
		}
	})
}

// TestTooLongAListIsToldAtOnce: what the rate limit does not let be read in time
// is not begun.
func TestTooLongAListIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := vobiztest.NewServer(inventoryOf(2503), vobiztest.Options{})
		client := piped(t, api, func(c *vobiz.Config) { c.Rate = 1 })
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		_, err := numbersByID(client.Numbers(ctx))
		if !errors.Is(err, vobiz.ErrTooLong) || !strings.Contains(err.Error(), "25 pages at 1 a second take 25s") || api.Count("") != 1 {
			t.Errorf("%v, after %d requests", err, api.Count(""))
		}
		ctx, cancel = context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		if got, err := numbersByID(client.Numbers(ctx)); err != nil || len(got) != 2503 {
			t.Errorf("with time enough: %d, %v", len(got), err)
		}
	})
}

func TestSlowAnswersTimeOut(t *testing.T) {
	for name, fault := range map[string]vobiztest.Answer{
		"hang": vobiztest.Hang(), "drip": vobiztest.Drip(time.Second),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := vobiztest.NewServer(inventoryOf(10), vobiztest.Options{})
				defer api.Clear()
				client := piped(t, api, func(c *vobiz.Config) { c.RequestTimeout, c.MaxRetries = 15*time.Second, 1 })
				api.Inject(vobiztest.Fault{Handler: fault})
				start := time.Now()
				_, err := numbersByID(client.Numbers(t.Context()))
				if err == nil || !strings.Contains(err.Error(), "no complete answer within 15s") {
					t.Errorf("error %v", err)
				}
				if took := time.Since(start); took < 30*time.Second || took > 31*time.Second {
					t.Errorf("took %s, want two attempts of 15 s", took)
				}
			})
		})
	}
}

// TestBackoffGrows between attempts, and differs from one time to the next.
func TestBackoffGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := vobiztest.NewServer(inventoryOf(10), vobiztest.Options{Record: true})
		client := piped(t, api, func(c *vobiz.Config) { c.Backoff, c.MaxRetries = 0, 6 })
		api.Inject(vobiztest.Fault{Handler: vobiztest.Status(503)})
		if _, err := numbersByID(client.Numbers(t.Context())); err == nil {
			t.Fatal("no error")
		}
		requests := api.Requests()
		if len(requests) != 7 {
			t.Fatalf("%d attempts, want 7", len(requests))
		}
		mean := 500 * time.Millisecond
		for i := 1; i < len(requests); i++ {
			wait := requests[i].Time.Sub(requests[i-1].Time)
			if wait < mean/2 || wait > mean*3/2+time.Millisecond {
				t.Errorf("wait %d is %s, want %s give or take half", i, wait, mean)
			}
			mean = mean * 3 / 2
		}
	})
}

// TestShortReadsGetTheirTurn: while a long list is read at the rate limit, a
// short one waits for no more than the pages that are in flight.
func TestShortReadsGetTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inv := inventoryOf(2503)
		account := inv.Numbers[0].AccountID
		client := piped(t, vobiztest.NewServer(inv, vobiztest.Options{}), func(c *vobiz.Config) { c.Rate = 10 })
		long := make(chan error, 1)
		go func() {
			_, err := numbersByID(client.Numbers(t.Context()))
			long <- err
		}()
		time.Sleep(550 * time.Millisecond)
		start := time.Now()
		for page, err := range client.AccountNumbers(t.Context(), account) {
			if err != nil || page.Number > 1 {
				break
			}
			if waited := time.Since(start); waited > 600*time.Millisecond {
				t.Errorf("the first page came after %s", waited)
			}
		}
		if err := <-long; err != nil {
			t.Error(err)
		}
	})
}
