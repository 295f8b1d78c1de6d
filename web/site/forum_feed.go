package site

import (
	"encoding/xml"
	"time"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
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
}

type atomContent struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// ForumAreaFeed answers with an area's feed.
func (p *Pages) ForumAreaFeed(v *visit.Visit) error {
	feed, err := p.Forum.AreaFeed(v.Context(), civic.ID(v.Param("area")))
	if err != nil {
		return err
	}
	return sendFeed(v, feed)
}

// ForumThreadFeed answers with a discussion's feed.
func (p *Pages) ForumThreadFeed(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	feed, err := p.Forum.ThreadFeed(v.Context(), id)
	if err != nil {
		return err
	}
	return sendFeed(v, feed)
}

func sendFeed(v *visit.Visit, feed forum.Feed) error {
	f := v.Frame(feed.Title)
	page := v.Absolute(feed.Path)
	out := atomFeed{
		Lang: "it", ID: page, Title: feed.Title + " – " + f.Town.Name, Updated: stamp(feed.Updated), Author: atomAuthor{f.Town.Name},
		Links: []atomLink{{"self", "application/atom+xml", v.Absolute(v.Path())}, {"alternate", "text/html", page}},
	}
	for _, e := range feed.Entries {
		out.Entries = append(out.Entries, entryOf(v, f, e))
	}
	body, err := xml.MarshalIndent(out, "", " ")
	if err != nil {
		return err
	}
	return v.Feed("application/atom+xml; charset=utf-8", feed.Updated, append([]byte(xml.Header), body...))
}

func entryOf(v *visit.Visit, f ui.Frame, e forum.FeedEntry) atomEntry {
	link := v.Absolute(e.Path)
	text := string(e.HTML)
	if e.Hidden {
		text = f.T("forum.error.hidden")
	}
	return atomEntry{
		ID: link, Title: e.Title, Published: stamp(e.At), Updated: stamp(e.Updated), Link: atomLink{"alternate", "text/html", link},
		Author: atomAuthor{signed(f, e.Author)}, Content: atomContent{"html", text},
	}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
