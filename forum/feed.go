package forum

import (
	"context"
	"html/template"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Feed is what is new in an area or a discussion, the newest first, for readers that ask again and again.
type Feed struct {
	Title   string
	Path    string // the page it belongs to
	Updated time.Time
	Entries []FeedEntry
}

// FeedEntry is one discussion or post of a feed.
type FeedEntry struct {
	Title   string
	Path    string
	Author  string
	At      time.Time
	Updated time.Time
	HTML    template.HTML
	Hidden  bool // by a moderator: it has neither author nor text
}

// feedSize is how many entries a feed has.
const feedSize = 30

// AreaFeed returns the discussions of an area that were active last. It returns NotFound.
func (s *Service) AreaFeed(ctx context.Context, slug civic.ID) (Feed, error) {
	area, err := s.areas.get(ctx, slug)
	if err != nil {
		return Feed{}, err
	}
	page, err := s.threads.list(ctx, ThreadFilter{Area: area.ID, Page: civic.PageRequest{Size: feedSize}})
	if err != nil {
		return Feed{}, err
	}
	firsts, err := s.firstPosts(ctx, page.Items)
	if err != nil {
		return Feed{}, err
	}
	f := Feed{Title: area.Name, Path: area.Path(), Updated: area.UpdatedAt}
	for _, t := range page.Items {
		if p, ok := firsts[t.ID]; ok {
			f.add(s.entry(t, p), t.LastAt)
		}
	}
	return f, nil
}

// ThreadFeed returns the newest posts of a discussion that everybody sees. It returns NotFound, or Gone when it is hidden.
func (s *Service) ThreadFeed(ctx context.Context, id civic.ID) (Feed, error) {
	t, err := s.Thread(ctx, id)
	if err != nil {
		return Feed{}, err
	}
	page, err := s.posts.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("thread", id), docstore.Eq("hidden", false)}, Sort: []string{"-number"}, Limit: feedSize,
	})
	if err != nil {
		return Feed{}, err
	}
	f := Feed{Title: t.Title, Path: t.Path(), Updated: t.CreatedAt}
	for _, p := range page.Items {
		f.add(s.entry(t, p), p.CreatedAt)
	}
	return f, nil
}

// firstPosts returns the first posts of discussions, by discussion.
func (s *Service) firstPosts(ctx context.Context, threads []Thread) (map[civic.ID]Post, error) {
	ids := make([]civic.ID, len(threads))
	for i, t := range threads {
		ids[i] = firstPostID(t.ID)
	}
	page, err := s.posts.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.In("_id", ids...)}, Limit: feedSize})
	posts := map[civic.ID]Post{}
	for _, p := range page.Items {
		posts[p.Thread] = p
	}
	return posts, err
}

// entry returns a post as a feed shows it; a hidden one has neither text nor author.
func (s *Service) entry(t Thread, p Post) FeedEntry {
	e := FeedEntry{Title: t.Title, Path: p.Path(t), At: p.CreatedAt, Updated: p.EditedAt, Hidden: p.IsHidden}
	if !p.IsHidden {
		e.Author, e.HTML = p.signature(), s.markdown.HTML(p.Source)
	}
	return e
}

// add appends an entry that was last active at the given time.
func (f *Feed) add(e FeedEntry, active time.Time) {
	if active.After(e.Updated) {
		e.Updated = active
	}
	if e.Updated.After(f.Updated) {
		f.Updated = e.Updated
	}
	f.Entries = append(f.Entries, e)
}
