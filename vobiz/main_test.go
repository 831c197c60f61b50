package vobiz_test

import (
	"iter"
	"maps"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"vobiz_exporter/vobiz"
	"vobiz_exporter/vobiz/vobiztest"

	"go.uber.org/goleak"
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
