package vobiz_test

import (
	"context"
	"errors"
	"iter"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"vobiz_exporter/vobiz"
	"vobiz_exporter/vobiz/vobiztest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testNow is when the tests' inventories are laid around.
var testNow = time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)

const testToken = vobiz.Secret(vobiztest.DefaultAuthToken)

// inventoryOf makes up an inventory of 40 customers.
func inventoryOf(numbers int) *vobiztest.Inventory {
	return vobiztest.Generate(vobiztest.GenerateOptions{Seed: 1, Customers: 40, Numbers: numbers, Now: testNow, Messy: true})
}

// config is for a server that answers at once: no waiting to speak of.
func config(baseURL string) vobiz.Config {
	return vobiz.Config{
		BaseURL: baseURL, AuthID: vobiztest.DefaultAuthID,
		Token:    func() (vobiz.Secret, error) { return testToken, nil },
		PageSize: 100, Concurrency: 4, Rate: 1e6,
		RequestTimeout: 10 * time.Second, MaxRetries: 2, Backoff: time.Millisecond,
	}
}

func newClient(t testing.TB, c vobiz.Config) *vobiz.Client {
	t.Helper()
	client, err := vobiz.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// serve puts api on a loopback port, and returns its address.
func serve(t testing.TB, api *vobiztest.Server) string {
	t.Helper()
	server := httptest.NewServer(api)
	t.Cleanup(func() {
		api.Clear() // lets go what hangs
		server.Close()
	})
	return server.URL
}

// numbersByID reads a list to its end.
func numbersByID(pages iter.Seq2[vobiz.Page[vobiz.Number], error]) (map[string]vobiz.Number, error) {
	found := make(map[string]vobiz.Number)
	for page, err := range pages {
		if err != nil {
			return nil, err
		}
		for _, n := range page.Items {
			found[n.ID] = n
		}
	}
	return found, nil
}

// hookLog keeps what a client's hooks were called with.
type hookLog struct {
	mu       sync.Mutex
	statuses map[int]int
	retries  map[vobiz.RetryReason]int
	waited   time.Duration
}

func (l *hookLog) hooks() vobiz.Hooks {
	l.statuses, l.retries = make(map[int]int), make(map[vobiz.RetryReason]int)
	return vobiz.Hooks{
		Attempt: func(_ vobiz.Endpoint, status int, _ time.Duration) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.statuses[status]++
		},
		Retry: func(_ vobiz.Endpoint, why vobiz.RetryReason) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.retries[why]++
		},
		Throttle: func(_ vobiz.Endpoint, waited time.Duration) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.waited += waited
		},
	}
}

func (l *hookLog) retried() map[vobiz.RetryReason]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.retries)
}

// pipeNet is a network inside the process, so that a test can run on the fake
// clock of testing/synctest.
type pipeNet struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

var errPipeClosed = errors.New("network closed")

// servePipe serves handler on a network of its own, until the test is over.
func servePipe(t *testing.T, handler http.Handler) *pipeNet {
	p := &pipeNet{conns: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{Handler: handler}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(p)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-served
	})
	return p
}

func (p *pipeNet) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.done:
		return nil, errPipeClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (p *pipeNet) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, errPipeClosed
	}
}

// Close implements net.Listener.
func (p *pipeNet) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

// Addr implements net.Listener.
func (p *pipeNet) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }
