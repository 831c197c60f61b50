// Package program builds and runs the programs that tests are about, and waits for
// what they come to.
package program

import (
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Exporter builds the exporter of the repository in a folder, and returns the path
// of the program.
func Exporter(t *testing.T, repository string) string {
	t.Helper()
	binary := t.TempDir() + "/vobiz_exporter"
	if out, err := exec.Command("go", "build", "-C", repository, "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// Process is a program under test, killed at the end of the test if not before.
type Process struct {
	*exec.Cmd
	Address string // where it listens
	ended   chan struct{}
}

// Start runs a program, in an environment or, without one, in the test's own, on a
// port of the program's choice. It returns when that listens.
func Start(t *testing.T, env []string, name string, args ...string) *Process {
	t.Helper()
	p := &Process{Cmd: exec.Command(name, args...), ended: make(chan struct{})}
	p.Env = env
	read, write := io.Pipe()
	p.Stdout, p.Stderr = write, write
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	var log Tail
	go log.Follow(read, address)
	go func() {
		_ = p.Wait()
		_ = write.Close()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			t.Logf("the last of %s:\n%s", filepath.Base(name), log.Text())
		}
	})
	select {
	case p.Address = <-address:
	case <-p.ended:
		t.Fatalf("%s ended:\n%s", name, log.Text())
	case <-time.After(time.Minute):
		t.Fatalf("%s does not listen:\n%s", name, log.Text())
	}
	return p
}

// Kill ends the process at once, as a crash would.
func (p *Process) Kill() {
	_ = p.Process.Kill()
	<-p.ended
}

// Terminate ends the process as a supervisor does, which has to be a success.
func (p *Process) Terminate(t *testing.T) {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.ended:
	case <-time.After(time.Minute):
		t.Fatal("SIGTERM does not end it")
	}
	if !p.ProcessState.Success() {
		t.Errorf("SIGTERM ends it with %s", p.ProcessState)
	}
}

// Ready waits until an exporter has an inventory to serve.
func (p *Process) Ready(t *testing.T) {
	t.Helper()
	Eventually(t, time.Minute, func() string {
		response, err := http.Get("http://" + p.Address + "/-/ready")
		if err != nil {
			return err.Error()
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return "not ready: " + response.Status
		}
		return ""
	})
}
