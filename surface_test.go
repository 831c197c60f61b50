package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vobiz_exporter/vobiz/vobiztest"
)

func TestLandingPage(t *testing.T) {
	api := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
	e := start(t, against(t, partnerAPI(t, api), "--web.telemetry-path=/m")...)
	if status, _ := e.get("/m"); status != http.StatusOK {
		t.Errorf("/m: %d", status)
	}
	resp, err := http.Get(e.url + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`href="/m"`, "version=", "<td>numbers</td>", "<td>2</td>", "<td>accounts</td>"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %s on the page:\n%s", want, body)
		}
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
	} {
		if got := resp.Header.Get(name); !strings.Contains(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestLandingPageLeadsNowhereInVain: without customers there is no service discovery.
func TestLandingPageLeadsNowhereInVain(t *testing.T) {
	url := partnerAPI(t, vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{}))
	for flag, want := range map[string]bool{"--collector.accounts": true, "--no-collector.accounts": false} {
		e := start(t, against(t, url, flag)...)
		_, page := e.get("/")
		status, _ := e.get("/sd")
		if strings.Contains(page, `href="/sd"`) != want || (status != http.StatusNotFound) != want {
			t.Errorf("%s: /sd answers %d, and the page is\n%s", flag, status, page)
		}
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	e := start(t, against(t, partnerAPI(t, vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})))...)
	for _, path := range []string{"/nothing", "/debug/pprof/", "/metrics/x"} {
		if status, _ := e.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
	resp, err := http.Post(e.url+"/metrics", "text/plain", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", resp.StatusCode)
	}
}

// TestFormats: what Prometheus may ask for, it gets.
func TestFormats(t *testing.T) {
	e := start(t, against(t, partnerAPI(t, vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})))...)
	for accept, want := range map[string]string{
		"": "text/plain",
		"application/openmetrics-text;version=1.0.0":                                                 "application/openmetrics-text",
		"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited": "application/vnd.google.protobuf",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.url+"/metrics", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", accept)
		req.Header.Set("Accept-Encoding", "gzip")
		resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if got := resp.Header.Get("Content-Type"); !strings.HasPrefix(got, want) || resp.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%q: %s, %s", accept, got, resp.Header.Get("Content-Encoding"))
		}
	}
}

// TestTLSAndBasicAuth over the wire, by the web configuration file.
func TestTLSAndBasicAuth(t *testing.T) {
	dir := t.TempDir()
	cert, key := selfSigned(t, dir)
	const hash = "$2a$04$N12ow0UQHU7fPF6MiZ1TXO0s5WYvoE4ksN5j5ZJ/tnIRhEl.BSRTq" // of "let me in"
	web := filepath.Join(dir, "web.yml")
	config := fmt.Sprintf("tls_server_config: {cert_file: %s, key_file: %s}\nbasic_auth_users: {prometheus: %q}\n", cert, key, hash)
	if err := os.WriteFile(web, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	e := start(t, against(t, partnerAPI(t, vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})), "--web.config.file="+web)...)
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	url := strings.Replace(e.url, "http://", "https://", 1)
	for _, c := range []struct {
		path, user, password string
		want                 int
	}{
		{"/metrics", "", "", 401},
		{"/metrics", "prometheus", "", 401},
		{"/metrics", "prometheus", "wrong", 401},
		{"/metrics", "somebody", "let me in", 401},
		{"/", "", "", 401},
		{"/-/ready", "", "", 401},
		{"/metrics", "prometheus", "let me in", 200},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+c.path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if c.user != "" {
			req.SetBasicAuth(c.user, c.password)
		}
		resp, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != c.want || resp.ProtoMajor != 2 {
			t.Errorf("%s, user %q, password %q: %d by %s, want %d by HTTP/2", c.path, c.user, c.password, resp.StatusCode, resp.Proto, c.want)
		}
	}
	if status, _ := e.get("/metrics"); status == http.StatusOK {
		t.Error("answers without TLS")
	}
}
