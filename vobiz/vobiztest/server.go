package vobiztest

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// The partner's credentials that a server takes unless its Options name others.
const (
	DefaultAuthID    = "PA_DEMO"
	DefaultAuthToken = "partner-secret-demo"
)

// Options are how a Server behaves. The zero value is the vendor's API without
// a rate limit.
type Options struct {
	AuthID, AuthToken string        // the credentials it takes; empty is DefaultAuthID, DefaultAuthToken
	MaxPerPage        int           // the most items a page holds; 0 is the vendor's 100
	RateLimit         int           // requests a second, with bursts of as many; more are answered 429; 0 is no limit
	RetryAfter        time.Duration // what a 429 asks for, in whole seconds rounded up; 0 sends no Retry-After
	Latency           time.Duration // waited before each answer
	NoGzip            bool          // answer plainly even clients that accept gzip
	Record            bool          // keep every request for Requests; memory grows with each
}

// Server is the Partner API. It is an [http.Handler], safe for concurrent use.
type Server struct {
	options Options
	limit   *bucket
	index   index
	log     requestLog
	buffers sync.Pool // of *[]byte
	zippers sync.Pool // of *gzip.Writer
	serial  atomic.Uint64

	mu        sync.RWMutex // guards what follows
	inventory *Inventory
	authID    string
	authToken string

	faults faults
}

// NewServer is a server of inv, which belongs to it from then on: change it by
// Update alone.
func NewServer(inv *Inventory, o Options) *Server {
	if o.MaxPerPage <= 0 {
		o.MaxPerPage = maxPerPage
	}
	s := &Server{options: o, inventory: inv, authID: o.AuthID, authToken: o.AuthToken}
	if s.authID == "" {
		s.authID = DefaultAuthID
	}
	if s.authToken == "" {
		s.authToken = DefaultAuthToken
	}
	if o.RateLimit > 0 {
		s.limit = newBucket(o.RateLimit)
	}
	s.faults.stop = make(chan struct{})
	return s
}

// Update lets f change the inventory while no request reads it. Each page is
// answered from the inventory of one moment, two pages may not be.
func (s *Server) Update(f func(inv *Inventory)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s.inventory)
	s.index.forget()
}

// SetCredentials changes the credentials the server takes, as when a partner
// rotates its token.
func (s *Server) SetCredentials(authID, authToken string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.authID, s.authToken = authID, authToken
}

// ServeHTTP answers one request: scripted faults first, then the rate limit,
// the credentials and the page asked for.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call := parseCall(r)
	s.log.add(call, r, s.options.Record)
	ctx := r.Context() // clearing the faults ends theirs, not an answer of the API's own
	s.faults.serve(w, r, call, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.answer(w, r.WithContext(ctx))
	}))
}

// answer is the API without faults.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	if s.options.Latency > 0 && !wait(r.Context(), s.options.Latency) {
		return
	}
	if s.limit != nil && !s.limit.take(time.Now()) {
		setRetryAfter(w, s.options.RetryAfter)
		s.fail(w, http.StatusTooManyRequests, "rate limit exceeded")
		return
	}
	if status, message := s.authorize(r); status != http.StatusOK {
		s.fail(w, status, message)
		return
	}
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		s.fail(w, http.StatusMethodNotAllowed, "only GET is supported")
		return
	}
	// A fault may have changed the request on its way here.
	s.list(w, r, parseCall(r))
}
