package vobiztest

import "time"

// Stamp is a moment in microseconds since 1970-01-01T00:00:00Z; 0 is none. An
// inventory holds six for each number, so they are a third of a [time.Time].
type Stamp int64

// At is the stamp of t, cut to whole microseconds; the zero time gives 0.
func At(t time.Time) Stamp {
	if t.IsZero() {
		return 0
	}
	return Stamp(t.UnixMicro())
}

// Time is the moment in UTC, or the zero time when there is none.
func (s Stamp) Time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(s)).UTC()
}

// Add is the stamp d later.
func (s Stamp) Add(d time.Duration) Stamp { return s + Stamp(d.Microseconds()) }

// addMonths is the stamp n calendar months later.
func (s Stamp) addMonths(n int) Stamp { return At(s.Time().AddDate(0, n, 0)) }
