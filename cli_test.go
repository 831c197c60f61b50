package main

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vobiz_exporter/vobiz/vobiztest"
)

// TestBadInput: each mistake is told in one line that names it, before anything
// listens, and no secret shows.
func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	token := file("token", "hunter2")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	known := []string{"--vobiz.auth-id=PA_X", "--vobiz.auth-token-file=" + token, "--vobiz.base-url=http://127.0.0.1:1"}
	with := func(more ...string) []string { return append(slices.Clone(known), more...) }
	withURL := func(url string) []string { return append(slices.Clone(known[:2]), "--vobiz.base-url="+url) }
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "no auth id: set --vobiz.auth-id"},
		{[]string{"--vobiz.auth-id=PA_X"}, "no auth token: set --vobiz.auth-token-file"},
		{[]string{"--vobiz.auth-id=PA_X", "--vobiz.auth-token-file=" + dir + "/none"}, "none: no such file"},
		{[]string{"--vobiz.auth-id=PA_X", "--vobiz.auth-token-file=" + dir}, "not a file"},
		{[]string{"--vobiz.auth-id=PA_X", "--vobiz.auth-token-file=" + file("empty", " \n")}, "empty; it has to hold"},
		{[]string{"--vobiz.auth-id=PA_X", "--vobiz.auth-token-file=" + file("words", "hunter2 hunter2")}, "token alone"},
		{[]string{"--vobiz.auth-id=PA_X", "--vobiz.auth-token-file=" + file("long", strings.Repeat("hunter2", 1000))}, "at most 4096 bytes"},
		{withURL("api.vobiz.ai"), "--vobiz.base-url: has no http or https scheme"},
		{withURL("http://api.vobiz.ai"), "wants --vobiz.allow-plain-http"},
		{withURL("https://me:hunter2@api.vobiz.ai"), "user or password"},
		{withURL("https://api.vobiz.ai/?token=hunter2"), "must not hold a query"},
		{[]string{"--vobiz.auth-id=PA X", known[1]}, "--vobiz.auth-id: holds more than one word"},
		{with("--web.listen-address=here"), "--web.listen-address \"here\": not an address such as"},
		{with("--web.listen-address=127.0.0.1:99999"), "--web.listen-address"},
		{with("--vobiz.page-size=500"), "--vobiz.page-size 500: must be"},
		{with("--vobiz.concurrency=0"), "--vobiz.concurrency 0: must be"},
		{with("--vobiz.rate-limit=0"), "--vobiz.rate-limit 0: must be"},
		{with("--vobiz.rate-limit=fast"), "--vobiz.rate-limit \"fast\""},
		{with("--vobiz.request-timeout=-1s"), "--vobiz.request-timeout -1s: must be"},
		{with("--vobiz.max-retries=-1"), "--vobiz.max-retries -1: must be"},
		{with("--vobiz.proxy-url=me:hunter2@proxy"), "--vobiz.proxy-url"},
		{with("--vobiz.proxy-url=ftp://me:hunter2@proxy"), "--vobiz.proxy-url"},
		{with("--vobiz.ca-file=" + token), "holds no PEM certificate"},
		{with("--vobiz.ca-file=" + dir + "/none"), "--vobiz.ca-file"},
		{with("--collector.windows=soon"), "--collector.windows: window \"soon\""},
		{with("--collector.windows=7d,1w"), "of the same length"},
		{with("--collector.windows="), "--collector.windows"},
		{with("--collector.detail-limit=-1"), "--collector.detail-limit -1"},
		{with("--collector.number-label=name"), "--collector.number-label \"name\""},
		{with("--inventory.min-refresh-interval=-1s"), "--inventory.min-refresh-interval -1s"},
		{with("--inventory.refresh-timeout=0s"), "--inventory.refresh-timeout 0s"},
		{with("--inventory.max-age=1m"), "--inventory.max-age 1m0s: must be longer"},
		{with("--web.telemetry-path=metrics"), "--web.telemetry-path \"metrics\""},
		{with("--web.telemetry-path=/-/ready"), "serves something else"},
		{with("--web.telemetry-path=/{x}"), "--web.telemetry-path"},
		{with("--web.timeout-offset=-1s"), "--web.timeout-offset -1s"},
		{with("--web.config.file=" + dir + "/none"), "--web.config.file"},
		{with("--web.config.file=" + file("web.yml", "tls_config: 7")), "--web.config.file"},
		{with("--web.listen-address=" + taken.Addr().String()), "--web.listen-address"},
		{with("--web.listen-address=nowhere"), "--web.listen-address"},
		{with("--log.level=loud"), "--log.level \"loud\": must be one of"},
		{with("--collector.detail-limit=many"), "--collector.detail-limit \"many\": not a whole number"},
		{with("--inventory.max-age=1d"), "--inventory.max-age \"1d\": not a duration"},
		{with("--vobiz.auth-token=hunter2"), "vobiz.auth-token"},
		{with("--no-such-flag"), "no-such-flag"},
		{with("stray"), "stray"},
		{with("check", "--output=xml"), "--output \"xml\": must be one of table, json, csv"},
		{with("check", "--within=soon"), "--within \"soon\": "},
		{with("check", "--within=7d,14d"), "more than one window"},
		{with("check", "--problems=blocked,bored"), "--problems: \"bored\" is none of inventory_incomplete"},
		{with("check", "--vobiz.page-size=500"), "--vobiz.page-size 500: must be"},
		{with("check", "stray"), "stray"},
		{with("--output=json"), "output"},
	} {
		t.Run(c.says, func(t *testing.T) {
			log := newLogBuffer()
			err := run(t.Context(), c.args, io.Discard, log)
			if err == nil {
				t.Fatal("no error")
			}
			said := oneLine(err)
			if !strings.Contains(said, c.says) {
				t.Errorf("said %q, want %q", said, c.says)
			}
			if strings.Contains(said+log.String(), "hunter2") {
				t.Errorf("a secret shows: %s\n%s", said, log)
			}
			if strings.Contains(log.String(), "Listening") {
				t.Errorf("listened first:\n%s", log)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), []string{"--version"}, &out, io.Discard); err != nil || !strings.Contains(out.String(), "vobiz_exporter, version") {
		t.Errorf("%v, %s", err, out.String())
	}
}

// TestHelp holds the help against golden files, and to what a terminal can show.
func TestHelp(t *testing.T) {
	t.Setenv("COLUMNS", "80")
	for file, args := range map[string][]string{
		"testdata/help.txt":              {"--help"},
		"testdata/help-check.txt":        {"check", "--help"},
		"testdata/help-check-config.txt": {"help", "check-config"},
	} {
		var out strings.Builder
		if err := run(t.Context(), args, &out, io.Discard); err != nil {
			t.Error(err)
		}
		for line := range strings.Lines(out.String()) {
			if len([]rune(line)) > 81 && !strings.Contains(line, "https://") {
				t.Errorf("%v: too long for a terminal: %s", args, line)
			}
		}
		golden(t, file, out.String())
	}
}

// TestEnvironment: every flag is a variable too, and the credentials have names
// of their own.
func TestEnvironment(t *testing.T) {
	api := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
	t.Setenv("VOBIZ_AUTH_ID", vobiztest.DefaultAuthID)
	t.Setenv("VOBIZ_AUTH_TOKEN", vobiztest.DefaultAuthToken)
	t.Setenv("VOBIZ_EXPORTER_VOBIZ_BASE_URL", partnerAPI(t, api))
	t.Setenv("VOBIZ_EXPORTER_INVENTORY_MAX_AGE", "2h")
	t.Setenv("VOBIZ_EXPORTER_VOBIZ_RATE_LIMIT", "100/s")
	t.Setenv("VOBIZ_EXPORTER_COLLECTOR_ACCOUNTS", "false")
	t.Setenv("VOBIZ_EXPORTER_LOG_FORMAT", "logfmt")
	got := start(t).pull("30")
	if got["vobiz_inventory_max_age_seconds{}"] != 7200 || got["vobiz_inventory_reported_total_dids{}"] != 2 ||
		len(got.Family("vobiz_account_info")) != 0 {
		t.Error("the environment was not heard")
	}
}

func TestDemo(t *testing.T) {
	e := start(t, "--demo", "--vobiz.rate-limit=50")
	got := e.pull("30")
	if got["vobiz_inventory_reported_total_dids{}"] < 1000 || len(got.Family("vobiz_account_info")) != 40 ||
		len(got.Family("vobiz_did_problem")) == 0 {
		t.Error("the demo has little to show")
	}
	e.log.find(t, "everything served is made up")
}

// TestJSONLog: both loggers speak the same form, at the same level.
func TestJSONLog(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	log := newLogBuffer()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"--demo", "--log.format=json", "--web.listen-address=127.0.0.1:0"}, io.Discard, log)
	}()
	log.find(t, `Listening on`)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(log.String()) {
		if !strings.HasPrefix(line, "{") || !strings.Contains(line, `"level":`) || !strings.Contains(line, `"msg":`) {
			t.Errorf("not JSON with level and message: %s", line)
		}
	}
}
