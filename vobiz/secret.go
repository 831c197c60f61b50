package vobiz

import "log/slog"

const redacted = "[redacted]"

// Secret is a credential. Every way of printing it gives "[redacted]"; only a
// conversion to string reveals it.
type Secret string

// String hides the secret from fmt.
func (Secret) String() string { return redacted }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return redacted }

// MarshalText hides the secret from JSON, YAML and logfmt.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue hides the secret from log/slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// usable reports whether s can be sent as the value of an HTTP header.
func (s Secret) usable() bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}
