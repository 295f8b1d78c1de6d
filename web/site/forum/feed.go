package forum

import (
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/site/siteui"
	"ascolto/web/ui"
)

// forumFeed answers with the feed of the whole forum.
func (p *Pages) forumFeed(r *page.Request) error {
	feed, err := p.Forum.Feed(r.Context())
	if err != nil {
		return err
	}
	feed.Title = r.T("forum.title")
	return sendFeed(r, feed)
}

// forumAreaFeed answers with an area's feed.
func (p *Pages) forumAreaFeed(r *page.Request) error {
	feed, err := p.Forum.AreaFeed(r.Context(), civic.ID(r.Param("area")))
	if err != nil {
		return err
	}
	return sendFeed(r, feed)
}

// forumThreadFeed answers with a discussion's feed.
func (p *Pages) forumThreadFeed(r *page.Request) error {
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
	feed.Title = r.L.Kept(feed.Title, "forum.thread.taken")
	f := r.Frame(feed.Title)
	out := siteui.NewFeed(r, feed.Title+" – "+f.Town.Name, feed.Name, feed.Path)
	out.Lang, out.Author, out.Changed = "it", siteui.Author{Name: f.Town.Name}, feed.Updated
	for _, e := range feed.Entries {
		out.Add(entryOf(r, f, e))
	}
	return out.Send(r)
}

func entryOf(r *page.Request, f ui.Frame, e forum.FeedEntry) siteui.Entry {
	text := string(e.HTML)
	if text == "" {
		text = f.T("forum.error.hidden")
	}
	return siteui.Entry{
		ID: r.URN("post/" + string(e.Post)), Title: f.L.Kept(e.Title, "forum.thread.taken"),
		Published: siteui.Stamp(e.At),
		Updated:   siteui.Stamp(e.Updated), At: e.Updated,
		Link:    siteui.Link{Rel: "alternate", Type: "text/html", Href: r.Absolute(e.Path)},
		Author:  siteui.Author{Name: siteui.Signed(f, e.Author)},
		Content: siteui.Content{Type: "html", Text: text},
	}
}
