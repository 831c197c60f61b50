package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// The tests' flags are theirs alone, and so is their network.
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "VOBIZ_") || strings.HasSuffix(strings.ToUpper(name), "_PROXY") {
			_ = os.Unsetenv(name)
		}
	}
	goleak.VerifyTestMain(m)
}

// partnerAPI serves api on a loopback port until the test is over.
func partnerAPI(t testing.TB, api *vobiztest.Server) string {
	t.Helper()
	server := httptest.NewServer(api)
	t.Cleanup(func() {
		api.Clear() // lets go what hangs
		server.Close()
	})
	return server.URL
}

// logBuffer takes a log that is written and read at the same time, and lets a
// test wait for a line.
type logBuffer struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func newLogBuffer() *logBuffer { return &logBuffer{changed: make(chan struct{}, 1)} }

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case b.changed <- struct{}{}:
	default:
	}
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// take returns the log, and empties it.
func (b *logBuffer) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.text.Reset()
	return b.text.String()
}

// find waits until the log matches, and returns what the first group took.
func (b *logBuffer) find(t testing.TB, pattern string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		if found := re.FindStringSubmatch(b.String()); found != nil {
			return found[len(found)-1]
		}
		select {
		case <-b.changed:
		case <-ctx.Done():
			t.Fatalf("the log never said %s:\n%s", pattern, b)
		}
	}
}

// exporter is a running one.
type exporter struct {
	t    testing.TB
	url  string
	log  *logBuffer
	stop context.CancelFunc
	done chan error
}

// start runs the exporter until the test is over, or stopped.
func start(t testing.TB, args ...string) *exporter {
	t.Helper()
	args = append([]string{"--web.listen-address=127.0.0.1:0"}, args...)
	return launch(t, func(ctx context.Context, log io.Writer) error { return run(ctx, args, io.Discard, log) })
}

// launch is start for one way or another to run the exporter.
func launch(t testing.TB, run func(ctx context.Context, log io.Writer) error) *exporter {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	e := &exporter{t: t, log: newLogBuffer(), stop: cancel, done: make(chan error, 1)}
	go func() { e.done <- run(ctx, e.log) }()
	t.Cleanup(func() {
		cancel()
		<-e.done
	})
	e.url = "http://" + e.log.find(t, `msg="Listening on" address=(\S+)`)
	return e
}

// against are the flags for a partner API of vobiztest, at full speed.
func against(t testing.TB, url string, more ...string) []string {
	t.Helper()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte(vobiztest.DefaultAuthToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return append([]string{
		"--vobiz.base-url=" + url, "--vobiz.auth-id=" + vobiztest.DefaultAuthID,
		"--vobiz.auth-token-file=" + token, "--vobiz.rate-limit=1e6",
	}, more...)
}

// get fetches a path, and returns the answer's status and body.
func (e *exporter) get(path string, header ...string) (int, string) {
	e.t.Helper()
	req, err := http.NewRequestWithContext(e.t.Context(), http.MethodGet, e.url+path, http.NoBody)
	if err != nil {
		e.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		e.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		e.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// pull scrapes, as Prometheus does, with a timeout.
func (e *exporter) pull(timeout string) model.Series {
	e.t.Helper()
	status, body := e.get("/metrics", "X-Prometheus-Scrape-Timeout-Seconds", timeout)
	if status != http.StatusOK {
		e.t.Fatalf("status %d: %s", status, body)
	}
	series, err := model.Parse(strings.NewReader(body))
	if err != nil {
		e.t.Fatal(err)
	}
	return series
}

// selfSigned writes a certificate for 127.0.0.1 and its key.
func selfSigned(t testing.TB, dir string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{
		cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs8},
	} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
