package markdown

import (
	_ "embed"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"

	"ascolto/internal/civic"
)

//go:embed testdata/xss.txt
var xssCorpus string

// xssVectors returns the hostile texts of the corpus: one a line, ⏎ for a line break and ⇥ for a tab within
// it.
func xssVectors() []string {
	return strings.Split(strings.TrimSpace(strings.NewReplacer("⇥", "\t").Replace(xssCorpus)), "\n")
}

func vector(line string) string { return strings.ReplaceAll(line, "⏎", "\n") }

// checkHarmless fails when page holds anything but the elements and attributes a post may have.
func checkHarmless(t *testing.T, source, page string) {
	t.Helper()
	elements := []string{"html", "head", "body", "p", "br", "hr", "em", "strong", "del", "ul", "ol", "li",
		"blockquote", "pre", "code", "a"}
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
	case "ol start", "li value":
	case "a rel":
		if a.Val != PostRel {
			t.Errorf("%q: rel is %q", source, a.Val)
		}
	case "a href":
		u, err := url.Parse(a.Val)
		if err != nil || !slices.Contains([]string{"http", "https", "mailto", "tel"}, u.Scheme) {
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
	m := Posts()
	for _, line := range vectors {
		v := vector(line)
		for _, source := range []string{v, "testo " + v, "> " + v, "- " + v, "**" + v + "**",
			"[" + v + "](https://ok.example)", "[clic](" + v + ")"} {
			checkHarmless(t, source, string(m.HTML(source)))
		}
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	const rel = ` rel="nofollow ugc noopener"`
	tests := []struct{ name, source, want string }{
		{"paragraphs and breaks", "Perché?\nPerò no.\n\nCosì.",
			"<p>Perché?<br>\nPerò no.</p>\n<p>Così.</p>\n"},
		{"emphasis", "*lento* **forte** ~~tolto~~",
			"<p><em>lento</em> <strong>forte</strong> <del>tolto</del></p>\n"},
		{"list", "- uno\n- due", "<ul>\n<li>uno</li>\n<li>due</li>\n</ul>\n"},
		{"numbered list", "3. tre\n4. quattro", "<ol start=\"3\">\n<li>tre</li>\n<li>quattro</li>\n</ol>\n"},
		{"quotation", "> detto", "<blockquote>\n<p>detto</p>\n</blockquote>\n"},
		{"link", "[sito](https://ok.example/a?b=1&c=2)", `<p><a href="https://ok.example/a?b=1&amp;c=2"` +
			rel + ">sito</a></p>\n"},
		{"bare address", "https://ok.example/a", `<p><a href="https://ok.example/a"` + rel +
			">https://ok.example/a</a></p>\n"},
		{"mail address", "urp@comune.example", `<p><a href="mailto:urp@comune.example"` + rel +
			">urp@comune.example</a></p>\n"},
		{"a link that may not be followed is what was typed", "[qui](javascript:x) e [Ufficio](chiuso)",
			"<p>[qui](javascript:x) e [Ufficio](chiuso)</p>\n"},
		{"an image is a link to it", "![la buca](https://altro.example/b.jpg)",
			`<p><a href="https://altro.example/b.jpg"` + rel + ">la buca</a></p>\n"},
		{"headings are text", "# Titolo\n\nTitolo\n===", "<p># Titolo</p>\n<p>Titolo<br>\n===</p>\n"},
		{"tags are text", "a <b>b</b> & c < d", "<p>a &lt;b&gt;b&lt;/b&gt; &amp; c &lt; d</p>\n"},
		{"code", "```\nx < y\n```", "<pre><code>x &lt; y\n</code></pre>\n"},
		{"a definition of a reference is text", "[Ufficio]: chiuso", "<p>[Ufficio]: chiuso</p>\n"},
		{"lines stay", "Orari:\nlun 9-12\nmar 9-12", "<p>Orari:<br>\nlun 9-12<br>\nmar 9-12</p>\n"},
		{"numbers stay", "2. secondo\n5. quinto\n9. nono",
			"<ol start=\"2\">\n<li>secondo</li>\n<li value=\"5\">quinto</li>\n<li value=\"9\">nono</li>\n</ol>\n"},
		{"agents are no list", "007. Bond\n\n1. uno\n02. due",
			"<p>007. Bond</p>\n<ol>\n<li>uno<br>\n02. due</li>\n</ol>\n"},
		{"an address with accents", "https://it.wikipedia.org/wiki/Città_di_Modena",
			`<p><a href="https://it.wikipedia.org/wiki/Citt%C3%A0_di_Modena"` + rel +
				">https://it.wikipedia.org/wiki/Città_di_Modena</a></p>\n"},
		{"an address within a sentence",
			"Vedi «www.comune.example/però»: (https://it.wikipedia.org/wiki/Modena_(Italia)).",
			`<p>Vedi «<a href="http://www.comune.example/per%C3%B2"` + rel +
				`>www.comune.example/però</a>»: (<a href="https://it.wikipedia.org/wiki/Modena_(Italia)"` +
				rel + ">https://it.wikipedia.org/wiki/Modena_(Italia)</a>).</p>\n"},
		{"an address among a link's words", "[https://ok.example](https://altro.example)",
			`<p><a href="https://altro.example"` + rel + ">https://ok.example</a></p>\n"},
		{"mail addresses", "scrivi a mario_rossi@ok.example, o.b@ok.example.",
			`<p>scrivi a <a href="mailto:mario_rossi@ok.example"` + rel +
				`>mario_rossi@ok.example</a>, <a href="mailto:o.b@ok.example"` + rel +
				">o.b@ok.example</a>.</p>\n"},
		{"a title is no place to hide words", `[qui](https://ok.example "chiuso")`,
			`<p>[qui](<a href="https://ok.example"` + rel + `>https://ok.example</a> &#34;chiuso&#34;)</p>` +
				"\n"},
		{"a link needs words", "[](https://ok.example)", `<p>[](<a href="https://ok.example"` + rel +
			">https://ok.example</a>)</p>\n"},
		{"entities are text", "&nbsp;&#8203;AT&amp;T", "<p>&amp;nbsp;&amp;#8203;AT&amp;amp;T</p>\n"},
		{"comments are text", "<!-- vero -->", "<p>&lt;!-- vero --&gt;</p>\n"},
		{"a product is no emphasis", "2*3*4 e 10~20~30", "<p>2*3*4 e 10~20~30</p>\n"},
		{"what stands behind a fence", "``` prezzo\n5\n```", "<pre><code>prezzo\n5\n</code></pre>\n"},
		{"code keeps lines", "`uno\ndue`", "<p><code>uno<br>\ndue</code></p>\n"},
		{"a telephone number", "[chiama](tel:+39059203211)", `<p><a href="tel:+39059203211"` + rel +
			">chiama</a></p>\n"},
		{"an indented line is no code", "uno\n\n    due", "<p>uno</p>\n<p>due</p>\n"},
	}
	m := Posts()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := string(m.HTML(tt.source)); got != tt.want {
				t.Errorf("HTML(%q)\n got %q\nwant %q", tt.source, got, tt.want)
			}
		})
	}
}

