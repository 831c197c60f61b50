package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"vobiz_exporter/collector"
	"vobiz_exporter/vobiz"

	"github.com/alecthomas/kingpin/v2"
)

// errFindings ends the program with status 2: a check found something.
var errFindings = errors.New("something needs attention")

// checkFlags are those of the command check.
type checkFlags struct {
	output   string
	within   string
	problems string
}

func (c *checkFlags) add(command *kingpin.CmdClause) {
	set := flagSet{command}
	set.oneOf(&c.output, "output", "Form of what is printed: table, json or csv.", "table", "json", "csv")
	set.text(&c.within, "within", "14d", "How far ahead to hold renewals against wallets.")
	set.text(&c.problems, "problems", "", "What to look for, as a list with commas. Without it everything: "+join(collector.Problems())+".")
	for _, name := range []string{"output", "within", "problems"} {
		command.GetFlag(name).Envar("VOBIZ_EXPORTER_CHECK_" + strings.ToUpper(name))
	}
}

// join lists problems by name.
func join(problems []collector.Problem) string {
	names := make([]string, 0, len(problems))
	for _, p := range problems {
		names = append(names, string(p))
	}
	return strings.Join(names, ", ")
}

// window is how far ahead to look.
func (c *checkFlags) window() (collector.Window, error) {
	windows, err := collector.ParseWindows(c.within)
	if err == nil && len(windows) > 1 {
		err = errors.New("more than one window")
	}
	if err != nil {
		return collector.Window{}, fmt.Errorf("--within %q: %w; write it as 14d or 36h", c.within, err)
	}
	return windows[0], nil
}

// wanted are the problems to look for, of those that can be found.
func (c *checkFlags) wanted(sought []collector.Problem) ([]collector.Problem, error) {
	if c.problems == "" {
		return sought, nil
	}
	var wanted []collector.Problem
	for name := range strings.SplitSeq(c.problems, ",") {
		p := collector.Problem(strings.TrimSpace(name))
		switch {
		case slices.Contains(sought, p):
			wanted = append(wanted, p)
		case slices.Contains(collector.Problems(), p):
			return nil, fmt.Errorf("--problems: %s cannot be found without the customers; leave --no-collector.accounts away", p)
		default:
			return nil, fmt.Errorf("--problems: %q is none of %s", p, join(collector.Problems()))
		}
	}
	return wanted, nil
}

// runCheck reads the inventory once and prints what needs attention. Its error is
// errFindings where that is anything.
func (f *flags) runCheck(ctx context.Context, stdout, stderr io.Writer) error {
	within, err := f.check.window()
	if err != nil {
		return err
	}
	options, err := f.collection()
	if err != nil {
		return err
	}
	wanted, err := f.check.wanted(collector.Sought(options))
	if err != nil {
		return err
	}
	progress := newProgress(stderr)
	report, err := f.read(ctx, options, within, progress)
	progress.end()
	if err != nil {
		return err
	}
	report.Only(wanted)
	if err := printReport(stdout, f.check.output, report, within); err != nil {
		return fmt.Errorf("printing what was found: %w", err)
	}
	if len(report.Findings) > 0 {
		return errFindings
	}
	return nil
}

// read reads the inventory once, and tells progress of it.
func (f *flags) read(ctx context.Context, options collector.Options, within collector.Window, progress *progress) (*collector.Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	var background sync.WaitGroup
	defer background.Wait()
	defer cancel()
	config, err := f.connect(ctx, &background, newLoggers(progress, f.logFormat, f.logLevel))
	if err != nil {
		return nil, err
	}
	client, err := vobiz.New(config)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	report, err := collector.Check(ctx, &watched{client, progress}, options, within)
	if err != nil && ctx.Err() != nil {
		return nil, errors.New("interrupted: nothing was checked")
	}
	if err != nil {
		return nil, fmt.Errorf("%w%s", err, f.remedy(err))
	}
	return report, nil
}
