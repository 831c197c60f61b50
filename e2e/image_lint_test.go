package e2e

import (
	"context"
	"os"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/opencontainers/go-digest"
)

const dockerfile = "../Dockerfile"

// anyImage stands for every base image: what is in them is not looked at.
type anyImage struct{}

func (anyImage) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	return ref, "", []byte(`{"architecture":"amd64","os":"linux","config":{}}`), nil
}

// lintDockerfile is what `docker build --check` complains of.
func lintDockerfile(t *testing.T, text []byte) (complaints []string) {
	t.Helper()
	source := llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", text)
	source.Definition = &llb.Definition{}
	results, err := dockerfile2llb.DockerfileLint(t.Context(), text, dockerfile2llb.ConvertOpt{
		MetaResolver: anyImage{}, SourceMap: source,
	})
	if err != nil {
		t.Fatal(err)
	}
	if results.Error != nil {
		complaints = append(complaints, results.Error.Message)
	}
	for _, w := range results.Warnings {
		complaints = append(complaints, w.RuleName+": "+w.Detail)
	}
	return complaints
}

func TestDockerfileLint(t *testing.T) {
	text, err := os.ReadFile(dockerfile)
	if err != nil {
		t.Fatal(err)
	}
	if complaints := lintDockerfile(t, text); len(complaints) > 0 {
		t.Error(complaints)
	}
	for wrong, want := range map[string]int{
		"FROM scratch as build\nENTRYPOINT /x": 2,
		"FROM scratch\nENV API_TOKEN=x":        1,
		"FROM scratch\nWORKDIR $HOME/x":        1,
	} {
		if complaints := lintDockerfile(t, []byte(wrong)); len(complaints) != want {
			t.Errorf("%q: %v", wrong, complaints)
		}
	}
}
