package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"vobiz_exporter/vobiz"

	"github.com/go-kit/log/level"
)

// trials tells of each thing that is tried in a line.
type trials struct {
	w             io.Writer
	tried, failed int
}

func (t *trials) try(what string, attempt func() (string, error)) bool {
	t.tried++
	said, err := attempt()
	if err != nil {
		t.failed++
		said = "FAILED: " + oneLine(errors.New(strings.ReplaceAll(err.Error(), "\n", "; ")))
	}
	_, _ = fmt.Fprintf(t.w, "%-14s %s\n", what, said)
	return err == nil
}

// runCheckConfig tries what the exporter would need to run, each thing once, and
// prints a line for each. Its error is the verdict, where that is not good.
func (f *flags) runCheckConfig(ctx context.Context, stdout, stderr io.Writer) error {
	logs := newLoggers(stderr, f.logFormat, f.logLevel)
	logs.kit = level.NewFilter(logs.kit, level.AllowError()) // what is wrong is said below
	t := &trials{w: stdout}
	good := t.try("flags", func() (string, error) {
		_, err := f.collection()
		_, clientErr := f.client.config()
		return "good", errors.Join(err, f.surface(), clientErr)
	})
	if len(f.strangers) > 0 {
		t.try("environment", func() (string, error) {
			return "ignored, for there is no such flag: " + strings.Join(f.strangers, ", "), nil
		})
	}
	if f.stateFile != "" {
		t.try("state file", func() (string, error) { return "can be written: " + f.stateFile, tryStateFile(f.stateFile) })
	}
	if t.try("credentials", func() (string, error) { return f.tryCredentials(logs, good) }) && good {
		if err := f.tryAPI(ctx, t, logs); err != nil {
			return err
		}
	}
	switch {
	case ctx.Err() != nil:
		return errors.New("interrupted: not everything was tried")
	case t.failed > 0:
		return fmt.Errorf("%d of %d checks failed", t.failed, t.tried)
	}
	_, err := fmt.Fprintln(stdout, "The configuration is good.")
	return err
}

// tryStateFile makes and removes a file where the state file is, or will be.
func tryStateFile(path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { //nolint:gosec // the operator names the file
		return fmt.Errorf("--inventory.state-file: %s: not a file", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("--inventory.state-file: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name())) //nolint:gosec // the operator names the file
}

// tryCredentials looks for the credentials. It asks the API nothing yet.
func (f *flags) tryCredentials(logs loggers, flagsGood bool) (string, error) {
	if f.demo {
		return "none needed: the demo answers for itself", nil
	}
	var config vobiz.Config
	err := f.client.authenticate(&config, logs.kit)
	said := "found: " + config.AuthID
	if flagsGood { // else the address may hold a password
		said += " for " + f.client.baseURL
	}
	return said, err
}

// tryAPI asks for a page of each list, once.
func (f *flags) tryAPI(ctx context.Context, t *trials, logs loggers) error {
	ctx, cancel := context.WithCancel(ctx)
	var background sync.WaitGroup
	defer background.Wait()
	defer cancel()
	config, err := f.connect(ctx, &background, logs)
	if err != nil {
		return err
	}
	config.MaxRetries = 0
	config.Rate = max(config.Rate, 1) // two pages do not wait for a limit that is meant for thousands
	client, err := vobiz.New(config)
	if err != nil {
		return err
	}
	defer client.Close()
	t.try("numbers", func() (string, error) { return firstPage(ctx, f, client.Numbers) })
	if f.accounts {
		t.try("customers", func() (string, error) { return firstPage(ctx, f, client.Accounts) })
	}
	return nil
}

// firstPage asks for one page, once. What is asked to wait does not wait for long.
func firstPage[T any](ctx context.Context, f *flags, list func(context.Context) iter.Seq2[vobiz.Page[T], error]) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*f.client.requestTimeout+time.Second)
	defer cancel()
	for page, err := range list(ctx) {
		if err != nil {
			return "", fmt.Errorf("%w%s", err, f.remedy(err))
		}
		return fmt.Sprintf("can be read: %d in all", page.Total), nil
	}
	return "", errors.New("no page came")
}

// remedy says what to do about a read that failed, where that is known.
func (f *flags) remedy(err error) string {
	var api *vobiz.APIError
	switch {
	case errors.Is(err, vobiz.ErrTooLong):
		return ": see --vobiz.rate-limit and --inventory.refresh-timeout"
	case errors.Is(err, vobiz.ErrCredentials):
		return ": see --vobiz.auth-id and " + f.client.tokenPlace() + "; they have to be the partner's own (PA_…)"
	case errors.Is(err, vobiz.ErrRateLimited):
		return ": try again later, or lower --vobiz.rate-limit"
	case errors.As(err, &api), errors.Is(err, vobiz.ErrBadBody):
		return ": see --vobiz.base-url, and whether the API works"
	case errors.Is(err, vobiz.ErrNetwork):
		return ": see --vobiz.base-url, --vobiz.proxy-url and --vobiz.ca-file"
	}
	return ""
}
