package collector

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"time"

	"vobiz_exporter/vobiz"
)

// Source is where numbers and customers come from, page by page. An error ends a
// sequence.
type Source interface {
	Numbers(ctx context.Context) iter.Seq2[vobiz.Page[vobiz.Number], error]
	Accounts(ctx context.Context) iter.Seq2[vobiz.Page[vobiz.Account], error]
}

var (
	errRepeats = errors.New("a page brings nothing but items of the pages before it")
	errNoSense = errors.New("none of the items can be understood")
)

// tally is what the pages of one list came to.
type tally struct {
	Distinct   int  // items taken in
	Duplicates int  // items whose id was in already
	Rejected   int  // items that could not be understood
	Total      int  // the list's length by the API's own word, at the end
	steady     bool // that word was the same on every page
}

// gap is how many items the API speaks of and did not show, or showed too many.
func (t tally) gap() int { return t.Total - t.Distinct - t.Rejected }

// missing is how many items were not taken in, among them those that the API counts
// and does not list.
func (t tally) missing() int { return t.Rejected + max(t.gap()-t.Duplicates, 0) }

// sweep reads a list to its end. add says whether an item is new.
func sweep[T any](pages iter.Seq2[vobiz.Page[T], error], add func(*T) (isNew bool)) (tally, error) {
	t := tally{steady: true}
	first, most := true, 0
	for page, err := range pages {
		if err != nil {
			return t, err
		}
		t.steady = t.steady && (first || page.Total == t.Total)
		first = false
		t.Total = page.Total
		t.Rejected += page.Rejected
		fresh := 0
		for i := range page.Items {
			if add(&page.Items[i]) {
				fresh++
			}
		}
		t.Distinct += fresh
		t.Duplicates += len(page.Items) - fresh
		if t.Distinct > maxNumbers {
			return t, fmt.Errorf("more than %d items: that is more than the exporter can be meant for", maxNumbers)
		}
		most = max(most, len(page.Items)) // a shorter page is the last one: drift alone may have brought it nothing new
		if fresh == 0 && page.Number > 1 && len(page.Items) > 1 && len(page.Items) == most {
			return t, fmt.Errorf("page %d: %w", page.Number, errRepeats)
		}
	}
	if t.Distinct == 0 && t.Rejected > 0 {
		return t, errNoSense
	}
	return t, nil
}

// trust decides whether a read that succeeded is to be believed. Offset paging
// over a list that changes skips and repeats items, and a fault on the other
// side may show an empty list: in doubt the list is read once more.
type trust struct {
	gap   int // that of the last read believed: a habit of the API's, not drift
	items int // of the last read believed
}

func (t *trust) doubts(got tally) bool {
	vanished := got.Distinct == 0 && t.items > 0
	return vanished || !got.steady || (got.gap() != 0 && got.gap() != t.gap)
}

// read makes a pass over the list, and a second one where the first leaves
// doubts or brought a page of nothing new, as a list that grows may; the last
// pass counts.
func (t *trust) read(pass func() (tally, error)) (tally, error) {
	got, err := pass()
	if errors.Is(err, errRepeats) || (err == nil && t.doubts(got)) {
		got, err = pass()
	}
	if err == nil {
		t.accept(got)
	}
	return got, err
}

// accept takes a read for the last one believed.
func (t *trust) accept(got tally) { t.gap, t.items = got.gap(), got.Distinct }

// numbersReader reads inventories, one after the other. It is not safe for
// concurrent use.
type numbersReader struct {
	pages   func(context.Context) iter.Seq2[vobiz.Page[vobiz.Number], error]
	options FoldOptions
	seed    maphash.Seed
	trust   trust
	known   []uint64 // hashes of the last inventory's ids; nil before the first
	added   int
	removed int
}

// inventoryRead is an inventory and how it was read.
type inventoryRead struct {
	*Inventory
	tally
	added, removed int // numbers that came and went, over all reads
}

func (r *numbersReader) read(ctx context.Context) (*inventoryRead, error) {
	var f *fold
	got, err := r.trust.read(func() (tally, error) {
		f = newFold(r.options, time.Now(), r.seed)
		return sweep(r.pages(ctx), f.add)
	})
	if err != nil {
		return nil, err
	}
	inventory := f.inventory()
	r.count(&f.seen)
	return &inventoryRead{Inventory: inventory, tally: got, added: r.added, removed: r.removed}, nil
}

// count takes note of the ids that came and went since the last inventory.
func (r *numbersReader) count(seen *idSet) {
	if r.known != nil {
		stayed := 0
		for _, id := range r.known {
			if seen.has(id) {
				stayed++
			}
		}
		r.added += seen.len - stayed
		r.removed += len(r.known) - stayed
	}
	r.known = seen.all()
}
