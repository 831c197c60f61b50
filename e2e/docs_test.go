package e2e

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// document is a page of the documentation.
type document struct {
	path   string // from the repository's root
	source []byte
	root   ast.Node
}

// root is where the repository is, from here.
const root = ".."

// documents are all pages, by their path.
func documents(t *testing.T) map[string]document {
	t.Helper()
	pages := map[string]document{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		hidden := entry != nil && entry.IsDir() && path != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "dist")
		if err != nil || hidden {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".md" || filepath.Base(filepath.Dir(path)) == "testdata" {
			return nil
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		source, err := os.ReadFile(path)
		pages[name] = parseDocument(name, source)
		return err
	})
	if err != nil || len(pages) < 20 {
		t.Fatalf("only %v are there: %v", slices.Collect(maps.Keys(pages)), err)
	}
	return pages
}

func parseDocument(path string, source []byte) document {
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	return document{path, source, markdown.Parser().Parse(text.NewReader(source))}
}

// each visits all nodes of a type.
func each[T ast.Node](d document, visit func(T)) {
	_ = ast.Walk(d.root, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if wanted, ok := node.(T); ok && entering {
			visit(wanted)
		}
		return ast.WalkContinue, nil
	})
}

// plain is the text of a node, without its marks.
func (d document) plain(node ast.Node) string {
	var words strings.Builder
	_ = ast.Walk(node, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if word, ok := n.(*ast.Text); ok && entering {
			words.Write(word.Value(d.source))
		}
		return ast.WalkContinue, nil
	})
	return words.String()
}

// spans are the texts set as code within a line.
func (d document) spans() (spans []string) {
	each(d, func(span *ast.CodeSpan) { spans = append(spans, d.plain(span)) })
	return spans
}

// block is a text set as code on lines of its own.
type block struct {
	language string // as its fence says; empty for an indented one
	text     string
	note     string // the comment right above it, which readers do not see
}

func (d document) blocks() (blocks []block) {
	add := func(node ast.Node, language string) {
		b := block{language: language, text: string(node.Lines().Value(d.source))}
		if above, ok := node.PreviousSibling().(*ast.HTMLBlock); ok {
			b.note = strings.TrimSpace(string(above.Lines().Value(d.source)))
		}
		blocks = append(blocks, b)
	}
	each(d, func(node *ast.FencedCodeBlock) { add(node, string(node.Language(d.source))) })
	each(d, func(node *ast.CodeBlock) { add(node, "") })
	return blocks
}

// table is the rows of the table with the heading given, a map each.
func (d document) table(t *testing.T, heading ...string) (rows []map[string]string) {
	t.Helper()
	each(d, func(table *east.Table) {
		var cells [][]string
		for row := table.FirstChild(); row != nil; row = row.NextSibling() {
			var texts []string
			for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
				texts = append(texts, d.plain(cell))
			}
			cells = append(cells, texts)
		}
		if !slices.Equal(cells[0], heading) {
			return
		}
		for _, texts := range cells[1:] {
			row := map[string]string{}
			for i, name := range heading {
				row[name] = texts[i]
			}
			rows = append(rows, row)
		}
	})
	if len(rows) == 0 {
		t.Fatalf("%s has no table of %v", d.path, heading)
	}
	return rows
}
