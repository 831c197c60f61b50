package main

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vobiz_exporter/vobiz/vobiztest"
)

// TestCheckConfig: each thing is tried once and told in a line, whatever became of
// the others.
func TestCheckConfig(t *testing.T) {
	for name, c := range map[string]struct {
		args     []string
		url      string
		state    string
		fault    vobiztest.Answer
		says     string
		requests int
		fails    string
	}{
		"good": {
			says: `^flags          good
state file     can be written: \S+
credentials    found: PA_\S+ for http://127.0.0.1:\d+
numbers        can be read: 2 in all
customers      can be read: 1 in all
The configuration is good.
$`, requests: 2,
		},
		"customers left out": {
			args: []string{"--no-collector.accounts"},
			says: `numbers .*in all\nThe configuration is good.`, requests: 1,
		},
		"credentials refused": {
			fault: vobiztest.Status(401),
			says: `numbers        FAILED: reading numbers, page 1: the API answered 401 .*: see --vobiz.auth-id and .*
customers      FAILED: .*401`, requests: 2, fails: "2 of 5",
		},
		"API down": {
			fault: vobiztest.Status(503), says: `numbers        FAILED: .* 503 .*: see --vobiz.base-url, and`, requests: 2, fails: "2 of 5",
		},
		"API out of reach": {
			url:  "http://127.0.0.1:1",
			says: `numbers        FAILED: .*refused: see --vobiz.base-url, --vobiz.proxy-url`, fails: "2 of 5",
		},
		"several things": {
			args: []string{
				"--collector.windows=never", "--vobiz.ca-file=/nowhere/ca", "--web.listen-address=here", "--log.level=debug",
			},
			state: "/nowhere/state",
			says: `^flags          FAILED: --collector.windows: window "never": .*; --web.listen-address "here": .*; --vobiz.ca-file: .*no such file.*
state file     FAILED: --inventory.state-file: .*no such file.*
credentials    found: PA_\S+
$`, fails: "2 of 3",
		},
		"asked to wait": {
			args:  []string{"--vobiz.request-timeout=100ms"},
			fault: vobiztest.RateLimited("3600"),
			says: `numbers        FAILED: .* 429 .*: try again later, or lower --vobiz.rate-limit
customers      FAILED: .*the API asks to wait another .*: try again later`, requests: 1, fails: "2 of 5",
		},
		"not JSON": {
			fault: vobiztest.HTML(200),
			says:  `numbers        FAILED: .*cannot be understood.*: see --vobiz.base-url, and whether`, requests: 2, fails: "2 of 5",
		},
		"a state file that is a folder": {
			state: t.TempDir(), says: `state file     FAILED: --inventory.state-file: \S+: not a file`, requests: 2, fails: "1 of 5",
		},
		"retries": {
			args: []string{"--vobiz.max-retries=21"}, says: `^flags          FAILED: --vobiz.max-retries 21: must be from 0 to 20\n`, fails: "1 of 3",
		},
		"an authority unknown": {
			url:  untrusted(t),
			says: `numbers        FAILED: .*unknown authority: see --vobiz.base-url, --vobiz.proxy-url and --vobiz.ca-file`, fails: "2 of 5",
		},
		"a host of no name": {
			url:  "http://api.invalid",
			args: []string{"--vobiz.allow-plain-http"},
			says: `numbers        FAILED: .*lookup api.invalid.*: see --vobiz.base-url`, fails: "2 of 5",
		},
	} {
		t.Run(name, func(t *testing.T) {
			api := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
			if c.fault != nil {
				api.Inject(vobiztest.Fault{Handler: c.fault})
			}
			state := filepath.Join(t.TempDir(), "state")
			url := cmp.Or(c.url, partnerAPI(t, api))
			args := against(t, url, "check-config", "--inventory.state-file="+cmp.Or(c.state, state))
			var out, log strings.Builder
			err := run(t.Context(), append(args, c.args...), &out, &log)
			matches(t, out.String(), c.says)
			if c.fails == "" && err != nil || c.fails != "" && (err == nil || !strings.HasPrefix(err.Error(), c.fails)) {
				t.Errorf("ended with %v", err)
			}
			if n := api.Count(""); n != c.requests {
				t.Errorf("%d requests, want %d", n, c.requests)
			}
			if left, _ := filepath.Glob(state + "*"); len(left) > 0 || log.Len() > 0 {
				t.Errorf("left %v behind, and said %s", left, log.String())
			}
		})
	}
}

// untrusted is an API whose certificate nobody vouches for.
func untrusted(t *testing.T) string {
	t.Helper()
	server := httptest.NewUnstartedServer(vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

// TestCheckConfigOfVariables: a misspelt one is told, and a token that cannot be one.
func TestCheckConfigOfVariables(t *testing.T) {
	t.Setenv("VOBIZ_EXPORTER_INVENTORY_MAXAGE", "2h")
	t.Setenv("VOBIZ_EXPORTER_CHECK_OUTPUT", "csv")
	t.Setenv("VOBIZ_AUTH_TOKEN", "hunter2\nhunter2")
	var out strings.Builder
	err := run(t.Context(), []string{"check-config", "--vobiz.auth-id= PA_X\n"}, &out, io.Discard)
	if err == nil || strings.Contains(out.String(), "hunter2") {
		t.Errorf("%v", err)
	}
	matches(t, out.String(), `^flags          good
environment    ignored, for there is no such flag: VOBIZ_EXPORTER_INVENTORY_MAXAGE
credentials    FAILED: the environment variable VOBIZ_AUTH_TOKEN: holds more than one word .*
$`)
}

// terminal is one to those who ask.
type terminal struct{ strings.Builder }

func (*terminal) Stat() (fs.FileInfo, error) { return os.Stat(os.DevNull) }

// TestCheckShowsProgress: on a terminal, and leaves nothing of it behind.
func TestCheckShowsProgress(t *testing.T) {
	inv := vobiztest.Generate(vobiztest.GenerateOptions{Seed: 1, Customers: 3, Numbers: 250})
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	var screen terminal
	args := append([]string{"check", "--output=csv"}, against(t, partnerAPI(t, api))...)
	if err := run(t.Context(), args, io.Discard, &screen); !errors.Is(err, errFindings) {
		t.Fatal(err)
	}
	lines := strings.Split(screen.String(), "\r") // a text and what wipes it, in turn
	last := len(lines) - 1
	if last%2 != 0 || last < 2 || lines[last] != "" || lines[last-2] != "reading: 250 of 250 numbers, 3 of 3 customers" {
		t.Fatalf("%q", lines)
	}
	for i := 0; i < last; i += 2 {
		if lines[i+1] != strings.Repeat(" ", len(lines[i])) {
			t.Errorf("%q does not wipe %q", lines[i+1], lines[i])
		}
	}
}

// TestProgressOfASecondReading: it begins anew where a list does.
func TestProgressOfASecondReading(t *testing.T) {
	var screen terminal
	p := newProgress(&screen)
	for _, page := range []int{1, 2, 1} {
		p.add(numbersProgress, page, 100, 250)
	}
	if lines := strings.Split(screen.String(), "\r"); lines[len(lines)-1] != "reading: 100 of 250 numbers" {
		t.Errorf("%q", lines)
	}
}
