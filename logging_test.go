package main

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// TestScrapersThatHangUp: they are told to those who debug, and a fault of the
// exporter's own to everybody.
func TestScrapersThatHangUp(t *testing.T) {
	gone := fmt.Errorf("write: %w", syscall.EPIPE)
	for _, c := range []struct {
		level string
		err   error
		says  string
	}{
		{"info", gone, ""},
		{"debug", gone, "level=debug"},
		{"info", errors.New("collected before"), "level=error"},
	} {
		var log strings.Builder
		errorLog{newLoggers(&log, "logfmt", c.level).kit}.Println("error encoding and sending metric family:", c.err)
		if said := log.String(); !strings.HasPrefix(said, c.says) || (said == "") != (c.says == "") || strings.Count(said, "\n") > 1 {
			t.Errorf("%v at level %s: %q", c.err, c.level, said)
		}
	}
}
