package e2e

import (
	"debug/elf"
	"encoding/pem"
	"io"
	"io/fs"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vobiz_exporter/vobiz/vobiztest"
)

// confined starts the image as a container engine does: the root is the image and
// read-only, the user is the image's.
func confined(t *testing.T, last stage, root string, args ...string) []string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("to confine a program takes root")
	}
	words := []string{
		machine(t, "unshare"), "--mount", "--propagation=private", "sh", "-euc",
		`root=$1 user=$2; shift 2; mount --bind "$root" "$root"; mount -o remount,bind,ro "$root"; exec chroot --userspec="$user" "$root" "$@"`,
		"sh", root, last.user,
	}
	return append(append(words, last.start...), args...)
}

// The image holds a static program and certificate authorities, and little else.
func TestImageHolds(t *testing.T) {
	last, root := buildImage(t)
	var holds []string
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			holds = append(holds, name)
		}
		return err
	})
	if want := []string{"LICENSE", "etc/ssl/certs/ca-certificates.crt", "vobiz_exporter"}; err != nil || !slices.Equal(holds, want) {
		t.Errorf("the image holds %v, %v", holds, err)
	}
	binary, err := elf.Open(root + "/vobiz_exporter")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = binary.Close() }()
	if libraries, err := binary.ImportedLibraries(); err != nil || len(libraries) > 0 || binary.Section(".interp") != nil {
		t.Errorf("the program is not static: %v, %v", libraries, err)
	}
	if user, group, _ := strings.Cut(last.user, ":"); strings.Trim(user+group, "0123456789") != "" || user == "0" || group == "" {
		t.Errorf("the user is %q, by name or root", last.user)
	}
	for label, want := range map[string]string{
		"version": given()["VERSION"], "revision": given()["REVISION"], "title": "vobiz_exporter",
	} {
		if got := last.labels["org.opencontainers.image."+label]; got != want {
			t.Errorf("the label %s is %q", label, got)
		}
	}
}

// The image works without a shell, a home, a right or a place to write.
func TestImageRuns(t *testing.T) {
	last, root := buildImage(t)
	words := confined(t, last, root, "--version")
	out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "version v1.2.3 (branch: HEAD, revision: 0123abc)") {
		t.Errorf("%v\n%s", err, out)
	}

	words = confined(t, last, root, "--demo", "--web.listen-address="+anyPort)
	p := start(t, nil, words[0], words[1:]...)
	p.Ready(t)
	status, err := os.ReadFile("/proc/" + strconv.Itoa(p.Process.Pid) + "/status")
	if user, _, _ := strings.Cut(last.user, ":"); err != nil || !strings.Contains(string(status), "\nUid:\t"+user+"\t"+user) {
		t.Errorf("the user is not %s: %v\n%s", user, err, status)
	}
}

// The image's program trusts the authorities in the image, and can write nowhere.
func TestImageTrustsAndCannotWrite(t *testing.T) {
	last, root := buildImage(t)
	server := httptest.NewUnstartedServer(vobiztest.NewServer(healthy(), vobiztest.Options{}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it is not trusted at first
	server.StartTLS()
	defer server.Close()
	try := func(args ...string) string {
		words := confined(t, last, root, append([]string{"check-config", "--vobiz.base-url=" + server.URL}, args...)...)
		command := exec.Command(words[0], words[1:]...)
		command.Env = append(os.Environ(), "VOBIZ_AUTH_ID="+vobiztest.DefaultAuthID, "VOBIZ_AUTH_TOKEN="+vobiztest.DefaultAuthToken)
		out, _ := command.CombinedOutput()
		return string(out)
	}
	if out := try("--inventory.state-file=/state"); !strings.Contains(out, "read-only file system") || !strings.Contains(out, "unknown authority") {
		t.Errorf("it could write, or trusts everybody:\n%s", out)
	}
	authorities, err := os.OpenFile(root+"/etc/ssl/certs/ca-certificates.crt", os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = authorities.Close() }()
	if err := pem.Encode(authorities, &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}); err != nil {
		t.Fatal(err)
	}
	if out := try(); !strings.Contains(out, "The configuration is good.") {
		t.Errorf("it does not trust an authority of the image:\n%s", out)
	}
}
