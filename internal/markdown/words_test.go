package markdown

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"
)

// scraps is what people write, and what has a meaning in Markdown, HTML or both.
var scraps = strings.Split("Orari|lun 9-12|mar 9-12|chiuso|perché|Città|è|l'Ufficio|n° 12|€ 3,50|2026|secondo|07|via D'Azeglio 5/b|Sant'Ànna|caffè|più"+
	"|[|]|(|)|[Ufficio]: |[Ufficio]|[Ufficio](|](|![|]: |[x]: <|<|>|<!-- |-->|<b>|</b>|<br>|<?php|<![CDATA[|]]>|<script>|&|&amp;|&nbsp;|&#8203;|&copy|&egrave;"+
	"|*|**|_|__|~|~~|`|``|```|~~~|``` testo|#|## |=|===|---|- |* |+ |1. |2. |5) |9. |10. |007. |> |>> |    |\t|\\|\\*|\\[|\"|'|« |»|“|”|:|;|.|,|!|?|…|\\|"+
	"| a | b |:--:|^|{|}|{{|}}|$|%|@|a@b.it|urp@comune.example|https://comune.example/Città_di_Modena|http://a.it/x_y_z?q=1&copy=2|www.comune.example|https://|"+
	"//ok|javascript:x|(https://ok.example \"titolo\")|(https://ok.example)|(chiuso)|<https://ok.example>|<mailto:a@b.it>|\n|\n\n|\n    ", "|")

func scribble(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(25) {
		b.WriteString(scraps[r.IntN(len(scraps))])
		if r.IntN(3) > 0 {
			b.WriteByte(" \n"[r.IntN(5)/4])
		}
	}
	return strings.TrimSpace(b.String())
}

// wordsIn returns the runs of letters and digits of a text.
func wordsIn(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// shown returns what a reader of a page sees or can open: its text, the numbers of its lists, and where its links lead.
func shown(t *testing.T, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	show(&b, root)
	return b.String()
}

func show(b *strings.Builder, n *html.Node) {
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
	}
	apart := n.Type == html.ElementNode && slices.Contains([]string{"br", "p", "li", "ol", "a", "pre", "code"}, n.Data)
	if apart {
		b.WriteByte(' ')
	}
	if n.Data == "li" && n.Parent.Data == "ol" {
		b.WriteString(ordinal(n) + " ")
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		show(b, c)
	}
	if apart {
		b.WriteByte(' ')
	}
	for _, a := range n.Attr {
		if n.Data == "a" && a.Key == "href" {
			b.WriteString(unescaped(a.Val) + " ")
		}
	}
}

// missing returns the words of source that do not stand in seen, in their order.
func missing(source, seen string) []string {
	have := map[string]int{}
	for _, w := range wordsIn(seen) {
		have[w]++
	}
	var lost []string
	for _, w := range wordsIn(source) {
		if have[w] == 0 {
			lost = append(lost, w)
		}
		have[w]--
	}
	return lost
}

// Whatever people write, every word of it is on the page, in the mail, in its text part and in the index.
func TestEveryWordIsShown(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2026, 11))
	for i := range 10_000 {
		source := scribble(r)
		for name, e := range map[string]*Engine{"post": Posts(), "letter": Letters()} {
			if (name == "post") != (i%2 == 0) {
				continue
			}
			d := e.Parse(source)
			for part, seen := range map[string]string{"page": shown(t, string(d.HTML())), "text": d.Text(), "plain": shown(t, string(Plain(source)))} {
				if lost := missing(source, seen); len(lost) > 0 {
					t.Fatalf("text %d as %s: %s lacks %q\n%q\n%q", i, name, part, lost, source, seen)
				}
			}
			if lost := missing(source, d.Words()+" "+strings.Join(d.Targets(), " ")); len(lost) > 0 {
				t.Fatalf("text %d as %s: the words lack %q\n%q", i, name, lost, source)
			}
			if strings.TrimSpace(source) != "" && len(wordsIn(source)) > 0 && d.IsEmpty() {
				t.Fatalf("%q is empty", source)
			}
		}
	}
}

// A campaign of nested list marks once took 14 seconds.
func TestHostileLettersAreFast(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{"- ", "> ", "1. ", "> - ", "*a_", "[", "[a](", "![", "a@", "a.", "`", "_a ", "- \n", "* a\n  ", "www.", "http://a.a/("} {
		source := strings.Repeat(piece, 50_000/len(piece))
		begin := time.Now()
		checkHarmlessLetter(t, string(Letters().HTML(source)))
		if took := time.Since(begin); took > 2*TimeLimit {
			t.Errorf("%q repeated took %v", piece, took)
		}
	}
}

// What takes longer than it may is shown as it was typed, with its breaks and its links.
func TestATextThatTakesTooLongIsShownAsTyped(t *testing.T) {
	t.Parallel()
	e := *Posts()
	e.limit = -time.Second
	d := e.Parse("*uno*\n<b>due</b> https://ok.example/è.")
	want := "<p>*uno*<br>\n&lt;b&gt;due&lt;/b&gt; <a href=\"https://ok.example/%C3%A8\" rel=\"nofollow ugc noopener\">https://ok.example/è</a>.</p>\n"
	if got := string(d.HTML()); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if d.Words() != "*uno* <b>due</b> https://ok.example/è." || d.Text() == "" || d.IsEmpty() {
		t.Errorf("words %q, text %q", d.Words(), d.Text())
	}
}

func unescaped(address string) string {
	if s, err := url.PathUnescape(address); err == nil {
		return s
	}
	return address
}

// ordinal returns the number that a browser shows before a list item.
func ordinal(li *html.Node) string {
	number := 1
	for _, a := range li.Parent.Attr {
		if a.Key == "start" {
			number, _ = strconv.Atoi(a.Val)
		}
	}
	for n := li.Parent.FirstChild; n != nil; n = n.NextSibling {
		for _, a := range n.Attr {
			if a.Key == "value" {
				number, _ = strconv.Atoi(a.Val)
			}
		}
		if n == li {
			break
		}
		if n.Data == "li" {
			number++
		}
	}
	return strconv.Itoa(number)
}

func checkHarmlessLetter(t *testing.T, page string) {
	t.Helper()
	if strings.Count(page, "<ul>")+strings.Count(page, "<ol>")+strings.Count(page, "<blockquote>") > maxNesting && !strings.Contains(page, "\n- ") &&
		strings.Count(page, "<li>") < 2*maxNesting {
		t.Errorf("%.200q nests too deep", page)
	}
}
