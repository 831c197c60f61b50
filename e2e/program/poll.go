package program

import (
	"testing"
	"time"
)

// Eventually polls until check has nothing to object to, and fails with its last
// objection when the time is up.
func Eventually(t *testing.T, within time.Duration, check func() string) {
	t.Helper()
	deadline := time.Now().Add(within)
	for {
		objection := check()
		if objection == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %s: %s", within, objection)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// Throughout polls for as long as said, and fails at the first objection.
func Throughout(t *testing.T, length time.Duration, check func() string) {
	t.Helper()
	for end := time.Now().Add(length); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if objection := check(); objection != "" {
			t.Fatal(objection)
		}
	}
}
