package vobiztest

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// authorize gives 200, or the status and message to refuse the request with.
func (s *Server) authorize(r *http.Request) (status int, message string) {
	id, token := r.Header.Get("X-Auth-ID"), r.Header.Get("X-Auth-Token")
	if strings.HasPrefix(id, "MA_") {
		return http.StatusForbidden, "customer credentials cannot use partner endpoints"
	}
	s.mu.RLock()
	wantID, wantToken := s.authID, s.authToken
	s.mu.RUnlock()
	if !same(id, wantID) || !same(token, wantToken) {
		return http.StatusUnauthorized, "invalid credentials"
	}
	return http.StatusOK, ""
}

// same compares in a time that tells nothing, not even of the lengths.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
