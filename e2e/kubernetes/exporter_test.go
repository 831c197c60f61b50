package kubernetes

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/e2e/program"
	"vobiz_exporter/vobiz/vobiztest"
)

// startAPI is a Partner API in this process.
func startAPI(t *testing.T) (server *vobiztest.Server, url string) {
	t.Helper()
	server = vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
	web := httptest.NewServer(server)
	t.Cleanup(func() {
		server.Clear()
		web.CloseClientConnections()
		web.Close()
	})
	return server, web.URL
}

// startPod runs the exporter with the container's arguments, and with the folders
// that are mounted there in one of the test's own. It returns its address.
func startPod(t *testing.T, c *cluster, folder string, env ...string) string {
	t.Helper()
	container := c.container(t)
	args := append([]string{"--web.listen-address=127.0.0.1:0"}, container.Args...)
	for _, mount := range container.VolumeMounts {
		own := filepath.Join(folder, mount.MountPath)
		if err := os.MkdirAll(own, 0o755); err != nil {
			t.Fatal(err)
		}
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "="+mount.MountPath+"/", "="+own+"/")
		}
	}
	exporter := program.Start(t, env, program.Exporter(t, root), args...)
	t.Cleanup(func() { exporter.Terminate(t) })
	return "http://" + exporter.Address
}

// get asks for a page, as patiently as the ServiceMonitor has Prometheus do.
func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "30")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// answers waits until a probe has the status.
func answers(t *testing.T, url string, want int) {
	t.Helper()
	program.Eventually(t, 30*time.Second, func() string {
		if status, _ := get(t, url); status != want {
			return fmt.Sprintf("%s answers %d, want %d", url, status, want)
		}
		return ""
	})
}

// The exporter takes the arguments, the environment and the mounts of its container.
// While the API fails it lives and is not ready; then it reads, and keeps its state.
func TestExporterStarts(t *testing.T) {
	c := render(t, manifests)
	container, folder := c.container(t), t.TempDir()
	token := filepath.Join(folder, flagValue(t, container, "--vobiz.auth-token-file"))
	if err := os.MkdirAll(filepath.Dir(token), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(token, []byte("old\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, api := startAPI(t)
	at := startPod(t, c, folder, container.Env[0].Name+"="+vobiztest.DefaultAuthID, "VOBIZ_EXPORTER_VOBIZ_BASE_URL="+api,
		"VOBIZ_EXPORTER_INVENTORY_MIN_REFRESH_INTERVAL=1s")
	startup, live, ready := container.StartupProbe.HTTPGet.Path, container.LivenessProbe.HTTPGet.Path, container.ReadinessProbe.HTTPGet.Path
	answers(t, at+startup, http.StatusOK)
	answers(t, at+live, http.StatusOK)
	answers(t, at+ready, http.StatusServiceUnavailable)
	metrics := at + c.monitor.Spec.Endpoints[0].Path
	if status, body := get(t, metrics); status != http.StatusOK || !strings.Contains(body, `vobiz_up{endpoint="numbers"} 0`) {
		t.Errorf("%d, and nothing says that nothing has been read", status)
	}
	if err := os.WriteFile(token, []byte(vobiztest.DefaultAuthToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	program.Eventually(t, 30*time.Second, func() string {
		if _, body := get(t, metrics); !strings.Contains(body, `vobiz_up{endpoint="numbers"} 1`) {
			return "the new token is not used"
		}
		return ""
	})
	answers(t, at+ready, http.StatusOK)
	if _, err := os.Stat(filepath.Join(folder, flagValue(t, container, "--inventory.state-file"))); err != nil {
		t.Error(err)
	}
}
