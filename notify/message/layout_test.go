package message

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// What is written around a mail is words, whatever signs are in it: it opens no element, leads to no script.
func TestTheFrameIsOnlyWords(t *testing.T) {
	const hostile = `"'><script>alert(1)</script>&amp;`
	r := Frame{Sender: hostile, Footer: []Footnote{
		{Text: hostile, Label: hostile, Link: `https://x.example/?a="><b>&c=d`},
		{Text: "Fine", Label: "script", Link: "javascript:alert(1)"},
	}}.Render(`it"><b>`, hostile, "Testo", "<p>Testo</p>")
	root, err := html.Parse(strings.NewReader(r.HTML))
	if err != nil {
		t.Fatal(err)
	}
	elements, words, links := map[string]int{}, 0, []string{}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			elements[n.Data]++
			for _, a := range n.Attr {
				if a.Key == "href" {
					links = append(links, a.Val)
				}
			}
		}
		if n.Type == html.TextNode {
			words += strings.Count(n.Data, hostile)
		}
	}
	if elements["script"] != 0 || elements["b"] != 0 || elements["p"] != 4 {
		t.Errorf("elements: %v", elements)
	}
	if words != 4 { // the title, the sender, the line and its link
		t.Errorf("the words stand %d times as they are", words)
	}
	if len(links) != 1 || links[0] != `https://x.example/?a="><b>&c=d` {
		t.Errorf("links: %q", links)
	}
}
