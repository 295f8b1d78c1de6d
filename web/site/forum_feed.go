package site

import (
	"encoding/xml"
	"time"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// atomFeed is a feed as RFC 4287 writes it.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  atomAuthor  `xml:"author"`
	Entries []atomEntry `xml:"entry"`

	changed time.Time
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomEntry struct {
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Published string      `xml:"published"`
	Updated   string      `xml:"updated"`
	Link      atomLink    `xml:"link"`
	Author    atomAuthor  `xml:"author"`
	Content   atomContent `xml:"content"`

	at time.Time // when it changed
}

type atomContent struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// newFeed returns an empty feed. name says what it is a feed of, whatever its title and the site's address are one day; page is the
// page that shows the same.
func newFeed(r *page.Request, title, name, view string) *atomFeed {
	return &atomFeed{
		Lang: string(r.Lang), ID: r.URN("feed/" + name), Title: title, Author: atomAuthor{title},
		Links: []atomLink{{"self", "application/atom+xml", r.Absolute(r.Path())}, {"alternate", "text/html", r.Absolute(view)}},
	}
}

func (f *atomFeed) add(e atomEntry) {
	f.Entries = append(f.Entries, e)
	if e.at.After(f.changed) {
		f.changed = e.at
	}
}

func (f *atomFeed) send(r *page.Request) error {
	f.Updated = stamp(f.changed)
	body, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	return r.Feed("application/atom+xml; charset=utf-8", f.changed, append([]byte(xml.Header), body...))
}

// ForumFeed answers with the feed of the whole forum.
func (p *Pages) ForumFeed(r *page.Request) error {
	feed, err := p.Forum.Feed(r.Context())
	if err != nil {
		return err
	}
	feed.Title = r.T("forum.title")
	return sendFeed(r, feed)
}

// ForumAreaFeed answers with an area's feed.
func (p *Pages) ForumAreaFeed(r *page.Request) error {
	feed, err := p.Forum.AreaFeed(r.Context(), civic.ID(r.Param("area")))
	if err != nil {
		return err
	}
	return sendFeed(r, feed)
}

// ForumThreadFeed answers with a discussion's feed.
func (p *Pages) ForumThreadFeed(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	feed, err := p.Forum.ThreadFeed(r.Context(), id)
	if err != nil {
		return err
	}
	return sendFeed(r, feed)
}

func sendFeed(r *page.Request, feed forum.Feed) error {
	f := r.Frame(feed.Title)
	out := newFeed(r, feed.Title+" – "+f.Town.Name, feed.Name, feed.Path)
	out.Lang, out.Author, out.changed = "it", atomAuthor{f.Town.Name}, feed.Updated
	for _, e := range feed.Entries {
		out.add(entryOf(r, f, e))
	}
	return out.send(r)
}

func entryOf(r *page.Request, f ui.Frame, e forum.FeedEntry) atomEntry {
	text := string(e.HTML)
	if text == "" {
		text = f.T("forum.error.hidden")
	}
	return atomEntry{
		ID: r.URN("post/" + string(e.Post)), Title: e.Title, Published: stamp(e.At), Updated: stamp(e.Updated), at: e.Updated,
		Link: atomLink{"alternate", "text/html", r.Absolute(e.Path)}, Author: atomAuthor{signed(f, e.Author)}, Content: atomContent{"html", text},
	}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