// Letters keep lines, numbers and addresses as posts do; only what a search engine is told of links differs.
func TestLettersKeepWhatPostsKeep(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ source, html, text string }{
		"lines stay": {
			"Orari:\nlun 9-12\nmar 9-12", "<p>Orari:<br>\nlun 9-12<br>\nmar 9-12</p>\n",
			"Orari:\nlun 9-12\nmar 9-12",
		},
		"numbers stay": {
			"2. secondo\n5. quinto\n9. nono",
			"<ol start=\"2\">\n<li>secondo</li>\n<li value=\"5\">quinto</li>\n<li value=\"9\">nono</li>\n</ol>\n",
			"2. secondo\n5. quinto\n9. nono",
		},
		"an address with accents": {
			"https://it.wikipedia.org/wiki/Città_di_Modena",
			`<p><a href="https://it.wikipedia.org/wiki/Citt%C3%A0_di_Modena">https://it.wikipedia.org/wiki/Città_di_Modena</a></p>` + "\n",
			"https://it.wikipedia.org/wiki/Città_di_Modena",
		},
	} {
		d := Letters().Parse(tt.source)
		if got := string(d.HTML()); got != tt.html {
			t.Errorf("%s: HTML\n got %q\nwant %q", name, got, tt.html)
		}
		if got := strings.TrimSpace(d.Text()); got != tt.text {
			t.Errorf("%s: text\n got %q\nwant %q", name, got, tt.text)
		}
	}
}

