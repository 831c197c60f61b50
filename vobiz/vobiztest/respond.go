package vobiztest

import (
	"compress/gzip"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const pageBufferSize = 96 << 10 // holds a page of 100 numbers

func (s *Server) buffer() *[]byte {
	if b, ok := s.buffers.Get().(*[]byte); ok {
		return b
	}
	b := make([]byte, 0, pageBufferSize)
	return &b
}

// send answers 200 with a JSON body, compressed where the client takes that.
func (s *Server) send(w http.ResponseWriter, r *http.Request, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Request-Id", s.requestID())
	if s.options.NoGzip || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
		return
	}
	h.Set("Content-Encoding", "gzip")
	zipper, ok := s.zippers.Get().(*gzip.Writer)
	if !ok {
		zipper, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed)
	}
	defer s.zippers.Put(zipper)
	zipper.Reset(w)
	_, _ = zipper.Write(body)
	_ = zipper.Close()
}

// fail answers with the vendor's error body.
func (s *Server) fail(w http.ResponseWriter, status int, message string) {
	writeError(w, apiError{status: status, message: message, requestID: s.requestID()})
}

func (s *Server) requestID() string {
	return fmt.Sprintf("req_%012x", s.serial.Add(1))
}

type apiError struct {
	status    int
	message   string
	requestID string
}

func writeError(w http.ResponseWriter, e apiError) {
	o := newObject(nil, Style{})
	o.text(`,"status":`, "error")
	o.raw(`,"error":`, "{")
	o.text(`"code":`, errorCode(e.status))
	o.text(`,"message":`, e.message)
	o.raw(`,"details":`, "{}}")
	o.text(`,"timestamp":`, time.Now().UTC().Format(time.RFC3339Nano))
	o.text(`,"requestId":`, e.requestID)
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Request-Id", e.requestID)
	w.WriteHeader(e.status)
	_, _ = w.Write(o.close())
}

// errorCode is the vendor's error.code for a status.
func errorCode(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "INVALID_CREDENTIALS"
	case http.StatusPaymentRequired:
		return "INSUFFICIENT_BALANCE"
	case http.StatusUnprocessableEntity:
		return "VALIDATION_ERROR"
	case http.StatusTooManyRequests:
		return "RATE_LIMIT_EXCEEDED"
	case http.StatusInternalServerError:
		return "INTERNAL_ERROR"
	}
	if text := http.StatusText(status); text != "" {
		return strings.ReplaceAll(strings.ToUpper(text), " ", "_")
	}
	return "UNKNOWN_ERROR"
}
