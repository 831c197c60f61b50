package main

import (
	"runtime"
	"runtime/metrics"
	"time"
)

// heapWatch follows the size of the heap.
type heapWatch struct {
	base, peak uint64
	quit, done chan struct{}
}

func watchHeap() *heapWatch {
	runtime.GC()
	w := &heapWatch{base: heapBytes(), quit: make(chan struct{}), done: make(chan struct{})}
	w.peak = w.base
	go func() {
		defer close(w.done)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				w.peak = max(w.peak, heapBytes())
			case <-w.quit:
				return
			}
		}
	}()
	return w
}

// stop returns by how much the heap grew at its peak.
func (w *heapWatch) stop() uint64 {
	close(w.quit)
	<-w.done
	return max(w.peak, heapBytes()) - w.base
}

func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
