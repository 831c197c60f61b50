package vobiztest

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Reset answers by resetting the connection.
func Reset() Answer {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		hijacker, ok := w.(http.Hijacker)
		if !ok { // HTTP/2 has no connection of its own to reset
			panic(http.ErrAbortHandler)
		}
		conn, _, err := hijacker.Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // discards what is unsent, so that close resets
		}
		_ = conn.Close()
	}
}

// Truncated announces the whole answer's length, sends its first half and cuts
// the connection.
func Truncated() Answer {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		whole := capture(r, next)
		copyHeader(w.Header(), whole.header)
		w.Header().Set("Content-Length", strconv.Itoa(len(whole.body)))
		w.WriteHeader(whole.status)
		_, _ = w.Write(whole.body[:len(whole.body)/2])
		flush(w)
		panic(http.ErrAbortHandler)
	}
}

// Drip sends the whole answer one byte at a time, so far apart.
func Drip(every time.Duration) Answer {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		whole := capture(r, next)
		copyHeader(w.Header(), whole.header)
		w.Header().Set("Content-Length", strconv.Itoa(len(whole.body)))
		w.WriteHeader(whole.status)
		for i := range whole.body {
			if _, err := w.Write(whole.body[i : i+1]); err != nil {
				return
			}
			flush(w)
			if !wait(r.Context(), every) {
				panic(http.ErrAbortHandler)
			}
		}
	}
}

// GzipBomb answers a compressed body that unpacks to size bytes, in whole MiB,
// nearly all of them one JSON string. What goes over the wire is less than a
// hundredth of that.
func GzipBomb(size int64) Answer {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(gzipped([]byte(`{"items":[{"id":"`)))
		// Gzip members in a row unpack to one text: packing one is enough.
		const block = 1 << 20
		repeat(w, gzipped(bytes.Repeat([]byte("A"), block)), (size+block-1)/block)
	}
}

func gzipped(text []byte) []byte {
	var packed bytes.Buffer
	zipper := gzip.NewWriter(&packed)
	_, _ = zipper.Write(text)
	_ = zipper.Close()
	return packed.Bytes()
}

// Endless answers a body of items, good JSON as far as it goes, that ends after
// size bytes, in whole 64 KiB, without having come to its end.
func Endless(size int64) Answer {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"page":1,"per_page":100,"size":100,"total":100,"items":[{}`)
		const block = 64 << 10
		item := []byte(`,{"id":"endless","account_id":"MA_ENDLESS","e164":"+910000000000","status":"active"}`)
		// Spaces between items make the block as long as it says.
		items := append(bytes.Repeat(item, block/len(item)), bytes.Repeat([]byte(" "), block%len(item))...)
		repeat(w, items, (size+block-1)/block)
	}
}

// repeat writes a block so many times, or until the other side has gone.
func repeat(w io.Writer, block []byte, times int64) {
	for range times {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func flush(w http.ResponseWriter) {
	_ = http.NewResponseController(w).Flush()
}
