package e2e

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"vobiz_exporter/e2e/program"
	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

// reader does as the documentation says, in a copy of the repository, with an API
// and an exporter of the test's own where the text names the real ones.
type reader struct {
	binary string // the exporter
	api    *api
	real   *strings.Replacer // what the text says, to what there is here
}

func newReader(t *testing.T) *reader {
	inventory := generated()
	model.Strain(inventory)
	customer := inventory.Accounts[0].AuthID
	numbersOf(inventory, customer, func(n *vobiztest.Number) { // everything amiss, so that each query shows something
		n.Status, n.ApplicationID, n.TrunkGroupID, n.IsBlocked = "active", "", "", true
		n.AadhaarVerificationRequired, n.AadhaarVerified, n.NextBillingDate = true, false, due(-day)
	})
	r := &reader{binary: buildExporter(t), api: startAPI(t, inventory)}
	exporter := startExporter(t, r.binary, r.api, anyPort)
	prometheus := startPrometheus(t, strings.ReplaceAll(`scrape_configs: [{job_name: vobiz, static_configs: [{targets: ["TARGET"]}]}]`, "TARGET", exporter.Address))
	r.real = strings.NewReplacer(
		"https://api.vobiz.ai", r.api.url,
		"127.0.0.1:10420", exporter.Address, "localhost:10420", exporter.Address,
		"127.0.0.1:9090", prometheus.prometheus.Address, "/etc/prometheus/prometheus.yml", prometheus.config,
		"MA_XXXXXXXX", customer, "PA_XXXXXXXX", vobiztest.DefaultAuthID,
		"/usr/local/bin/vobiz_exporter", r.binary, "/etc/vobiz_exporter/token", "token",
	)
	exporter.Ready(t)
	return r
}

// clone copies what git has, and what it would take, into a new folder that holds
// the token, too.
func clone(t *testing.T) string {
	t.Helper()
	to := t.TempDir()
	copied := exec.Command("bash", "-euo", "pipefail", "-c", `git ls-files -z --cached --others --exclude-standard |
		tar -c --null --ignore-failed-read -T - | tar -xC "$0"`, to)
	copied.Dir = root
	if out, err := copied.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	writeFile(t, to+"/token", vobiztest.DefaultAuthToken+"\n")
	return to
}

// follow runs commands in a folder as a shell does, and returns what they print. It
// stops what serves once that listens; everything else has to end by itself.
func (r *reader) follow(t *testing.T, folder, commands string) (printed string, err error) {
	t.Helper()
	tools, err := filepath.Abs(root + "/.tools/bin")
	if err != nil {
		t.Fatal(err)
	}
	shell := exec.Command("bash", "-euo", "pipefail", "-c", r.real.Replace(commands))
	shell.Dir = folder
	shell.Env = append(os.Environ(),
		"PATH="+filepath.Dir(r.binary)+":"+tools+":"+os.Getenv("PATH"),
		"VOBIZ_AUTH_ID="+vobiztest.DefaultAuthID, "VOBIZ_AUTH_TOKEN="+vobiztest.DefaultAuthToken,
		"VOBIZ_EXPORTER_VOBIZ_BASE_URL="+r.api.url, "VOBIZ_EXPORTER_VOBIZ_RATE_LIMIT=1000",
		"VOBIZ_EXPORTER_WEB_LISTEN_ADDRESS="+anyPort,
	)
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out bytes.Buffer
	read, write := io.Pipe()
	shell.Stdout, shell.Stderr = io.MultiWriter(&out, write), write
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	end := func(signal syscall.Signal) { _ = syscall.Kill(-shell.Process.Pid, signal) }
	limit := time.AfterFunc(5*time.Minute, func() { end(syscall.SIGKILL) })
	defer limit.Stop()
	served := make(chan string, 1)
	var log program.Tail
	followed := make(chan struct{})
	go func() {
		log.Follow(read, served)
		close(followed)
	}()
	ended := make(chan error, 1)
	go func() {
		err := shell.Wait()
		_ = write.Close()
		ended <- err
	}()
	select {
	case <-served:
		end(syscall.SIGTERM)
		<-ended
	case err = <-ended:
	}
	<-followed
	if err != nil {
		err = errors.New(err.Error() + "\n" + log.Text())
	}
	return out.String(), err
}

