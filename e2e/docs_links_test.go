package e2e

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
)

// anchors are the names that links may lead to within a page.
func (d document) anchors() map[string]bool {
	found := map[string]bool{}
	each(d, func(heading *ast.Heading) {
		if id, ok := heading.AttributeString("id"); ok {
			found[string(id.([]byte))] = true
		}
	})
	return found
}

// links are the targets of all links and pictures.
func (d document) links() (targets []string) {
	each(d, func(link *ast.Link) { targets = append(targets, string(link.Destination)) })
	each(d, func(picture *ast.Image) { targets = append(targets, string(picture.Destination)) })
	each(d, func(link *ast.AutoLink) {
		if link.AutoLinkType == ast.AutoLinkURL {
			targets = append(targets, string(link.URL(d.source)))
		}
	})
	return targets
}

// badLink says what is wrong with a link of a page. What is beyond the repository
// is not asked for, only looked at.
func badLink(from document, target string, pages map[string]document) string {
	u, err := url.Parse(target)
	if err != nil {
		return err.Error()
	}
	if u.IsAbs() {
		local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1"
		if u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && local) {
			return ""
		}
		return "neither https nor of this machine"
	}
	to := from.path
	if u.Path != "" {
		to = path.Join(path.Dir(from.path), u.Path)
		if _, err := os.Stat(filepath.Join(root, to)); err != nil || strings.HasPrefix(to, "..") {
			return "leads nowhere"
		}
	}
	if u.Fragment == "" {
		return ""
	}
	if page, ok := pages[to]; !ok || !page.anchors()[u.Fragment] {
		return "there is no such heading"
	}
	return ""
}

func TestDocsLinks(t *testing.T) {
	pages := documents(t)
	led := map[string]bool{"README.md": true}
	for _, page := range pages {
		for _, target := range page.links() {
			if bad := badLink(page, target, pages); bad != "" {
				t.Errorf("%s: %s: %s", page.path, target, bad)
			}
			to := path.Join(path.Dir(page.path), strings.SplitN(target, "#", 2)[0])
			led[to], led[path.Join(to, "README.md")] = true, true
		}
	}
	for name := range pages {
		if !led[name] {
			t.Errorf("no link leads to %s", name)
		}
	}
}

// What TestDocsLinks is there to find, it finds.
func TestDocsLinksAreFollowed(t *testing.T) {
	pages := map[string]document{
		"README.md":     parseDocument("README.md", []byte("# A\n\n## What it tells: all\n")),
		"docs/other.md": parseDocument("docs/other.md", []byte("# B\n")),
	}
	for target, want := range map[string]string{
		"../README.md":                   "",
		"../README.md#what-it-tells-all": "",
		"../README.md#what-it-says":      "there is no such heading",
		"#b":                             "",
		"#a":                             "there is no such heading",
		"other2.md":                      "leads nowhere",
		"../../README.md":                "leads nowhere",
		"../main.go#L10":                 "there is no such heading",
		"https://example.com/x#y":        "",
		"http://example.com":             "neither https nor of this machine",
		"http://localhost:10420/":        "",
		"mailto:a@example.com":           "neither https nor of this machine",
	} {
		if got := badLink(pages["docs/other.md"], target, pages); got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
}
