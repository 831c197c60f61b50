package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"

	"vobiz_exporter/vobiz"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
)

// maxTokenFile bounds what is read of a token file; a path to the wrong file
// should not end up in a header.
const maxTokenFile = 4096

// tokenVariable is the environment variable with the token, where no file holds it.
const tokenVariable = "VOBIZ_AUTH_TOKEN" //nolint:gosec // its name

// authenticate adds the partner's credentials.
func (c *clientFlags) authenticate(config *vobiz.Config, logger log.Logger) (err error) {
	config.AuthID = strings.TrimSpace(c.authID)
	switch {
	case config.AuthID == "":
		return errors.New("no auth id: set --vobiz.auth-id or the environment variable VOBIZ_AUTH_ID, or try --demo")
	case !oneWord(config.AuthID):
		return errors.New("--vobiz.auth-id: holds more than one word of plain text; it has to be the partner's, PA_…")
	}
	config.Token, err = c.tokenSource(logger)
	return err
}

// tokenSource finds the partner's token: in the file, or without one in the
// environment.
func (c *clientFlags) tokenSource(logger log.Logger) (func() (vobiz.Secret, error), error) {
	if c.tokenFile == "" {
		if os.Getenv(tokenVariable) == "" {
			return nil, fmt.Errorf("no auth token: set --vobiz.auth-token-file or the environment variable %s, or try --demo", tokenVariable)
		}
		token, err := parseToken(os.Getenv(tokenVariable))
		if err != nil {
			return nil, fmt.Errorf("the environment variable %s: %w", tokenVariable, err)
		}
		return func() (vobiz.Secret, error) { return token, nil }, nil
	}
	token, err := readToken(c.tokenFile)
	if err != nil {
		return nil, fmt.Errorf("--vobiz.auth-token-file: %w", err)
	}
	t := &tokenFile{path: c.tokenFile, token: token, logger: logger}
	return t.current, nil
}

// tokenPlace names where the token comes from.
func (c *clientFlags) tokenPlace() string {
	if c.tokenFile == "" {
		return tokenVariable
	}
	return "--vobiz.auth-token-file"
}

// tokenFile follows a file. It is read for each request, which costs little at
// the API's rates and sees every way of replacing it.
type tokenFile struct {
	path   string
	logger log.Logger

	mu    sync.Mutex
	token vobiz.Secret
	bad   bool // the last look found nothing of use
}

// current returns the file's token, or the last good one while there is none.
func (t *tokenFile) current() (vobiz.Secret, error) {
	token, err := readToken(t.path)
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err != nil && !t.bad:
		level.Warn(t.logger).Log("msg", "auth token file is of no use; the last token is kept", "err", err)
	case err == nil && (t.bad || token != t.token):
		level.Info(t.logger).Log("msg", "auth token file read again", "changed", token != t.token)
	}
	t.bad = err != nil
	if err == nil {
		t.token = token
	}
	return t.token, nil
}

func readToken(file string) (vobiz.Secret, error) {
	info, err := os.Stat(file) //nolint:gosec // the operator names the file
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || info.Size() > maxTokenFile {
		return "", fmt.Errorf("%s: not a file of at most %d bytes", file, maxTokenFile)
	}
	data, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		return "", err
	}
	token, err := parseToken(string(data))
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	return token, nil
}

func parseToken(text string) (vobiz.Secret, error) {
	token := strings.TrimSpace(text)
	switch {
	case token == "":
		return "", errors.New("empty; it has to hold the partner's auth token")
	case !oneWord(token):
		return "", errors.New("holds more than one word of plain text; it has to hold the partner's auth token alone")
	}
	return vobiz.Secret(token), nil
}

// oneWord tells whether a text can be a credential, which goes into a header.
func oneWord(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

// parseProxy never repeats the URL, which may hold a password.
func parseProxy(s string) (*url.URL, error) {
	if s == "" {
		return nil, nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("not a URL such as http://proxy:3128")
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return u, nil
	}
	return nil, errors.New("has to begin with http://, https:// or socks5://")
}

// readCAs returns the system's certificate authorities with those of the file,
// or nil without one.
func readCAs(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, err
	}
	if !pool.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("%s: holds no PEM certificate", file)
	}
	return pool, nil
}
