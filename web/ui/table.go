package ui

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// labelled shows its children, the rows of a table, with the heading of its column written on every cell: on
// a narrow screen a row stands as a block of its own, and the headings are out of sight.
func labelled(headings []string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var rows bytes.Buffer
		if err := templ.GetChildren(ctx).Render(templ.ClearChildren(ctx), &rows); err != nil {
			return err
		}
		nodes, err := html.ParseFragment(&rows,
			&html.Node{Type: html.ElementNode, Data: "tbody", DataAtom: atom.Tbody})
		if err != nil {
			return err
		}
		for _, n := range nodes {
			if n.DataAtom == atom.Tr {
				labelRow(n, headings)
			}
			if err := html.Render(w, n); err != nil {
				return err
			}
		}
		return nil
	})
}

func labelRow(row *html.Node, headings []string) {
	column := 0
	for cell := range row.ChildNodes() {
		switch cell.DataAtom {
		case atom.Th:
		case atom.Td:
			if column < len(headings) {
				setAttr(cell, "data-label", headings[column])
			}
			if bare(cell) {
				setAttr(cell, "data-bare", "")
			}
		default:
			continue
		}
		column += span(cell)
	}
}

// bare reports whether a cell shows nothing.
func bare(cell *html.Node) bool {
	for n := range cell.Descendants() {
		if n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" {
			return false
		}
		if slices.Contains([]atom.Atom{atom.Input, atom.Button, atom.Select, atom.Svg, atom.Img},
			n.DataAtom) {
			return false
		}
	}
	return true
}

// span returns over how many columns a cell reaches.
func span(cell *html.Node) int {
	for _, a := range cell.Attr {
		if n, err := strconv.Atoi(a.Val); a.Key == "colspan" && err == nil && n > 1 {
			return n
		}
	}
	return 1
}

func setAttr(n *html.Node, key, value string) {
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
}
