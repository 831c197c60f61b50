package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/e2e/program"
	"vobiz_exporter/vobiz/vobiztest"
)

const shippedUnit = "../examples/systemd/vobiz_exporter.service"

// machine is the path of a program of the machine's own, or ends the test. Only
// where nobody relies on the result may it be missing.
func machine(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatalf("%v: it has to be installed where the tests decide", err)
	default:
		t.Skip(err)
	}
	return path
}

// unit is the shipped one, with the exporter where it is here.
func unit(t *testing.T, binary string) string {
	t.Helper()
	text, err := os.ReadFile(shippedUnit)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), "/usr/local/bin/vobiz_exporter ") != 1 {
		t.Fatal("the unit does not start /usr/local/bin/vobiz_exporter")
	}
	return strings.ReplaceAll(string(text), "/usr/local/bin/vobiz_exporter ", binary+" ")
}

// systemd finds nothing wrong with the unit, and little that it leaves open.
func TestUnitIsSound(t *testing.T) {
	analyze := machine(t, "systemd-analyze")
	file := t.TempDir() + "/vobiz_exporter.service"
	writeFile(t, file, unit(t, buildExporter(t)))
	if out, err := exec.Command(analyze, "verify", "--man=no", file).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
	run(t, analyze, "security", "--offline=true", "--threshold=20", "--no-pager", file)
}

// The exporter takes what the unit starts it with, reads the token from where
// systemd puts it, and keeps its state where it may write.
func TestUnitStartsTheExporter(t *testing.T) {
	binary, a := buildExporter(t), startAPI(t, healthy())
	credentials, state := t.TempDir(), t.TempDir()
	started := regexp.MustCompile(`(?s)\nExecStart=(.*?[^\\])\n`).FindStringSubmatch(unit(t, binary))
	if started == nil {
		t.Fatal("the unit starts nothing")
	}
	words := strings.Fields(strings.NewReplacer("\\\n", " ", "%d", credentials, "%S/vobiz_exporter", state).Replace(started[1]))
	writeFile(t, credentials+"/token", vobiztest.DefaultAuthToken+"\n")
	p := start(t, []string{
		"VOBIZ_AUTH_ID=" + vobiztest.DefaultAuthID, "VOBIZ_EXPORTER_VOBIZ_BASE_URL=" + a.url,
		"VOBIZ_EXPORTER_WEB_LISTEN_ADDRESS=" + anyPort,
	}, words[0], words[1:]...)
	p.Ready(t)
	program.Eventually(t, time.Minute, func() string {
		if kept, err := filepath.Glob(state + "/*"); len(kept) != 1 || err != nil {
			return "no state has been kept"
		}
		return ""
	})
}
