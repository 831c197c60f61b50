package collector

import (
	"context"
	"sync"
)

// runner runs reads in goroutines of its own, so that they outlive the pulls that
// ask for them, and stops them all together.
type runner struct {
	jobs    chan func(context.Context)
	stopped chan struct{} // closed once run is over
}

func newRunner() *runner {
	return &runner{jobs: make(chan func(context.Context)), stopped: make(chan struct{})}
}

// run runs what start is given until ctx is done, and returns when nothing runs
// any more. It has to be called once.
func (r *runner) run(ctx context.Context) {
	var group sync.WaitGroup
	defer close(r.stopped)
	defer group.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case job := <-r.jobs:
			group.Go(func() { job(ctx) })
		}
	}
}

// start has a job run; after the end of run it does nothing. Before its beginning
// it waits for it.
func (r *runner) start(job func(context.Context)) {
	select {
	case r.jobs <- job:
	case <-r.stopped:
	}
}
