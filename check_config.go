package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"os"
	"path/filepath"
	"sync"

	"vobiz_exporter/vobiz"

	"github.com/go-kit/log/level"
)

// runCheckConfig tries what the exporter would need to run, each thing once, and
// prints a line for each. Its error is the verdict, where that is not good.
func (f *flags) runCheckConfig(ctx context.Context, stdout, stderr io.Writer) error {
	logs := newLoggers(stderr, f.logFormat, f.logLevel)
	logs.kit = level.NewFilter(logs.kit, level.AllowError()) // what is wrong is said below
	ctx, cancel := context.WithCancel(ctx)
	var background sync.WaitGroup
	defer background.Wait()
	defer cancel()

	tried, failed := 0, 0
	try := func(what string, attempt func() (string, error)) bool {
		tried++
		said, err := attempt()
		if err != nil {
			failed++
			said = "FAILED: " + oneLine(err)
		}
		_, _ = fmt.Fprintf(stdout, "%-14s %s\n", what, said)
		return err == nil
	}

	try("flags", func() (string, error) {
		_, err := f.collection()
		return "good", errors.Join(err, f.surface())
	})
	if f.stateFile != "" {
		try("state file", func() (string, error) { return "can be written: " + f.stateFile, tryStateFile(f.stateFile) })
	}
	var client *vobiz.Client
	if try("credentials", func() (said string, err error) {
		client, said, err = f.tryAccess(ctx, &background, logs)
		return said, err
	}) {
		defer client.Close()
		try("numbers", func() (string, error) { return firstPage(client.Numbers(ctx)) })
		if f.accounts {
			try("customers", func() (string, error) { return firstPage(client.Accounts(ctx)) })
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks failed", failed, tried)
	}
	_, err := fmt.Fprintln(stdout, "The configuration is good.")
	return err
}

// tryStateFile makes and removes a file where the state file is, or will be.
func tryStateFile(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("--inventory.state-file: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name())) //nolint:gosec // the operator names the file
}

// tryAccess reads the files that name credentials and authorities. It asks the API
// nothing yet.
func (f *flags) tryAccess(ctx context.Context, background *sync.WaitGroup, logs loggers) (*vobiz.Client, string, error) {
	config, err := f.connect(ctx, background, logs)
	if err != nil {
		return nil, "", err
	}
	config.MaxRetries = 0
	client, err := vobiz.New(config)
	if f.demo {
		return client, "none needed: the demo answers for itself", err
	}
	return client, fmt.Sprintf("found: %s for %s", config.AuthID, config.BaseURL), err
}

// firstPage asks for one page, once.
func firstPage[T any](pages iter.Seq2[vobiz.Page[T], error]) (string, error) {
	for page, err := range pages {
		if err != nil {
			return "", fmt.Errorf("%w%s", err, remedy(err))
		}
		return fmt.Sprintf("can be read: %d in all", page.Total), nil
	}
	return "", errors.New("no page came")
}

// remedy says what to do about an error of the API, where that is known.
func remedy(err error) string {
	var api *vobiz.APIError
	var network net.Error
	switch {
	case errors.Is(err, vobiz.ErrCredentials):
		return ": see --vobiz.auth-id and --vobiz.auth-token-file; they have to be the partner's own (PA_…)"
	case errors.Is(err, vobiz.ErrRateLimited):
		return ": try again later"
	case errors.As(err, &api), errors.Is(err, vobiz.ErrBadBody):
		return ": see --vobiz.base-url, and whether the API works"
	case errors.As(err, &network):
		return ": see --vobiz.base-url, --vobiz.proxy-url and --vobiz.ca-file"
	}
	return ""
}
