package forum

import (
	_ "embed"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

//go:embed testdata/xss.txt
var xssCorpus string

// xssVectors returns the hostile texts of the corpus: one a line, ⏎ for a line break and ⇥ for a tab within it.
func xssVectors() []string {
	return strings.Split(strings.TrimSpace(strings.NewReplacer("⇥", "\t").Replace(xssCorpus)), "\n")
}

func vector(line string) string { return strings.ReplaceAll(line, "⏎", "\n") }

// checkHarmless fails when page holds anything but the elements and attributes a post may have.
func checkHarmless(t *testing.T, source, page string) {
	t.Helper()
	elements := []string{"html", "head", "body", "p", "br", "hr", "em", "strong", "del", "ul", "ol", "li", "blockquote", "pre", "code", "a"}
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	for n := range root.Descendants() {
		if n.Type == html.CommentNode || n.Type == html.DoctypeNode {
			t.Errorf("%q: comment or doctype in %q", source, page)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(elements, n.Data) {
			t.Errorf("%q: element %s in %q", source, n.Data, page)
		}
		for _, a := range n.Attr {
			checkAttribute(t, source, n.Data, a)
		}
	}
}

func checkAttribute(t *testing.T, source, element string, a html.Attribute) {
	t.Helper()
	switch element + " " + a.Key {
	case "ol start":
	case "a rel":
		if a.Val != linkRel {
			t.Errorf("%q: rel is %q", source, a.Val)
		}
	case "a href":
		u, err := url.Parse(a.Val)
		if err != nil || !slices.Contains([]string{"http", "https", "mailto"}, u.Scheme) {
			t.Errorf("%q: link to %q", source, a.Val)
		}
	default:
		t.Errorf("%q: attribute %s of %s is %q", source, a.Key, element, a.Val)
	}
}

func TestMarkdownIsHarmless(t *testing.T) {
	t.Parallel()
	vectors := xssVectors()
	if len(vectors) < 100 {
		t.Fatalf("the corpus holds %d vectors, want at least 100", len(vectors))
	}
	m := NewMarkdown()
	for _, line := range vectors {
		v := vector(line)
		for _, source := range []string{v, "testo " + v, "> " + v, "- " + v, "**" + v + "**", "[" + v + "](https://ok.example)", "[clic](" + v + ")"} {
			checkHarmless(t, source, string(m.HTML(source)))
		}
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	const rel = ` rel="nofollow ugc noopener"`
	tests := []struct{ name, source, want string }{
		{"paragraphs and breaks", "Perché?\nPerò no.\n\nCosì.", "<p>Perché?<br>\nPerò no.</p>\n<p>Così.</p>\n"},
		{"emphasis", "*lento* **forte** ~~tolto~~", "<p><em>lento</em> <strong>forte</strong> <del>tolto</del></p>\n"},
		{"list", "- uno\n- due", "<ul>\n<li>uno</li>\n<li>due</li>\n</ul>\n"},
		{"numbered list", "3. tre\n4. quattro", "<ol start=\"3\">\n<li>tre</li>\n<li>quattro</li>\n</ol>\n"},
		{"quotation", "> detto", "<blockquote>\n<p>detto</p>\n</blockquote>\n"},
		{"link", "[sito](https://ok.example/a?b=1&c=2)", `<p><a href="https://ok.example/a?b=1&amp;c=2"` + rel + ">sito</a></p>\n"},
		{"bare address", "https://ok.example/a", `<p><a href="https://ok.example/a"` + rel + ">https://ok.example/a</a></p>\n"},
		{"mail address", "urp@comune.example", `<p><a href="mailto:urp@comune.example"` + rel + ">urp@comune.example</a></p>\n"},
		{"a link that may not be followed is its text", "[qui](javascript:x) e [là](/forum)", "<p>qui e là</p>\n"},
		{"an image is its description", "![la buca](https://altro.example/b.jpg)", "<p>la buca</p>\n"},
		{"headings are text", "# Titolo\n\nTitolo\n===", "<p># Titolo</p>\n<p>Titolo<br>\n===</p>\n"},
		{"tags are text", "a <b>b</b> & c < d", "<p>a &lt;b&gt;b&lt;/b&gt; &amp; c &lt; d</p>\n"},
		{"code", "```\nx < y\n```", "<pre><code>x &lt; y\n</code></pre>\n"},
		{"an indented line is no code", "uno\n\n    due", "<p>uno</p>\n<p>due</p>\n"},
	}
	m := NewMarkdown()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := string(m.HTML(tt.source)); got != tt.want {
				t.Errorf("HTML(%q)\n got %q\nwant %q", tt.source, got, tt.want)
			}
		})
	}
}

func TestMarkdownText(t *testing.T) {
	t.Parallel()
	tests := []struct{ source, want string }{
		{"Il **marciapiede** è\nrotto.\n\n- uno\n- due", "Il marciapiede è rotto. uno due"},
		{"[Sito](https://ok.example/segreto) ![buca](x.jpg)", "Sito buca"},
		{"caff&egrave; `codice` https://ok.example", "caffè codice https://ok.example"},
		{"```\nx = 1\n```", "x = 1"},
		{"", ""},
	}
	m := NewMarkdown()
	for _, tt := range tests {
		if got := m.Text(tt.source); got != tt.want {
			t.Errorf("Text(%q) = %q, want %q", tt.source, got, tt.want)
		}
	}
}

// Ten thousand quotation marks once made ten thousand nested elements, and every reader's browser paid for them.
func TestMarkdownOfHostileShape(t *testing.T) {
	t.Parallel()
	m := NewMarkdown()
	for _, piece := range []string{">", "> ", "- ", "*", "_", "[", "![", "](", "`", "~", "**a", "1. ", "<", "&", "\\", "[a](", "*a_", "www.", "http://a.a/("} {
		source := strings.Repeat(piece, MaxBody/len(piece))
		begin := time.Now()
		page := string(m.HTML(source))
		checkHarmless(t, piece, page)
		if strings.Count(page, "<blockquote>") > maxDepth || strings.Count(page, "<ul>") > maxDepth {
			t.Errorf("%q repeated nests deeper than %d", piece, maxDepth)
		}
		t.Logf("%-10q %8v %d bytes", piece, time.Since(begin).Round(time.Millisecond), len(page))
	}
}

func TestCleanSourceDropsDirectionOverrides(t *testing.T) {
	t.Parallel()
	got, err := cleanSource("  il sito\u202Egpj.exe\u2066\u200F è\r\nqui\x00 ", 100)
	if want := "il sitogpj.exe è\nqui"; err != nil || got != want {
		t.Errorf("cleanSource = %q, %v, want %q", got, err, want)
	}
	if _, err := cleanSource("x\xff", 100); err == nil {
		t.Error("bad UTF-8 was accepted")
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, line := range xssVectors() {
		f.Add(vector(line))
	}
	f.Add("> - 1. *a* [b](https://c.example) ~~d~~ `e` &amp; f@g.example")
	m := NewMarkdown()
	f.Fuzz(func(t *testing.T, source string) {
		source, err := cleanSource(source, MaxBody)
		if err != nil {
			return
		}
		page := string(m.HTML(source))
		checkHarmless(t, source, page)
		if again := string(m.HTML(source)); again != page {
			t.Errorf("two renderings of %q differ", source)
		}
		m.Text(source)
	})
}
