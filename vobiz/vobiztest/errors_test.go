package vobiztest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/vobiz/vobiztest"
)

func TestErrorsHaveTheVendorsShape(t *testing.T) {
	type body struct {
		Status string `json:"status"`
		Error  struct {
			Code    string         `json:"code"`
			Message string         `json:"message"`
			Details map[string]any `json:"details"`
		} `json:"error"`
		Timestamp time.Time `json:"timestamp"`
		RequestID string    `json:"requestId"`
	}
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	tests := []struct {
		name, path string
		change     func(*http.Request)
		status     int
		code       string
	}{
		{"wrong token", "/numbers", header("X-Auth-Token", "x"), 401, "INVALID_CREDENTIALS"},
		{"no token", "/numbers", header("X-Auth-Token", ""), 401, "INVALID_CREDENTIALS"},
		{"wrong id", "/accounts", header("X-Auth-ID", "PA_OTHER"), 401, "INVALID_CREDENTIALS"},
		{"customer's id", "/accounts", header("X-Auth-ID", "MA_XXXXXXXX"), 403, "FORBIDDEN"},
		{"unknown customer", "/accounts/MA_NOBODY/numbers", nil, 404, "NOT_FOUND"},
		{"customer without id", "/accounts//numbers", nil, 404, "NOT_FOUND"},
		{"unknown path", "/me", nil, 404, "NOT_FOUND"},
		{"not GET", "/numbers", func(r *http.Request) { r.Method = http.MethodPost }, 405, "METHOD_NOT_ALLOWED"},
		{"page 0", "/numbers?page=0", nil, 422, "VALIDATION_ERROR"},
		{"page of words", "/numbers?page=two", nil, 422, "VALIDATION_ERROR"},
		{"negative per_page", "/accounts?per_page=-1", nil, 422, "VALIDATION_ERROR"},
	}
	server := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := request(t, prefix+test.path)
			if test.change != nil {
				test.change(r)
			}
			w := httptest.NewRecorder()
			server.ServeHTTP(w, r)
			got := decode[body](t, w.Body.Bytes())
			if w.Code != test.status || got.Error.Code != test.code || got.Status != "error" {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if got.Error.Message == "" || got.Error.Details == nil || got.Timestamp.IsZero() {
				t.Errorf("incomplete: %s", w.Body)
			}
			if !strings.HasPrefix(got.RequestID, "req_") || w.Header().Get("X-Request-Id") != got.RequestID {
				t.Errorf("request id %q, header %q", got.RequestID, w.Header().Get("X-Request-Id"))
			}
		})
	}
}

func TestSetCredentials(t *testing.T) {
	server := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{AuthToken: "first"})
	if w := ask(t, server, "/numbers"); w.Code != http.StatusUnauthorized {
		t.Errorf("default token: %d", w.Code)
	}
	server.SetCredentials(vobiztest.DefaultAuthID, vobiztest.DefaultAuthToken)
	if w := ask(t, server, "/numbers"); w.Code != http.StatusOK {
		t.Errorf("after the change: %d", w.Code)
	}
}
