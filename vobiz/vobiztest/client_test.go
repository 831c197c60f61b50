package vobiztest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"vobiz_exporter/vobiz/vobiztest"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const prefix = "/api/v1/partner"

var now = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

// page is any list answer.
type page struct {
	Items         []jsontext.Value `json:"items"`
	Accounts      []jsontext.Value `json:"accounts"`
	Page          int              `json:"page"`
	PerPage       int              `json:"per_page"`
	Size          int              `json:"size"`
	Total         int              `json:"total"`
	AccountAuthID string           `json:"account_auth_id"`
}

// item is what the tests look at in a number or an account.
type item struct {
	ID        string `json:"id"`
	AuthID    string `json:"auth_id"`
	AccountID string `json:"account_id"`
	E164      string `json:"e164"`
}

// serve puts the API on the wire until the test ends.
func serve(t *testing.T, server *vobiztest.Server) *httptest.Server {
	t.Helper()
	http := httptest.NewServer(server)
	t.Cleanup(func() {
		server.Clear()
		http.Close()
	})
	return http
}

func request(t *testing.T, target string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	r.RequestURI = ""
	r.Header.Set("X-Auth-ID", vobiztest.DefaultAuthID)
	r.Header.Set("X-Auth-Token", vobiztest.DefaultAuthToken)
	return r
}

// ask has the handler answer without a network.
func ask(t *testing.T, server http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	server.ServeHTTP(w, request(t, prefix+path))
	return w
}

// askPage wants a 200 with a list.
func askPage(t *testing.T, server http.Handler, path string) page {
	t.Helper()
	w := ask(t, server, path)
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	return decode[page](t, w.Body.Bytes())
}

func decode[T any](t *testing.T, body []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return v
}

// fetch asks over the wire, and gives what came of the body with the error that
// ended it.
func fetch(t *testing.T, base *httptest.Server, path string) (*http.Response, []byte, error) {
	t.Helper()
	client := base.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(request(t, base.URL+prefix+path))
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return response, body, err
}

func small(t *testing.T) *vobiztest.Inventory {
	t.Helper()
	return vobiztest.Generate(vobiztest.GenerateOptions{Seed: 7, Customers: 5, Numbers: 250, Now: now})
}
