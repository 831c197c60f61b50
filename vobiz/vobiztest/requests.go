package vobiztest

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Request is one request that came, answered well or not.
type Request struct {
	Time     time.Time
	Method   string
	Path     string
	Query    url.Values
	Header   http.Header // with the credentials that were sent
	Endpoint string      // EndpointNumbers, …
	Account  string      // the customer of EndpointAccountNumbers
	Page     int         // 1 where none was asked for
}

// requestLog counts all requests and, when asked to, keeps them.
type requestLog struct {
	numbers, accounts, accountNumbers, other atomic.Uint64

	mu   sync.Mutex
	kept []Request
}

func (l *requestLog) counter(endpoint string) *atomic.Uint64 {
	switch endpoint {
	case EndpointNumbers:
		return &l.numbers
	case EndpointAccounts:
		return &l.accounts
	case EndpointAccountNumbers:
		return &l.accountNumbers
	default:
		return &l.other
	}
}

func (l *requestLog) add(c call, r *http.Request, keep bool) {
	l.counter(c.endpoint).Add(1)
	if !keep {
		return
	}
	request := Request{
		Time: time.Now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(),
		Header: r.Header.Clone(), Endpoint: c.endpoint, Account: c.account, Page: c.page,
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, request)
}

// Count is how many requests came since the start or the last ResetRequests,
// of one endpoint, or of all when it is "".
func (s *Server) Count(endpoint string) int {
	l := &s.log
	if endpoint != "" {
		return int(l.counter(endpoint).Load())
	}
	return int(l.numbers.Load() + l.accounts.Load() + l.accountNumbers.Load() + l.other.Load())
}

// Requests are the requests that came since the start or the last
// ResetRequests, in the order they came; none unless Options.Record is set.
func (s *Server) Requests() []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Clone(s.log.kept)
}

// ResetRequests forgets the requests that came, kept and counted.
func (s *Server) ResetRequests() {
	l := &s.log
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = nil
	for _, endpoint := range []string{EndpointNumbers, EndpointAccounts, EndpointAccountNumbers, EndpointOther} {
		l.counter(endpoint).Store(0)
	}
}
