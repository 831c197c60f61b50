package vobiz

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxBody bounds the body of one page, unpacked. A page of 100 customers of the
// documented kind takes some 300 kB. A string that fills it takes four times as
// much memory, for the decoder doubles its buffer.
const maxBody = 4 << 20

// attempt asks for one page once.
func attempt[T any](ctx context.Context, c *Client, l *listing[T], page int) (p Page[T], err error) {
	if err := c.clearance(ctx, l.endpoint); err != nil {
		return p, err
	}
	tooSlow := unreached{fmt.Errorf("no complete answer within %s", c.config.RequestTimeout)}
	ctx, cancel := context.WithTimeoutCause(ctx, c.config.RequestTimeout, tooSlow)
	defer cancel()
	req, err := c.request(ctx, l.path, page)
	if err != nil {
		return p, err
	}
	start, status := time.Now(), 0
	defer func() { c.config.Hooks.Attempt(l.endpoint, status, time.Since(start)) }()
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return p, networkError(ctx, err)
	}
	defer resp.Body.Close()
	status = resp.StatusCode
	if status != http.StatusOK {
		return p, newAPIError(resp)
	}
	body := &bodyReader{r: resp.Body, left: maxBody}
	p, err = l.decode(body, page, c.config.PageSize)
	switch {
	case body.err != nil:
		return p, networkError(ctx, body.err)
	case err != nil:
		return p, fmt.Errorf("%w%s", err, contentType(resp))
	}
	return p, nil
}

func (c *Client) request(ctx context.Context, path string, page int) (*http.Request, error) {
	token, err := c.config.Token()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errToken, err)
	}
	if !token.usable() {
		return nil, fmt.Errorf("%w: empty, or holds characters that no HTTP header can carry", errToken)
	}
	query := url.Values{"page": {strconv.Itoa(page)}, "per_page": {strconv.Itoa(c.config.PageSize)}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.String()+apiPath+path+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("X-Auth-ID", c.config.AuthID)
	req.Header.Set("X-Auth-Token", string(token))
	if c.config.UserAgent != "" {
		req.Header.Set("User-Agent", c.config.UserAgent)
	}
	return req, nil
}

// bodyReader passes on at most left bytes, and remembers what went wrong below
// it, so that a broken connection is not taken for a broken body.
type bodyReader struct {
	r    io.Reader
	left int
	err  error
}

func (b *bodyReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.err = fmt.Errorf("%w: larger than %d MiB", ErrBadBody, maxBody>>20)
		return 0, b.err
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

// networkError names what broke, and shows nothing that the other side sent.
func networkError(ctx context.Context, err error) error {
	var network net.Error // of names, addresses and connections
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, ErrBadBody):
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return unreached{errors.New("the connection was closed in the middle of the answer")}
	case errors.Is(err, io.EOF):
		return unreached{errors.New("the connection was closed without an answer")}
	case errors.As(err, &network), errors.As(err, &certificate):
		return unreached{err}
	case strings.Contains(err.Error(), "malformed"), strings.Contains(err.Error(), "invalid"):
		return unreached{errors.New("the answer is not sound HTTP")}
	}
	return unreached{err}
}

// contentType tells what kind of thing came where JSON was expected.
func contentType(resp *http.Response) string {
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || kind == "application/json" || len(kind) > maxWord {
		return ""
	}
	return " (Content-Type " + kind + ")"
}
