package e2e

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// stage carries out the few instructions that the Dockerfile consists of, without
// an engine. What the first stage says of its base image has to hold for this
// machine: Go, make, and certificate authorities where Debian has them.
type stage struct {
	folders map[string]string // of the stage, to where they are here
	workdir string            // of the stage
	args    []string          // NAME=value
	labels  map[string]string
	user    string
	start   []string
}

// given are the arguments of the build.
func given() map[string]string { return map[string]string{"VERSION": "v1.2.3", "REVISION": "0123abc"} }

// buildImage returns the last stage of the Dockerfile, whose root is a folder here.
func buildImage(t *testing.T) (last stage, root string) {
	t.Helper()
	text, err := os.ReadFile(dockerfile)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil || len(stages) != 2 {
		t.Fatalf("%d stages, %v", len(stages), err)
	}
	if base := stages[1].BaseName; base != "scratch" {
		t.Errorf("the image begins with %s", base)
	}
	build := stage{folders: map[string]string{"/src": t.TempDir(), "/etc/ssl/certs": "/etc/ssl/certs"}}
	build.carryOut(t, stages[0].Commands, stage{folders: map[string]string{"": buildContext(t)}})
	root = t.TempDir()
	last = stage{folders: map[string]string{"/": root}, workdir: "/"}
	last.carryOut(t, stages[1].Commands, build)
	return last, root
}

// buildContext is what of a clone .dockerignore lets the builder see.
func buildContext(t *testing.T) string {
	t.Helper()
	dir := clone(t)
	file, err := os.Open(dir + "/.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	patterns, err := ignorefile.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, _ := filepath.Rel(dir, name)
		if out, err := ignored.MatchesOrParentMatches(relative); err != nil || !out {
			return err
		}
		return os.Remove(name)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// carryOut takes what is copied from a stage or, for the first, from the context.
func (s *stage) carryOut(t *testing.T, commands []instructions.Command, from stage) {
	t.Helper()
	for _, command := range commands {
		switch c := command.(type) {
		case *instructions.WorkdirCommand:
			s.workdir = c.Path
		case *instructions.ArgCommand:
			for _, arg := range c.Args {
				value := arg.ValueString()
				if v, ok := given()[arg.Key]; ok {
					value = v
				}
				s.args = append(s.args, arg.Key+"="+value)
			}
		case *instructions.CopyCommand:
			for _, source := range c.SourcePaths {
				copied := exec.Command("cp", "-rT", from.here(t, source), s.destination(t, source, c.DestPath))
				if out, err := copied.CombinedOutput(); err != nil {
					t.Fatalf("%s: %v\n%s", c, err, out)
				}
			}
		case *instructions.RunCommand:
			shell := exec.Command("sh", "-c", strings.Join(c.CmdLine, " "))
			shell.Dir, shell.Env = s.here(t, s.workdir), append(os.Environ(), s.args...)
			if out, err := shell.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", c, err, out)
			}
		case *instructions.LabelCommand:
			s.label(c.Labels)
		case *instructions.UserCommand:
			s.user = c.User
		case *instructions.EntrypointCommand:
			s.start = c.CmdLine
		case *instructions.ExposeCommand:
		default:
			t.Fatalf("nothing is known here of %s", c)
		}
	}
}

// destination is where a copy goes, here.
func (s *stage) destination(t *testing.T, source, to string) string {
	t.Helper()
	into := strings.HasSuffix(to, "/") // a folder, which keeps the file's name
	if !path.IsAbs(to) {
		to = path.Join(s.workdir, to)
	}
	if into {
		to = path.Join(to, source)
	}
	here := s.here(t, to)
	if err := os.MkdirAll(filepath.Dir(here), 0o755); err != nil {
		t.Fatal(err)
	}
	return here
}

// here is where a path of the stage is on this machine.
func (s *stage) here(t *testing.T, name string) string {
	t.Helper()
	for folder, here := range s.folders {
		if rest, ok := strings.CutPrefix(name, folder); ok {
			return filepath.Join(here, rest)
		}
	}
	t.Fatalf("%s is in none of %v", name, s.folders)
	return ""
}

func (s *stage) label(pairs instructions.KeyValuePairs) {
	s.labels = map[string]string{}
	for _, pair := range pairs {
		value := strings.Trim(pair.Value, `"`)
		for _, arg := range s.args {
			name, v, _ := strings.Cut(arg, "=")
			value = strings.ReplaceAll(value, "$"+name, v)
		}
		s.labels[pair.Key] = value
	}
}
