package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// laid is a folder of the same files each time, with modes and times as given.
func laid(t *testing.T, names []string, mode os.FileMode, modified time.Time) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "thing-1.0.0")
	for _, name := range names {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700|mode); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Repeat(name, 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
		if name == "run" {
			mode |= 0o100
		}
		if err := errors.Join(os.Chmod(path, mode), os.Chtimes(path, modified, modified)); err != nil {
			t.Fatal(err)
		}
		mode &^= 0o100
	}
	return folder
}

func packed(t *testing.T, suffix, folder string) []byte {
	t.Helper()
	archive := filepath.Join(t.TempDir(), "x"+suffix)
	if err := run([]string{archive, folder, "1700000000"}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestSameBytes(t *testing.T) {
	for _, suffix := range []string{".tar.gz", ".zip"} {
		one := packed(t, suffix, laid(t, []string{"run", "a/b", "a.txt"}, 0o644, time.Now()))
		other := packed(t, suffix, laid(t, []string{"a.txt", "a/b", "run"}, 0o600, time.Unix(1, 0)))
		if !bytes.Equal(one, other) {
			t.Errorf("%s: two archives of the same files differ", suffix)
		}
	}
}

// What is packed is there again, under the folder's name, with its mode.
func TestContents(t *testing.T) {
	folder := laid(t, []string{"run", "a/b", "a.txt"}, 0o600, time.Now())
	want := []string{
		"thing-1.0.0/ drwxr-xr-x", "thing-1.0.0/a/ drwxr-xr-x", "thing-1.0.0/a/b -rw-r--r--",
		"thing-1.0.0/a.txt -rw-r--r--", "thing-1.0.0/run -rwxr-xr-x",
	}
	for suffix, list := range map[string]func(*testing.T, []byte) []string{".tar.gz": listTar, ".zip": listZip} {
		if got := list(t, packed(t, suffix, folder)); !slices.Equal(got, want) {
			t.Errorf("%s holds\n%q, want\n%q", suffix, got, want)
		}
	}
}

func check(t *testing.T, name string, r io.Reader) {
	t.Helper()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat(strings.TrimPrefix(name, "thing-1.0.0/"), 1000); string(text) != want {
		t.Errorf("%s holds %.20q…", name, text)
	}
}

func listTar(t *testing.T, data []byte) (entries []string) {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(r); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return entries
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Typeflag == tar.TypeReg {
			check(t, header.Name, archive)
		}
		entries = append(entries, header.Name+" "+header.FileInfo().Mode().String())
	}
}

func listZip(t *testing.T, data []byte) (entries []string) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.File {
		if !file.Mode().IsDir() {
			r, err := file.Open()
			if err != nil {
				t.Fatal(err)
			}
			check(t, file.Name, r)
		}
		entries = append(entries, file.Name+" "+file.Mode().String())
	}
	return entries
}

func TestRefusals(t *testing.T) {
	folder := laid(t, []string{"a"}, 0o600, time.Now())
	if err := os.Symlink("a", filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(t.TempDir(), "x.zip")
	for want, args := range map[string][]string{
		"want ARCHIVE FOLDER":       {archive},
		"the time of the files":     {archive, folder, "now"},
		"neither in .tar.gz nor":    {"x.rar", folder, "0"},
		"no such file or directory": {archive, folder + "x", "0"},
		"link is neither a file":    {archive, folder, "0"},
	} {
		if err := run(args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", args, err, want)
		}
	}
}
