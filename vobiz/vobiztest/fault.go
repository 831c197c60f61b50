package vobiztest

import (
	"context"
	"net/http"
	"sync"
)

// Answer replaces, delays or changes what next, the API itself or the next
// matching fault, would answer. The request's context ends with the request,
// and when the server's faults are cleared.
type Answer func(w http.ResponseWriter, r *http.Request, next http.Handler)

// Fault is an Answer and when it is given. Faults that match the same request
// nest, the one injected first outermost; one that is not reached because an
// outer one answered is not used up.
type Fault struct {
	Endpoint string // EndpointNumbers, …; "" is any
	Page     int    // the page asked for; 0 is any
	After    int    // how many matching requests pass unharmed first
	Times    int    // how many it then meets; 0 is all
	Handler  Answer
}

// Inject adds faults to those already set.
func (s *Server) Inject(f ...Fault) { s.faults.add(f) }

// Clear removes all faults, and lets go the requests that hang in one, so that
// an HTTP server in front can shut down.
func (s *Server) Clear() { s.faults.clear() }

// faults are the scripted faults of one server.
type faults struct {
	mu     sync.Mutex
	active []*activeFault
	stop   chan struct{} // closed by clear, then made anew
}

type activeFault struct {
	Fault
	met int // matching requests so far, those let pass among them
}

func (a *activeFault) spent() bool {
	return a.Times > 0 && a.met >= a.After+a.Times
}

func (f *faults) add(list []Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var active []*activeFault // a new list: requests in flight hold the old one
	for _, fault := range f.active {
		if !fault.spent() {
			active = append(active, fault)
		}
	}
	for _, fault := range list {
		active = append(active, &activeFault{Fault: fault})
	}
	f.active = active
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.active = nil
	close(f.stop)
	f.stop = make(chan struct{})
}

func (f *faults) serve(w http.ResponseWriter, r *http.Request, c call, api http.Handler) {
	f.mu.Lock()
	active, stop := f.active, f.stop
	f.mu.Unlock()
	if len(active) == 0 {
		api.ServeHTTP(w, r)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	defer func() {
		cancel()
		<-watched
	}()
	f.from(active, c, api).ServeHTTP(w, r.WithContext(ctx))
}

// from answers by the first of the faults that meets the request, with those
// after it as what comes next.
func (f *faults) from(active []*activeFault, c call, api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i, fault := range active {
			if f.meets(fault, c) {
				fault.Handler(w, r, f.from(active[i+1:], c, api))
				return
			}
		}
		api.ServeHTTP(w, r)
	})
}

// meets reports whether the fault strikes this request, and counts it.
func (f *faults) meets(fault *activeFault, c call) bool {
	if fault.Endpoint != "" && fault.Endpoint != c.endpoint || fault.Page != 0 && fault.Page != c.page {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if fault.spent() {
		return false
	}
	fault.met++
	return fault.met > fault.After
}
