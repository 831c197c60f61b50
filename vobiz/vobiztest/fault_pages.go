package vobiztest

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
)

// captured is an answer held back.
type captured struct {
	header http.Header
	status int
	body   []byte
}

func (c *captured) Header() http.Header { return c.header }

func (c *captured) WriteHeader(status int) { c.status = status }

func (c *captured) Write(p []byte) (int, error) {
	c.body = append(c.body, p...)
	return len(p), nil
}

// capture is what next answers, uncompressed.
func capture(r *http.Request, next http.Handler) *captured {
	r = r.Clone(r.Context())
	r.Header.Del("Accept-Encoding")
	c := &captured{header: http.Header{}, status: http.StatusOK}
	next.ServeHTTP(c, r)
	return c
}

func copyHeader(dst, src http.Header) {
	for name, values := range src {
		dst[name] = values
	}
}

// Rewrite answers as ever, with the body changed by f.
func Rewrite(f func(body []byte) []byte) Answer {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		whole := capture(r, next)
		body := f(whole.body)
		copyHeader(w.Header(), whole.header)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(whole.status)
		_, _ = w.Write(body)
	}
}

// InvalidUTF8 puts bytes that are no UTF-8 at the start of every string that
// names, places or counts an item; keys and ids stay whole.
func InvalidUTF8() Answer {
	keys := []string{
		"account_id", "e164", "country", "status", "currency", "name", "billing_mode", "kyc_status",
	}
	return Rewrite(func(body []byte) []byte {
		for _, key := range keys {
			start := []byte(`"` + key + `":"`)
			body = bytes.ReplaceAll(body, start, append(bytes.Clone(start), 0xff, 0xc3))
		}
		return body
	})
}

// Total answers as ever, with total spelt as given: "-1", "1e300", `"many"`.
func Total(verbatim string) Answer {
	return Rewrite(func(body []byte) []byte { return replaceEcho(body, "total", verbatim) })
}

// EmptyPage answers a page without items that says it is one of many.
func EmptyPage() Answer {
	return Rewrite(func(body []byte) []byte {
		start := bytes.IndexByte(body, '[')
		end := bytes.LastIndexByte(body, ']')
		if start < 0 || end < start {
			return body
		}
		return append(body[:start+1], body[end:]...)
	})
}

// RepeatPage answers every page with the items of the first, under the number
// of the page asked for.
func RepeatPage() Answer {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		asked := strconv.Itoa(parseCall(r).page)
		first := withQuery(r, "page", "1")
		Rewrite(func(body []byte) []byte { return replaceEcho(body, "page", asked) })(w, first, next)
	}
}

// PerPage answers with pages of n items, and says so, whatever the client asks
// for, unless it asks for fewer.
func PerPage(n int) Answer {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		asked, err := positive(r.URL.Query(), "per_page", defaultPerPage)
		if err == nil && asked > n {
			r = withQuery(r, "per_page", strconv.Itoa(n))
		}
		next.ServeHTTP(w, r)
	}
}

func withQuery(r *http.Request, name, value string) *http.Request {
	query := r.URL.Query()
	query.Set(name, value)
	changed := *r.URL
	changed.RawQuery = query.Encode()
	clone := r.Clone(r.Context())
	clone.URL = &url.URL{}
	*clone.URL = changed
	return clone
}

// replaceEcho spells the value of a member that follows the items anew.
func replaceEcho(body []byte, name, value string) []byte {
	key := []byte(`,"` + name + `":`)
	start := bytes.LastIndex(body, key)
	if start < 0 {
		return body
	}
	start += len(key)
	end := start + bytes.IndexAny(body[start:], ",}")
	tail := bytes.Clone(body[end:])
	return append(append(body[:start], value...), tail...)
}
