package message

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"html/template"
	"strings"
)

// layoutStyle is the one style sheet of our mails. It is fixed, so that a page that shows a mail can allow it
// by its hash.
const layoutStyle = `body{margin:0;background:#fff;color:#17324d;font:16px/1.5 Arial,Helvetica,sans-serif}` +
	`.page{max-width:38em;margin:0 auto;padding:24px 16px}` +
	`.sender{margin:0 0 24px;padding:0 0 12px;border-bottom:3px solid #0066cc;font-weight:bold}` +
	`h1{font-size:24px;line-height:1.3}h2{font-size:20px}h3,h4,h5,h6{font-size:17px}` +
	`a{color:#0059b3;text-decoration:underline}` +
	`blockquote{margin:16px 0;padding:0 0 0 16px;border-left:4px solid #c5c7c9}` +
	`pre{white-space:pre-wrap}` +
	`footer{margin:32px 0 0;padding:16px 0 0;border-top:1px solid #c5c7c9;font-size:14px;color:#435a70}`

// StyleHash returns the Content-Security-Policy source that allows the style sheet of our mails and
// nothing else.
func StyleHash() string {
	sum := sha256.Sum256([]byte(layoutStyle))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// page is what the layout shows: nothing in it is fetched from anywhere.
type page struct {
	Language string
	Subject  string
	Body     template.HTML // sanitized
	Frame
}

// Frame is what stands around every mail.
type Frame struct {
	Sender string // who signs it: "Comune di Modena"
	Footer []Footnote
}

// Footnote is a line below a mail, with an optional link at its end.
type Footnote struct{ Text, Label, Link string }

// html returns the mail as a document. What varies stands between elements or in quoted attributes only,
// where html.EscapeString is all that is needed; a template would take a third of the time of a whole mail.
func (p page) html() string {
	var b strings.Builder
	b.Grow(len(layoutStyle) + len(p.Body) + 2<<10)
	b.WriteString(`<!DOCTYPE html>
<html lang="` + html.EscapeString(p.Language) + `">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>` + html.EscapeString(p.Subject) + `</title>
<style>` + layoutStyle + `</style>
</head>
<body>
<div class="page">
<p class="sender">` + html.EscapeString(p.Sender) + `</p>
<main>
` + string(p.Body) + `
</main>
<footer>
`)
	for _, f := range p.Footer {
		b.WriteString("<p>" + html.EscapeString(f.Text))
		if f.leads() {
			b.WriteString(` <a href="` + html.EscapeString(f.Link) + `">` + html.EscapeString(f.Label) + "</a>")
		}
		b.WriteString("</p>\n")
	}
	b.WriteString("</footer>\n</div>\n</body>\n</html>\n")
	return b.String()
}

// leads tells whether the link goes to a page; nothing else is made a link, a script least of all.
func (f Footnote) leads() bool {
	return strings.HasPrefix(f.Link, "https://") || strings.HasPrefix(f.Link, "http://")
}

// text returns body with the footer below it, for people who read mail as text.
func (p page) text(body string) string {
	var b strings.Builder
	b.WriteString(strings.TrimRight(body, "\n") + "\n\n-- \n" + p.Sender + "\n")
	for _, f := range p.Footer {
		b.WriteString(f.Text)
		if f.Link != "" {
			b.WriteString(" " + f.Label + ": " + f.Link)
		}
		b.WriteString("\n")
	}
	return b.String()
}
