package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
)

// setting is a flag's value that, unlike kingpin's own, names the flag when it
// cannot be read.
type setting[T any] struct {
	flag  string
	to    *T
	parse func(string) (T, error)
}

// Set implements kingpin.Value.
func (s *setting[T]) Set(text string) error {
	v, err := s.parse(text)
	if err != nil {
		return fmt.Errorf("--%s %q: %w", s.flag, text, err)
	}
	*s.to = v
	return nil
}

// String implements kingpin.Value.
func (s *setting[T]) String() string { return fmt.Sprint(*s.to) }

// toggle is a setting that needs no value, and has a --no- form.
type toggle struct{ setting[bool] }

// IsBoolFlag tells kingpin so.
func (*toggle) IsBoolFlag() bool { return true }

// flagSet adds flags to an application or to one of its commands.
type flagSet struct {
	to interface {
		Flag(name, help string) *kingpin.FlagClause
	}
}

func add[T any](f flagSet, to *T, name, ifNone, help string, parse func(string) (T, error)) {
	clause := f.to.Flag(name, help)
	if ifNone != "" {
		clause = clause.Default(ifNone)
	}
	clause.SetValue(&setting[T]{name, to, parse})
}

func (f flagSet) text(to *string, name, ifNone, help string) {
	add(f, to, name, ifNone, help, func(s string) (string, error) { return s, nil })
}

func (f flagSet) oneOf(to *string, name, help string, choices ...string) {
	add(f, to, name, choices[0], help, func(s string) (string, error) {
		if !slices.Contains(choices, s) {
			return "", fmt.Errorf("must be one of %s", strings.Join(choices, ", "))
		}
		return s, nil
	})
}

func (f flagSet) whole(to *int, name, ifNone, help string) {
	add(f, to, name, ifNone, help, func(s string) (int, error) {
		n, err := strconv.Atoi(s)
		if err != nil {
			return 0, errors.New("not a whole number")
		}
		return n, nil
	})
}

func (f flagSet) duration(to *time.Duration, name, ifNone, help string) {
	add(f, to, name, ifNone, help, func(s string) (time.Duration, error) {
		d, err := time.ParseDuration(s)
		if err != nil {
			return 0, errors.New("not a duration such as 90s, 5m or 1h30m")
		}
		return d, nil
	})
}

// rate takes 10 as well as 10/s.
func (f flagSet) rate(to *float64, name, ifNone, help string) {
	add(f, to, name, ifNone, help, func(s string) (float64, error) {
		r, err := strconv.ParseFloat(strings.TrimSuffix(s, "/s"), 64)
		if err != nil {
			return 0, errors.New("not a number of requests a second such as 10 or 0.5/s")
		}
		return r, nil
	})
}

func (f flagSet) toggle(to *bool, name, ifNone, help string) {
	parse := func(s string) (bool, error) {
		b, err := strconv.ParseBool(s)
		if err != nil {
			return false, errors.New("must be true or false")
		}
		return b, nil
	}
	f.to.Flag(name, help).Default(ifNone).SetValue(&toggle{setting[bool]{name, to, parse}})
}
