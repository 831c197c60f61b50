package main

import (
	"fmt"
	"io"
	"log/slog"

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

// errorLog takes promhttp's errors.
type errorLog struct{ log.Logger }

// Println implements promhttp.Logger.
func (l errorLog) Println(v ...any) {
	level.Error(l.Logger).Log("msg", "pull", "err", fmt.Sprint(v...))
}