var schedule = regexp.MustCompile(`(?m)^(?:\S+ +){5}\S+ +`)

// Every command of the documentation does what it is there for: those in blocks of
// their own, in the order of the page, and those within a line that read something.
func TestDocsCommands(t *testing.T) {
	t.Parallel() // with what waits; the chain, which a burst of work might delay, is over by then
	r := newReader(t)
	for _, page := range documents(t) {
		t.Run(page.path, func(t *testing.T) {
			folder, before := clone(t), ""
			for _, block := range page.blocks() {
				switch {
				case block.language == "text" && before != "":
					for word := range firstWords(block.text) {
						if !firstWords(before)[word] {
							t.Errorf("no line that is printed begins with %s, as one does in\n%s", word, block.text)
						}
					}
					continue
				case block.language == "crontab":
					block.text = schedule.ReplaceAllString(block.text, "")
				case block.language != "sh", left(t, page, block):
					continue
				}
				printed, err := r.follow(t, folder, block.text)
				if err != nil {
					t.Errorf("%s\n%v", block.text, err)
				}
				before = printed
				if block.language == "crontab" && !strings.Contains(printed, " findings in ") {
					t.Errorf("this mails nothing of what there is to say:\n%s", block.text)
				}
				if strings.Contains(block.text, "curl") && strings.TrimSpace(printed) == "" {
					t.Errorf("this shows nothing:\n%s", block.text)
				}
			}
			for _, span := range page.spans() {
				if !regexp.MustCompile(`^(curl|vobiz_exporter) `).MatchString(span) {
					continue
				}
				printed, err := r.follow(t, folder, span)
				if finds := strings.HasSuffix(span, " check"); printed == "" || (err != nil) != finds {
					t.Errorf("%s: %v\n%s", span, err, printed)
				}
			}
		})
	}
}

// firstWords are what the lines of an output begin with, whatever the figures.
func firstWords(text string) map[string]bool {
	words := map[string]bool{}
	figure := regexp.MustCompile(`\d+`)
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) > 0 {
			words[figure.ReplaceAllString(fields[0], "0")] = true
		}
	}
	return words
}

// left says whether a block is left to something else, for the reason its note
// gives.
func left(t *testing.T, page document, b block) bool {
	t.Helper()
	script, elsewhere := strings.CutPrefix(strings.TrimSuffix(b.note, " -->"), "<!-- run by ")
	if elsewhere {
		text, err := os.ReadFile(filepath.Join(root, script))
		if err != nil || !strings.Contains(string(text), page.path) {
			t.Errorf("%s does not run what %s leaves to it: %v", script, page.path, err)
		}
	}
	return elsewhere || strings.HasPrefix(b.note, "<!-- not run: ")
}

// Every query of the documentation speaks of metrics and labels that there are.
func TestDocsQueries(t *testing.T) {
	metrics := allMetrics(t)
	comment := regexp.MustCompile(`(?m)^#.*\n`)
	for _, page := range documents(t) {
		for _, block := range page.blocks() {
			if block.language != "promql" {
				continue
			}
			for part := range strings.SplitSeq(comment.ReplaceAllString(block.text, ""), "\n\n") {
				for _, query := range queries(part) {
					c := checker{metrics: metrics}
					c.labelsOf(parseQuery(t, query))
					for _, problem := range c.problems {
						t.Errorf("%s: %s: %s", page.path, query, problem)
					}
				}
			}
		}
	}
}

// queries are one over several lines, indented from the second on, or one a line.
func queries(part string) (found []string) {
	for line := range strings.Lines(part) {
		if last := len(found) - 1; last >= 0 && strings.HasPrefix(line, " ") {
			found[last] += line
			continue
		}
		if strings.TrimSpace(line) != "" {
			found = append(found, line)
		}
	}
	return slices.Clip(found)
}
