package main

import (
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/vobiz/vobiztest"
)

// TestNothingLeaks has the API throw customers' secrets and personal data at the
// exporter in every kind of answer, and looks for them in all that it says.
func TestNothingLeaks(t *testing.T) {
	marks := []string{
		vobiztest.DefaultAuthToken, vobiztest.CustomerTokenMark, vobiztest.CustomerEmailMark,
		vobiztest.CustomerPhoneMark, vobiztest.CustomerAddressMark,
	}
	all := strings.Join(marks, " ")
	answers := map[string]vobiztest.Answer{
		"good":      func(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(w, r) },
		"not JSON":  vobiztest.JSON(all),
		"cut":       vobiztest.JSON(fmt.Sprintf(`{"accounts":[{"auth_token":%q`, all)),
		"odd names": vobiztest.JSON(fmt.Sprintf(`{%q:[{%q:tru]}`, all, all)),
		"odd total": vobiztest.JSON(fmt.Sprintf(`{"items":[],"accounts":[],"total":%q}`, all)),
		"error": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("X-Request-Id", all)
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, `{"error":{"code":%q,"message":%q},"requestId":%q}`, all, all, all)
		},
		"redirect": vobiztest.Redirect("http://" + vobiztest.CustomerEmailMark + "@" + strings.ReplaceAll(all, " ", "")),
		"not HTTP": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			fmt.Fprintf(conn, "%s\r\n%s\r\n\r\n", all, all)
			_ = conn.Close()
		},
		"bad header": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\n%s\r\n\r\n", all)
			_ = conn.Close()
		},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			inv := vobiztest.Generate(vobiztest.GenerateOptions{Seed: 3, Customers: 40, Numbers: 300, Now: time.Now(), Messy: true})
			api := vobiztest.NewServer(inv, vobiztest.Options{})
			api.Inject(vobiztest.Fault{Handler: answer})
			flags := against(t, partnerAPI(t, api), "--vobiz.max-retries=0", "--log.level=debug", "--inventory.min-refresh-interval=0s")
			e := start(t, flags...)
			var said strings.Builder
			for _, command := range [][]string{{"check"}, {"check", "--output=json"}, {"check", "--output=csv"}, {"check-config"}} {
				fmt.Fprintln(&said, run(t.Context(), append(command, flags...), &said, &said))
			}
			for _, path := range []string{"/metrics", "/metrics", "/", "/-/ready"} {
				_, body := e.get(path)
				said.WriteString(body)
			}
			e.stop()
			err := <-e.done
			e.done <- nil
			fmt.Fprintln(&said, err, e.log)
			for _, mark := range marks {
				if strings.Contains(said.String(), mark) {
					t.Errorf("%q shows in:\n%s", mark, said.String())
				}
			}
			if api.Count("") == 0 || (name != "good" && !strings.Contains(e.log.String(), "reading the API fails")) {
				t.Errorf("the answer was never met:\n%s", e.log)
			}
		})
	}
}

// TestTLSToTheAPI: a server whose certificate is not trusted, or that speaks an old
// TLS, hears nothing.
func TestTLSToTheAPI(t *testing.T) {
	for name, c := range map[string]struct {
		trusted bool
		version uint16
		good    bool
	}{
		"not trusted":           {false, tls.VersionTLS13, false},
		"trusted":               {true, tls.VersionTLS13, true},
		"trusted, TLS 1.2":      {true, tls.VersionTLS12, true},
		"trusted, of TLS below": {true, tls.VersionTLS11, false},
	} {
		t.Run(name, func(t *testing.T) {
			api := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
			server := httptest.NewUnstartedServer(api)
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: c.version}
			server.StartTLS()
			t.Cleanup(server.Close)
			args := against(t, server.URL, "--vobiz.max-retries=0")
			if c.trusted {
				ca := filepath.Join(t.TempDir(), "ca.pem")
				block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
				if err := os.WriteFile(ca, block, 0o600); err != nil {
					t.Fatal(err)
				}
				args = append(args, "--vobiz.ca-file="+ca)
			}
			up := start(t, args...).pull("30")[`vobiz_up{endpoint="numbers"}`] == 1
			if heard := api.Count("") > 0; up != c.good || heard != c.good {
				t.Errorf("up: %t, heard of: %t, want %t", up, heard, c.good)
			}
		})
	}
}

// TestTokenFileIsFollowed: a new token is used from the next request on, however
// the file is replaced, and a file that is of no use changes nothing.
func TestTokenFileIsFollowed(t *testing.T) {
	api := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("token", vobiztest.DefaultAuthToken)
	e := start(t, "--vobiz.base-url="+partnerAPI(t, api), "--vobiz.auth-id="+vobiztest.DefaultAuthID,
		"--vobiz.auth-token-file="+token, "--inventory.min-refresh-interval=0s", "--vobiz.rate-limit=1e6")
	up := func() float64 { return e.pull("30")[`vobiz_up{endpoint="numbers"}`] }
	if up() != 1 {
		t.Fatal("the first token was not taken")
	}
	write("token", "\n")
	if up() != 1 {
		t.Error("an empty file lost the token")
	}
	e.log.find(t, "level=warn .*auth token file is of no use; the last token is kept.*empty")

	api.SetCredentials(vobiztest.DefaultAuthID, "second")
	if err := os.Rename(write("next", "second\n"), token); err != nil {
		t.Fatal(err)
	}
	if up() != 1 {
		t.Error("the token that was moved in place was not taken")
	}
	e.log.find(t, "auth token file read again.*changed=true")

	api.SetCredentials(vobiztest.DefaultAuthID, "third")
	if got := e.pull("30"); got[`vobiz_up{endpoint="numbers"}`] != 0 || got[`vobiz_api_credentials_rejected{endpoint="numbers"}`] != 1 {
		t.Error("a token that is no longer good is not told")
	}
	write("token", "third")
	if got := e.pull("30"); got[`vobiz_up{endpoint="numbers"}`] != 1 || got[`vobiz_api_credentials_rejected{endpoint="numbers"}`] != 0 {
		t.Error("the third token was not taken")
	}
}
