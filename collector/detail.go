package collector

import (
	"cmp"
	"container/heap"
	"hash/maphash"
	"slices"
	"strings"
)

// detail keeps the series of one per-number family that come first, up to a
// limit. Which they are does not depend on the order in which they are offered.
type detail struct {
	limit   int
	entries detailHeap
	seed    maphash.Seed
	offered []uint64 // hashes of all labels offered, to count those left out
}

// detailKey holds the labels of a per-number series.
type detailKey struct {
	Account, Number, Country, Problem string
}

// detailEntry is a series and what it is sorted by: a date or a problem's place
// in the list.
type detailEntry struct {
	Key  detailKey
	Rank int64
}

func newDetail(limit int, seed maphash.Seed) *detail {
	return &detail{limit: limit, seed: seed, entries: detailHeap{at: make(map[detailKey]int)}}
}

// add offers a series. Where a kept one has the same labels they share it, under
// the lower rank.
func (d *detail) add(key detailKey, rank int64) {
	if d.limit == 0 {
		return
	}
	d.offered = append(d.offered, key.hash(d.seed))
	entry := detailEntry{key, rank}
	full := len(d.entries.list) == d.limit
	if full && entry.compare(d.entries.list[0]) >= 0 {
		return
	}
	if i, ok := d.entries.at[key]; ok {
		if rank < d.entries.list[i].Rank {
			d.entries.list[i].Rank = rank
			heap.Fix(&d.entries, i)
		}
		return
	}
	if full {
		heap.Pop(&d.entries)
	}
	heap.Push(&d.entries, entry)
}

// kept returns the series in order.
func (d *detail) kept() []detailEntry {
	return slices.SortedFunc(slices.Values(d.entries.list), detailEntry.compare)
}

// dropped is how many series the limit left out. It ends the taking of offers.
func (d *detail) dropped() int {
	slices.Sort(d.offered)
	return len(slices.Compact(d.offered)) - len(d.entries.list)
}

func (k *detailKey) hash(seed maphash.Seed) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, s := range [...]string{k.Account, k.Number, k.Country, k.Problem} {
		_, _ = h.WriteString(s)
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}

func (e detailEntry) compare(o detailEntry) int {
	return cmp.Or(
		cmp.Compare(e.Rank, o.Rank),
		strings.Compare(e.Key.Account, o.Key.Account),
		strings.Compare(e.Key.Number, o.Key.Number),
		strings.Compare(e.Key.Country, o.Key.Country),
	)
}

// detailHeap has the last of the kept series on top, and knows where each is.
type detailHeap struct {
	list []detailEntry
	at   map[detailKey]int
}

func (h *detailHeap) Len() int           { return len(h.list) }
func (h *detailHeap) Less(i, j int) bool { return h.list[i].compare(h.list[j]) > 0 }
func (h *detailHeap) Swap(i, j int) {
	h.list[i], h.list[j] = h.list[j], h.list[i]
	h.at[h.list[i].Key], h.at[h.list[j].Key] = i, j
}

func (h *detailHeap) Push(x any) {
	entry := x.(detailEntry)
	h.at[entry.Key] = len(h.list)
	h.list = append(h.list, entry)
}

func (h *detailHeap) Pop() any {
	last := len(h.list) - 1
	entry := h.list[last]
	h.list = h.list[:last]
	delete(h.at, entry.Key)
	return entry
}
