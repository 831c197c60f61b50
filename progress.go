package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"
	"sync"

	"vobiz_exporter/vobiz"
)

// progress keeps a line on a terminal about how far a read has come. On anything
// else, such as cron's mail, it says nothing. What is written to it goes above
// that line.
type progress struct {
	w        io.Writer
	terminal bool

	mu    sync.Mutex
	shown int // bytes on the line
	lists [2]listProgress
}

// listProgress is how far a list has been read.
type listProgress struct {
	name        string
	read, total int
}

// The lists, in the order in which they are shown.
const (
	numbersProgress = iota
	customersProgress
)

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, lists: [2]listProgress{{name: "numbers"}, {name: "customers"}}}
	if f, ok := w.(interface{ Stat() (fs.FileInfo, error) }); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&fs.ModeCharDevice != 0
	}
	return p
}

// Write implements io.Writer.
func (p *progress) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	return p.w.Write(text)
}

// add takes in a page; the first one of a list begins it anew.
func (p *progress) add(list, page, items, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := &p.lists[list]
	if page == 1 {
		l.read = 0
	}
	l.read += items
	l.total = total
	if !p.terminal {
		return
	}
	var parts []string
	for _, l := range p.lists {
		if l.total > 0 {
			parts = append(parts, fmt.Sprintf("%d of %d %s", l.read, l.total, l.name))
		}
	}
	p.wipe()
	n, _ := fmt.Fprintf(p.w, "reading: %s", strings.Join(parts, ", "))
	p.shown = n
}

// end takes the line away.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
}

func (p *progress) wipe() {
	if p.shown > 0 {
		_, _ = fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", p.shown))
	}
	p.shown = 0
}

// watched is a client whose pages are told to a progress.
type watched struct {
	*vobiz.Client
	progress *progress
}

// Numbers implements collector.Source.
func (w *watched) Numbers(ctx context.Context) iter.Seq2[vobiz.Page[vobiz.Number], error] {
	return watch(w.Client.Numbers(ctx), w.progress, numbersProgress)
}

// Accounts implements collector.Source.
func (w *watched) Accounts(ctx context.Context) iter.Seq2[vobiz.Page[vobiz.Account], error] {
	return watch(w.Client.Accounts(ctx), w.progress, customersProgress)
}

func watch[T any](pages iter.Seq2[vobiz.Page[T], error], p *progress, list int) iter.Seq2[vobiz.Page[T], error] {
	return func(yield func(vobiz.Page[T], error) bool) {
		for page, err := range pages {
			if err == nil {
				p.add(list, page.Number, len(page.Items)+page.Rejected, page.Total)
			}
			if !yield(page, err) {
				return
			}
		}
	}
}
