// Package doctable keeps tables in the documentation equal to what the code says.
package doctable

import (
	"flag"
	"os"
	"strings"
	"testing"
)

// Check holds the part of a file between the comments <!-- name --> and
// <!-- /name --> against want. With the test flag -update it writes it instead.
func Check(t *testing.T, file, name, want string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), "<!-- "+name+" -->\n")
	got, after, closed := strings.Cut(rest, "<!-- /"+name+" -->\n")
	if !found || !closed {
		t.Fatalf("%s has no part %q", file, name)
	}
	if got == want {
		return
	}
	if update := flag.Lookup("update"); update == nil || update.Value.String() != "true" {
		t.Fatalf("the part %q of %s is out of date; go test -run %s -update writes it anew:\n%s", name, file, t.Name(), want)
	}
	text := before + "<!-- " + name + " -->\n" + want + "<!-- /" + name + " -->\n" + after
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
