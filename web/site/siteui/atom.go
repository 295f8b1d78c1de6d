package siteui

import (
	"encoding/xml"
	"time"

	"ascolto/web/page"
)

// atomFeed is a feed as RFC 4287 writes it.
type atomFeed struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Links   []Link   `xml:"link"`
	Author  Author   `xml:"author"`
	Entries []Entry  `xml:"entry"`

	Changed time.Time `xml:"-"`
}

// Link leads to what a feed or an entry is about.
type Link struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

// Author is who wrote.
type Author struct {
	Name string `xml:"name"`
}

// Entry is one entry of a feed.
type Entry struct {
	ID        string  `xml:"id"`
	Title     string  `xml:"title"`
	Published string  `xml:"published"`
	Updated   string  `xml:"updated"`
	Link      Link    `xml:"link"`
	Author    Author  `xml:"author"`
	Content   Content `xml:"content"`

	At time.Time `xml:"-"` // when it changed
}

// Content is what an entry says.
type Content struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// NewFeed returns an empty feed. name says what it is a feed of, whatever its title and the site's address
// are one day; page is the page that shows the same.
func NewFeed(r *page.Request, title, name, view string) *atomFeed {
	return &atomFeed{
		Lang: string(r.Lang), ID: r.URN("feed/" + name), Title: title, Author: Author{title},
		Links: []Link{
			{"self", "application/atom+xml", r.Absolute(r.Path())},
			{"alternate", "text/html", r.Absolute(view)},
		},
	}
}

// Add adds an entry.
func (f *atomFeed) Add(e Entry) {
	f.Entries = append(f.Entries, e)
	if e.At.After(f.Changed) {
		f.Changed = e.At
	}
}

// Send answers with the feed.
func (f *atomFeed) Send(r *page.Request) error {
	f.Updated = Stamp(f.Changed)
	body, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	return r.Feed("application/atom+xml; charset=utf-8", f.Changed, append([]byte(xml.Header), body...))
}

// Stamp writes a time as feeds do.
func Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
