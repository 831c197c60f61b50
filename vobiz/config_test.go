package vobiz_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"

	"vobiz_exporter/vobiz"
)

func TestNewNamesWhatIsWrong(t *testing.T) {
	for says, change := range map[string]func(*vobiz.Config){
		"no http or https scheme": func(c *vobiz.Config) { c.BaseURL = "api.vobiz.ai" },
		"scheme":                  func(c *vobiz.Config) { c.BaseURL = "ftp://api.vobiz.ai" },
		"names no host":           func(c *vobiz.Config) { c.BaseURL = "https://" },
		"not a URL":               func(c *vobiz.Config) { c.BaseURL = "https://a b" },
		"user or password":        func(c *vobiz.Config) { c.BaseURL = "https://me:hunter2@api.vobiz.ai" },
		"plain HTTP":              func(c *vobiz.Config) { c.BaseURL = "http://api.vobiz.ai" },
		"plain HTTP would":        func(c *vobiz.Config) { c.BaseURL = "http://8.8.8.8" },
		"query":                   func(c *vobiz.Config) { c.BaseURL = "https://api.vobiz.ai?token=hunter2" },
		"AuthID: none":            func(c *vobiz.Config) { c.AuthID = "" },
		"AuthID: holds":           func(c *vobiz.Config) { c.AuthID = "PA_\n" },
		"Token":                   func(c *vobiz.Config) { c.Token = nil },
		"PageSize 0":              func(c *vobiz.Config) { c.PageSize = 0 },
		"PageSize 101":            func(c *vobiz.Config) { c.PageSize = 101 },
		"Concurrency 0":           func(c *vobiz.Config) { c.Concurrency = 0 },
		"Concurrency 65":          func(c *vobiz.Config) { c.Concurrency = 65 },
		"Rate 0":                  func(c *vobiz.Config) { c.Rate = 0 },
		"Rate NaN":                func(c *vobiz.Config) { c.Rate = math.NaN() },
		"RequestTimeout":          func(c *vobiz.Config) { c.RequestTimeout = 0 },
		"MaxRetries -1":           func(c *vobiz.Config) { c.MaxRetries = -1 },
		"MaxRetries 21":           func(c *vobiz.Config) { c.MaxRetries = 21 },
	} {
		c := config("https://api.vobiz.ai")
		change(&c)
		_, err := vobiz.New(c)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("error %v, want the words %q", err, says)
		}
	}
}

func TestUnusableTokenIsNotSent(t *testing.T) {
	for _, token := range []vobiz.Secret{"", "two words", "line\nbreak"} {
		c := config("http://127.0.0.1:1")
		c.Token = func() (vobiz.Secret, error) { return token, nil }
		_, err := numbersByID(newClient(t, c).Numbers(t.Context()))
		if err == nil || !strings.Contains(err.Error(), "auth token") || strings.Contains(err.Error(), "words") {
			t.Errorf("token %q: error %v", string(token), err)
		}
	}
	c := config("http://127.0.0.1:1")
	lost := errors.New("lost")
	c.Token = func() (vobiz.Secret, error) { return "", lost }
	if _, err := numbersByID(newClient(t, c).Numbers(t.Context())); !errors.Is(err, lost) {
		t.Errorf("error %v, want the source's", err)
	}
}

func TestSecretNeverShows(t *testing.T) {
	s := vobiz.Secret("hunter2")
	marshalled, err := json.Marshal(map[string]any{"token": s})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "token", s)
	for _, shown := range []string{
		fmt.Sprint(s), fmt.Sprintf("%s %v %+v %#v %q", s, s, s, s, s), fmt.Sprintf("%v %#v", struct{ S vobiz.Secret }{s}, struct{ S vobiz.Secret }{s}),
		string(marshalled), log.String(),
	} {
		if strings.Contains(shown, "hunter2") || !strings.Contains(shown, "redacted") {
			t.Errorf("shown as %s", shown)
		}
	}
}

func TestParseMoney(t *testing.T) {
	for text, want := range map[string]float64{
		"300": 300, "0": 0, "-12.5": -12.5, "1300.00000": 1300, "0.1": 0.1, "1e3": 1000, "0.0000004": 0, "9000000000.25": 9000000000.25,
	} {
		if got, err := vobiz.ParseMoney([]byte(text)); err != nil || got.Units() != want {
			t.Errorf("%s: %v, %v; want %v", text, got.Units(), err, want)
		}
	}
	for _, text := range []string{"", "abc", "1,000", "₹300", "NaN", "inf", "0x10", "1_000", "1e300", "--1", " 1"} {
		if got, err := vobiz.ParseMoney([]byte(text)); err == nil {
			t.Errorf("%q was taken as %v", text, got.Units())
		}
	}
}

func TestMoneyAddHolds(t *testing.T) {
	most, least := vobiz.Money(math.MaxInt64), vobiz.Money(math.MinInt64)
	for _, c := range [][3]vobiz.Money{{1, 2, 3}, {most, 1, most}, {least, -1, least}, {most, least, -1}, {5, -7, -2}} {
		if got := c[0].Add(c[1]); got != c[2] {
			t.Errorf("%d + %d = %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

// TestPlainHTTP: to loopback and private addresses as it is, elsewhere only when
// allowed expressly.
func TestPlainHTTP(t *testing.T) {
	for _, url := range []string{"http://localhost:1", "http://127.0.0.1", "http://[::1]:8080", "http://10.1.2.3", "http://192.168.0.9:81", "http://[fd00::1]"} {
		if _, err := vobiz.New(config(url)); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
	c := config("http://api.vobiz.ai")
	c.PlainHTTP = true
	if _, err := vobiz.New(c); err != nil {
		t.Error(err)
	}
}
