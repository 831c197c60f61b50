package main

import (
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"log/slog"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	sloggokit "github.com/tjhop/slog-gokit"
)

// loggers are two faces of one log: the exporter's own, and log/slog for the
// libraries that want it.
type loggers struct {
	kit  log.Logger
	slog *slog.Logger
}

// newLoggers writes lines of the format (logfmt or json) to w, from the level
// (debug, info, warn or error) up.
func newLoggers(w io.Writer, format, minimum string) loggers {
	bare := log.NewLogfmtLogger(log.NewSyncWriter(w))
	if format == "json" {
		bare = log.NewJSONLogger(log.NewSyncWriter(w))
	}
	var slogLevel slog.Level
	// The flag allows only names that both sides know.
	_ = slogLevel.UnmarshalText([]byte(minimum))
	return loggers{
		kit: log.With(
			level.NewFilter(bare, level.Allow(level.ParseDefault(minimum, level.InfoValue()))),
			"ts", log.DefaultTimestampUTC, "caller", log.DefaultCaller,
		),
		slog: slog.New(sloggokit.NewGoKitHandler(bare, slogLevel)),
	}
}

// server is for what the web server has to say: of clients that do not speak HTTP or
// TLS as they should.
func (l loggers) server() *stdlog.Logger { return slog.NewLogLogger(l.slog.Handler(), slog.LevelWarn) }

// errorLog takes promhttp's errors.
type errorLog struct{ log.Logger }

// Println implements promhttp.Logger. A scraper that hangs up is no error of ours,
// and is told once for each family that it does not get: for those who debug.
func (l errorLog) Println(v ...any) {
	severity := level.Error
	for _, part := range v {
		if err, ok := part.(error); ok && gone(err) {
			severity = level.Debug
		}
	}
	_ = severity(l.Logger).Log("msg", "pull", "err", strings.TrimSpace(fmt.Sprintln(v...)))
}

// gone says whether an answer could not be written because nobody takes it.
func gone(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded)
}
