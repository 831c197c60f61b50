package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

// restart stops an exporter and starts another with the same flags.
func (e *exporter) restart(args ...string) *exporter {
	e.t.Helper()
	e.stop()
	err := <-e.done
	e.done <- nil
	if err != nil {
		e.t.Fatal(err)
	}
	return start(e.t, args...)
}

// TestStateSurvivesARestart: the next process serves at once what the last one
// read, asks the API nothing before its interval, and knows the age.
func TestStateSurvivesARestart(t *testing.T) {
	o := model.Defaults(time.Now())
	inv, want := messy(o)
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	file := filepath.Join(t.TempDir(), "state")
	args := against(t, partnerAPI(t, api), "--inventory.state-file="+file)
	e := start(t, args...)
	before := e.pull("30")
	sameSeries(t, want, before, time.Now())
	e.log.find(t, "Listening") // the file is written by the time the process is over
	api.ResetRequests()

	e = e.restart(args...)
	if status, _ := e.get("/-/ready"); status != 200 {
		t.Errorf("ready: %d", status)
	}
	after := e.pull("30")
	sameSeries(t, want, after, time.Now())
	for _, endpoint := range []string{"numbers", "accounts"} {
		read := `vobiz_inventory_last_success_timestamp_seconds{endpoint="` + endpoint + `"}`
		if after[read] != before[read] || after[`vobiz_up{endpoint="`+endpoint+`"}`] != 1 {
			t.Errorf("%s: read at %v, was %v", endpoint, after[read], before[read])
		}
	}
	if n := api.Count(""); n != 0 {
		t.Errorf("%d API requests after the restart", n)
	}

	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode: %v, %v", info.Mode(), err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, mark := range []string{
		vobiztest.DefaultAuthToken, vobiztest.CustomerTokenMark, vobiztest.CustomerEmailMark,
		vobiztest.CustomerPhoneMark, vobiztest.CustomerAddressMark,
	} {
		if bytes.Contains(content, []byte(mark)) {
			t.Errorf("%q is in the file", mark)
		}
	}
	left, err := filepath.Glob(file + "?*")
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestStateOfNoUse: whatever is wrong with the file costs one line in the log,
// and the API is read as if there were none.
func TestStateOfNoUse(t *testing.T) {
	o := model.Defaults(time.Now())
	inv, want := messy(o)
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	url := partnerAPI(t, api)
	dir := t.TempDir()
	good := filepath.Join(dir, "good")
	e := start(t, against(t, url, "--inventory.state-file="+good)...)
	e.pull("30")
	e.stop()
	e.done <- <-e.done
	state, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Replace(state, []byte(`"Monthly":`), []byte(`"Monthly":1`), 1)
	for name, c := range map[string]struct {
		content []byte
		flags   []string
		says    string
	}{
		"empty":          {nil, nil, "not a state file"},
		"foreign":        {[]byte("\x7fELF"), nil, "not a state file"},
		"older format":   {bytes.Replace(state, []byte("state 1"), []byte("state 0"), 1), nil, "not a state file"},
		"torn":           {state[:len(state)/2], nil, "checksum"},
		"flipped":        {flipped, nil, "checksum"},
		"other windows":  {state, []string{"--collector.windows=7d,14d,30d,60d"}, "other settings"},
		"other customer": {state, []string{"--no-collector.by-account"}, "other settings"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "state")
			if err := os.WriteFile(file, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			e := start(t, against(t, url, append(c.flags, "--inventory.state-file="+file)...)...)
			got := e.pull("30")
			if c.flags == nil {
				sameSeries(t, want, got, time.Now())
			}
			if n := strings.Count(e.log.String(), "the state file is of no use"); n != 1 || !strings.Contains(e.log.String(), c.says) {
				t.Errorf("logged %d times, want once with %q:\n%s", n, c.says, e.log)
			}
			if got[`vobiz_inventory_refreshes_total{endpoint="numbers",result="success"}`] != 1 {
				t.Error("the API was not read")
			}
		})
	}
	t.Run("unreadable and unwritable", func(t *testing.T) {
		e := start(t, against(t, url, "--inventory.state-file="+filepath.Join(dir, "none", "state"), "--inventory.min-refresh-interval=0s")...)
		sameSeries(t, want, e.pull("30"), time.Now())
		e.pull("30")
		e.log.find(t, "the state file cannot be written")
		if n := strings.Count(e.log.String(), "the state file cannot be written"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		e = start(t, against(t, url, "--inventory.state-file="+dir)...)
		sameSeries(t, want, e.pull("30"), time.Now())
		e.log.find(t, "the state file is of no use.*not a file")
	})
	t.Run("too old", func(t *testing.T) {
		api.ResetRequests()
		e := start(t, against(t, url, "--inventory.state-file="+good, "--inventory.max-age=1ns", "--inventory.min-refresh-interval=0s")...)
		e.pull("30")
		if api.Count("") == 0 {
			t.Error("data that is too old was taken up")
		}
	})
}
