package vobiz

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// maxEmpty is how many pages may turn out empty before the list counts as ended,
// whatever its total says. A list that shrinks while it is read leaves a few.
const maxEmpty = 3

// maxPages is the longest list whose total is believed before it is read.
const maxPages = 1_000_000

// pages reads a whole list: the first page, to learn from the server's own words
// how many there are, then the rest by several workers.
func pages[T any](ctx context.Context, c *Client, l *listing[T]) iter.Seq2[Page[T], error] {
	return func(yield func(Page[T], error) bool) {
		first, err := fetch(ctx, c, l, 1)
		if !yield(first, err) || err != nil {
			return
		}
		plan := newPlan(first.PerPage, first.size(), first.Total)
		if err := c.inTime(ctx, plan.last-1); err != nil {
			yield(Page[T]{}, fmt.Errorf("reading %s: %w", l.endpoint, err))
			return
		}
		workers := min(c.config.Concurrency, plan.last-1)
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		group, ctx := errgroup.WithContext(ctx)
		arrived := make(chan Page[T])
		for range workers {
			group.Go(func() error { return work(ctx, c, l, plan, arrived) })
		}
		done := make(chan error, 1)
		go func() {
			done <- group.Wait()
			close(arrived)
		}()
		defer func() { // whatever ended the loop below, no worker outlives it
			cancel()
			for range arrived {
			}
		}()
		for p := range arrived {
			if !yield(p, nil) {
				return
			}
		}
		if err := <-done; err != nil {
			yield(Page[T]{}, err)
			return
		}
		if err := plan.verdict(); err != nil {
			yield(Page[T]{}, fmt.Errorf("reading %s: %w", l.endpoint, err))
		}
	}
}

// inTime errs where the rate limit alone makes so many pages take longer than ctx
// allows: better to say so at once than to have asked for most of them in vain.
// A total beyond all reason is not taken at its word.
func (c *Client) inTime(ctx context.Context, pages int) error {
	deadline, ok := ctx.Deadline()
	seconds := float64(pages) / c.config.Rate
	if !ok || pages > maxPages || seconds <= time.Until(deadline).Seconds() {
		return nil
	}
	return fmt.Errorf("%w: %d pages at %v a second take %s; raise the rate limit or the time for a read",
		ErrTooLong, pages, c.config.Rate, time.Duration(seconds*float64(time.Second)).Round(time.Second))
}

// work fetches pages until the plan has no more.
func work[T any](ctx context.Context, c *Client, l *listing[T], plan *plan, arrived chan<- Page[T]) error {
	for {
		n, ok := plan.next()
		if !ok {
			return nil
		}
		p, err := fetch(ctx, c, l, n)
		if err != nil {
			return err
		}
		if err := plan.learn(n, p.PerPage, p.size(), p.Total); err != nil {
			return fmt.Errorf("reading %s: %w", l.endpoint, err)
		}
		select {
		case arrived <- p:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// plan knows which pages are still to be asked for. It follows the latest total,
// for the list may grow or shrink while it is read.
type plan struct {
	mu         sync.Mutex
	perPage    int // as the first page echoed it
	capacity   int // items that a page really brings
	asked      int // last page handed out
	last       int // last page that there should be
	empty      int // pages that held nothing
	firstEmpty int // lowest of them, 0 for none
	lastFull   int // highest page that held anything
	beyond     int // page that there should be by a full one before it, whatever the total
}

// newPlan starts from what the first page says and holds. A server may bring
// fewer items than it says; then there are more pages.
func newPlan(perPage, size, total int) *plan {
	p := &plan{perPage: perPage, capacity: perPage, asked: 1}
	if size > 0 && (perPage == 0 || size < total) {
		p.capacity = min(cmp.Or(perPage, size), size)
	}
	p.capacity = max(p.capacity, 1)
	p.last = p.pagesFor(total)
	p.note(1, size)
	return p
}

func (p *plan) pagesFor(total int) int {
	full := total / p.capacity
	if total%p.capacity > 0 {
		full++
	}
	return full
}

func (p *plan) next() (page int, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked >= p.last || p.empty >= maxEmpty {
		return 0, false
	}
	p.asked++
	return p.asked, true
}

// learn takes in what a page said and held.
func (p *plan) learn(page, perPage, size, total int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if perPage != p.perPage {
		return fmt.Errorf("%w: %s items a page on page %d, %s on page 1", ErrInconsistent, figure(perPage), page, figure(p.perPage))
	}
	if size >= p.capacity && page > total/p.capacity { // the total is too low: the list goes on
		p.beyond = max(p.beyond, page+1)
	}
	p.last = max(p.pagesFor(total), p.beyond)
	p.note(page, size)
	return nil
}

func (p *plan) note(page, size int) {
	if size > 0 {
		p.lastFull = max(p.lastFull, page)
		return
	}
	p.empty++
	if p.firstEmpty == 0 || page < p.firstEmpty {
		p.firstEmpty = page
	}
}

// verdict errs where a page was empty although a later one was not, so that
// something is missing in between, or where none of the items that the total
// tells of was on any page.
func (p *plan) verdict() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.lastFull == 0 && p.last > 0:
		return fmt.Errorf("%w: every page is empty, the total is not 0", ErrInconsistent)
	case p.firstEmpty > 0 && p.firstEmpty < p.lastFull:
		return fmt.Errorf("%w: page %d is empty, page %d is not", ErrInconsistent, p.firstEmpty, p.lastFull)
	}
	return nil
}
