package collector

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
)

// overdue is the value of the window label for numbers whose date has passed.
const overdue = "overdue"

// Window is a stretch of time ahead in which numbers renew.
type Window struct {
	Label  string        // as it was written, such as 7d
	Length time.Duration // above 0
}

// ParseWindows reads a list such as 7d,14d,30d, in Prometheus's notation for
// durations, and sorts it. It errs on anything else, on 0 and on two windows of
// the same length.
func ParseWindows(list string) ([]Window, error) {
	var windows []Window
	for text := range strings.SplitSeq(list, ",") {
		text = strings.TrimSpace(text)
		length, err := model.ParseDuration(text)
		if err != nil || length == 0 {
			return nil, fmt.Errorf("window %q: not a duration such as 7d or 36h", text)
		}
		windows = append(windows, Window{Label: text, Length: time.Duration(length)})
	}
	slices.SortFunc(windows, func(a, b Window) int { return int(min(max(a.Length-b.Length, -1), 1)) })
	for i := 1; i < len(windows); i++ {
		if windows[i].Length == windows[i-1].Length {
			return nil, fmt.Errorf("windows %q and %q: of the same length", windows[i-1].Label, windows[i].Label)
		}
	}
	if len(windows) > maxWindows {
		return nil, errors.New("windows: more than 16 of them")
	}
	return windows, nil
}

// maxWindows keeps the renewal families to a size that dashboards can show.
const maxWindows = 16