func TestMarkdownText(t *testing.T) {
	t.Parallel()
	tests := []struct{ source, want string }{
		{"Il **marciapiede** è\nrotto.\n\n- uno\n- due", "Il marciapiede è rotto. uno due"},
		{"[Sito](https://ok.example/segreto) ![buca](x.jpg)", "Sito ![buca](x.jpg)"},
		{"caff&egrave; `codice` https://ok.example", "caff&egrave; codice https://ok.example"},
		{"```\nx = 1\n```", "x = 1"},
		{"", ""},
	}
	m := Posts()
	for _, tt := range tests {
		if got := m.Words(tt.source); got != tt.want {
			t.Errorf("Text(%q) = %q, want %q", tt.source, got, tt.want)
		}
	}
}

// Ten thousand quotation marks once made ten thousand nested elements, and every reader's browser paid for
// them.
func TestMarkdownOfHostileShape(t *testing.T) {
	t.Parallel()
	m := Posts()
	for _, piece := range []string{">", "> ", "- ", "*", "_", "[", "![", "](", "`", "~", "**a", "1. ", "<",
		"&", "\\", "[a](", "*a_", "www.", "http://a.a/("} {
		source := strings.Repeat(piece, 10_000/len(piece))
		begin := time.Now()
		page := string(m.HTML(source))
		checkHarmless(t, piece, page)
		if strings.Count(page, "<blockquote>") > maxDepth || strings.Count(page, "<ul>") > maxDepth {
			t.Errorf("%q repeated nests deeper than %d", piece, maxDepth)
		}
		t.Logf("%-10q %8v %d bytes", piece, time.Since(begin).Round(time.Millisecond), len(page))
	}
}

// TestLinksThatAreNeverClosed: however many there are, they are looked for within a bound, the link among
// them is one, and no word is lost.
func TestLinksThatAreNeverClosed(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{"[a](b", "![a](b", "[a](<b", `[a](b "c`} {
		source := "[sito](https://x.example) " + strings.Repeat(piece, 48_000/len(piece))
		pc := parser.NewContext()
		newParser(true).Parse(text.NewReader([]byte(source)), parser.WithContext(pc))
		if tried := hurry(pc).tried; tried > maxTried+len(source) {
			t.Errorf("%q repeated: %d bytes were gone through", piece, tried)
		}
		page := string(Letters().HTML(source))
		if !strings.Contains(page, `href="https://x.example"`) || strings.Count(page, "[a]") < 5000 {
			t.Errorf("%q repeated: %.300s", piece, page)
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, line := range xssVectors() {
		f.Add(vector(line))
	}
	f.Add("> - 1. *a* [b](https://c.example) ~~d~~ `e` &amp; f@g.example")
	m := Posts()
	f.Fuzz(func(t *testing.T, source string) {
		source, err := civic.CleanText(source, 10_000)
		if err != nil {
			return
		}
		page := string(m.HTML(source))
		checkHarmless(t, source, page)
		if again := string(m.HTML(source)); again != page {
			t.Errorf("two renderings of %q differ", source)
		}
		m.Words(source)
		Letters().HTML(source)
		Letters().Parse(source).Text()
	})
}
