package e2e

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	shippedRules        = "../alerts/vobiz.rules.yml"
	shippedAlertmanager = "../examples/alertmanager/alertmanager.yml"
	shippedPrometheus   = "../examples/prometheus/prometheus.yml"
	shippedShard        = "../examples/sharding/prometheus-shard.yml"
	shippedGlobal       = "../examples/sharding/prometheus-global.yml"
)

// tool is the path of a program that scripts/tools installs.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs("../.tools/bin/" + name)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Fatalf("%s is not installed: run make tools", name)
	}
	return path
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// process is a program under test, killed at the end of the test if not before.
type process struct {
	*exec.Cmd
	address string // where it listens
	ended   chan struct{}
}

// The exporter, Prometheus and Alertmanager all say so in the same words.
var listening = regexp.MustCompile(`msg="Listening on" .*?address=(\S+)`)

// start runs a program on a port of its own choice, and returns when it listens.
func start(t *testing.T, env []string, name string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(name, args...), ended: make(chan struct{})}
	p.Env = append(os.Environ(), env...)
	read, write := io.Pipe()
	p.Stdout, p.Stderr = write, write
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	var log tail
	go log.follow(read, address)
	go func() {
		_ = p.Wait()
		_ = write.Close()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("the last of %s:\n%s", filepath.Base(name), log.text())
		}
	})
	select {
	case p.address = <-address:
	case <-p.ended:
		t.Fatalf("%s ended:\n%s", name, log.text())
	case <-time.After(time.Minute):
		t.Fatalf("%s does not listen:\n%s", name, log.text())
	}
	return p
}

// kill ends the process at once, as a crash would.
func (p *process) kill() {
	_ = p.Process.Kill()
	<-p.ended
}

// tail keeps the last lines of a log.
type tail struct {
	mu    sync.Mutex
	lines []string
}

func (l *tail) follow(r io.Reader, address chan<- string) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if found := listening.FindStringSubmatch(lines.Text()); found != nil {
			select {
			case address <- found[1]:
			default:
			}
		}
		l.mu.Lock()
		l.lines = append(l.lines, lines.Text())
		if len(l.lines) > 20 {
			l.lines = l.lines[1:]
		}
		l.mu.Unlock()
	}
	_, _ = io.Copy(io.Discard, r) // a line too long to read must not stop the program
}

func (l *tail) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// eventually polls until check has nothing to object to, and fails with its last
// objection when the time is up.
func eventually(t *testing.T, within time.Duration, check func() string) {
	t.Helper()
	deadline := time.Now().Add(within)
	for {
		objection := check()
		if objection == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %s: %s", within, objection)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// throughout polls for as long as said, and fails at the first objection.
func throughout(t *testing.T, length time.Duration, check func() string) {
	t.Helper()
	for end := time.Now().Add(length); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if objection := check(); objection != "" {
			t.Fatal(objection)
		}
	}
}
