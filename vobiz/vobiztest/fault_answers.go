package vobiztest

import (
	"net/http"
	"time"
)

// Status answers with an HTTP status and the vendor's error body.
func Status(code int) Answer {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		writeError(w, apiError{status: code, message: "injected fault", requestID: "req_fault"})
	}
}

// RateLimited answers 429, with Retry-After verbatim unless it is "".
func RateLimited(retryAfter string) Answer {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		Status(http.StatusTooManyRequests)(w, r, next)
	}
}

// HTML answers with a status and the page of a proxy in between.
func HTML(code int) Answer {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(code)
		_, _ = w.Write([]byte("<!DOCTYPE html><html><head><title>" + http.StatusText(code) +
			"</title></head><body><h1>nginx</h1></body></html>\n"))
	}
}

// JSON answers 200 with a body verbatim, be it JSON of another shape or none.
func JSON(body string) Answer {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	}
}

// Redirect answers 302 to a URL.
func Redirect(url string) Answer {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		http.Redirect(w, r, url, http.StatusFound)
	}
}

// Delay waits before the answer; a request that ends meanwhile gets none.
func Delay(d time.Duration) Answer {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !wait(r.Context(), d) {
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	}
}

// Hang answers nothing, not even headers, until the client gives up or the
// faults are cleared; then it cuts the connection.
func Hang() Answer {
	return func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
}

// Before runs f, then answers as ever: a hook to change the inventory between
// two pages, by Server.Update.
func Before(f func()) Answer {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		f()
		next.ServeHTTP(w, r)
	}
}
