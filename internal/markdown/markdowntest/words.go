// Package markdowntest makes texts as people write them, and finds the words of them that a rendering lost.
package markdowntest

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
)

// scraps is what people write, and what has a meaning in Markdown, HTML or both.
var scraps = strings.Split(
	"Orari|lun 9-12|mar 9-12|chiuso|perché|Città|è|l'Ufficio|n° 12|€ 3,50|2026|secondo|07|via D'Azeglio "+
		"5/b|Sant'Ànna|caffè|più"+
		"|[|]|(|)|[Ufficio]: |[Ufficio]|[Ufficio](|](|![|]: |[x]: <|<|>|<!-- "+
		"|-->|<b>|</b>|<br>|<?php|<![CDATA[|]]>|<script>|&|&amp;|&nbsp;|&#8203;|&copy|&egrave;"+
		"|*|**|_|__|~|~~|`|``|```|~~~|``` testo|#|## |=|===|---|- |* |+ |1. |2. |5) |9. |10. |007. |> |>> |    "+
		"|\t|\\|\\*|\\[|\"|'|« |»|“|”|:|;|.|,|!|?|…|\\|"+
		"| a | b |:--:|^|{|}|{{|}}|$|%|@|a@b.it|urp@comune.example|https://comune.example/Città_di_Modena|http://a.it/x_y_z?q=1&copy=2|www.comune.example|https://|"+
		"//ok|javascript:x|(https://ok.example "+
		"\"titolo\")|(https://ok.example)|(chiuso)|<https://ok.example>|<mailto:a@b.it>|\n|\n\n|\n    ", "|")

// Scribble returns a text of up to 25 scraps, as r has it.
func Scribble(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(25) {
		b.WriteString(scraps[r.IntN(len(scraps))])
		if r.IntN(3) > 0 {
			b.WriteByte(" \n"[r.IntN(5)/4])
		}
	}
	return strings.TrimSpace(b.String())
}

// Words returns the runs of letters and digits of a text.
func Words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Shown returns what a reader of a page or a mail sees or can open: its text, the numbers of its lists, and
// where its links lead.
func Shown(t testing.TB, page string) string {
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
	if n.Data == "head" && n.Type == html.ElementNode {
		return
	}
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
	}
	apart := n.Type == html.ElementNode &&
		slices.Contains([]string{"br", "p", "li", "ol", "a", "pre", "code"}, n.Data)
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

// Missing returns the words of source that do not stand in seen, in their order.
func Missing(source, seen string) []string {
	have := map[string]int{}
	for _, w := range Words(seen) {
		have[w]++
	}
	var lost []string
	for _, w := range Words(source) {
		if have[w] == 0 {
			lost = append(lost, w)
		}
		have[w]--
	}
	return lost
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
