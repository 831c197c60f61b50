package vobiz

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Sentinels for errors.Is.
var (
	// ErrCredentials: the API refused the partner's credentials (401 or 403).
	ErrCredentials = errors.New("credentials refused")
	// ErrNotFound: the API knows no such customer (404).
	ErrNotFound = errors.New("not found")
	// ErrRateLimited: the API asked to be left alone (429).
	ErrRateLimited = errors.New("rate limited")
	// ErrBadBody: an answer that is not what the API documents.
	ErrBadBody = errors.New("answer cannot be understood")
	// ErrNetwork: the API was not reached, or its answer did not come to its end.
	ErrNetwork = errors.New("network")
	// ErrTooLong: a list so long that the rate limit does not let it be read in time.
	ErrTooLong = errors.New("the list is too long to be read in time")
	// ErrInconsistent: pages that contradict each other.
	ErrInconsistent = errors.New("pages contradict each other")
)

// unreached is an ErrNetwork that says what it is in the words of another error.
type unreached struct{ error }

// Is matches ErrNetwork.
func (unreached) Is(target error) bool { return target == ErrNetwork }

// Unwrap returns the other error.
func (u unreached) Unwrap() error { return u.error }

// APIError is an answer other than 200.
type APIError struct {
	Status     int           // HTTP status
	Code       string        // error.code, such as INVALID_CREDENTIALS; may be empty
	Message    string        // error.message, at most 256 bytes. May name people: never log it
	RequestID  string        // requestId, or the X-Request-Id header; may be empty
	RetryAfter time.Duration // from the Retry-After header; 0 where there is none to obey
	Location   string        // host of a redirect, which is never followed
}

// Error leaves out the message, which may hold personal data.
func (e *APIError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the API answered %d %s", e.Status, http.StatusText(e.Status))
	if e.Code != "" {
		fmt.Fprintf(&b, ", code %s", e.Code)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, ", request id %s", e.RequestID)
	}
	if e.Location != "" {
		fmt.Fprintf(&b, "; redirects are refused because they would carry the credentials along (to %s)", e.Location)
	}
	return b.String()
}

// Is matches the sentinels by status.
func (e *APIError) Is(target error) bool {
	switch target {
	case ErrCredentials:
		return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
	case ErrNotFound:
		return e.Status == http.StatusNotFound
	case ErrRateLimited:
		return e.Status == http.StatusTooManyRequests
	}
	return false
}

const (
	maxErrorBody = 64 << 10
	maxMessage   = 256
	maxWord      = 64
)

// newAPIError reads what an answer other than 200 says of itself. A body that is
// not the vendor's JSON, or breaks off, costs nothing but the details.
func newAPIError(resp *http.Response) *APIError {
	var body struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
		RequestID string `json:"requestId"`
	}
	data, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	_ = json.Unmarshal(data, &body, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	e := &APIError{
		Status:     resp.StatusCode,
		Code:       word(body.Error.Code),
		Message:    strings.ToValidUTF8(body.Error.Message[:min(len(body.Error.Message), maxMessage)], ""),
		RequestID:  cmp.Or(word(body.RequestID), word(resp.Header.Get("X-Request-Id"))),
		RetryAfter: parseRetryAfter(resp.Header.Get("Retry-After"), time.Now()),
	}
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		e.Location = "an unreadable address"
		if u, err := resp.Location(); err == nil && word(u.Host) != "" {
			e.Location = u.Host
		}
	}
	return e
}

// word passes on s where it is a plain identifier, safe to log, and else nothing.
func word(s string) string {
	if len(s) > maxWord {
		return ""
	}
	for _, c := range s {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.ContainsRune("_-.:", c):
		default:
			return ""
		}
	}
	return s
}
