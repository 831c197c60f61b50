package program

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"sync"
)

// The exporter, Prometheus and Alertmanager all say so in the same words.
var listening = regexp.MustCompile(`msg="Listening on" .*?address=(\S+)`)

// Tail keeps the last lines of a log.
type Tail struct {
	mu    sync.Mutex
	lines []string
}

// Follow reads a log to its end, and sends the first address that it names.
func (l *Tail) Follow(r io.Reader, address chan<- string) {
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

// Text is the last twenty lines.
func (l *Tail) Text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}
