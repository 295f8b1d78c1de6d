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
	Name    string // of what it is a feed, for good: titles and paths change
	Title   string
	Path    string // the page it belongs to
	Updated time.Time
	Entries []FeedEntry
}

// FeedEntry is one discussion or post of a feed.
type FeedEntry struct {
	Post    civic.ID
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
	f := Feed{Name: "area/" + string(area.ID), Title: area.Name, Path: area.Path(), Updated: area.UpdatedAt}
	err = s.addActive(ctx, &f, ThreadFilter{Area: area.ID})
	return f, err
}

// Feed returns the discussions of the whole forum that were active last.
func (s *Service) Feed(ctx context.Context) (Feed, error) {
	f := Feed{Name: "forum", Path: "/forum"}
	err := s.addActive(ctx, &f, ThreadFilter{})
	return f, err
}

// addActive adds the discussions of a filter that were active last.
func (s *Service) addActive(ctx context.Context, f *Feed, filter ThreadFilter) error {
	filter.Page = civic.PageRequest{Size: feedSize}
	page, err := s.threads.list(ctx, filter)
	if err != nil {
		return err
	}
	firsts, err := s.firstPosts(ctx, page.Items)
	if err != nil {
		return err
	}
	for _, t := range page.Items {
		if p, ok := firsts[t.ID]; ok {
			f.add(s.entry(t, p), t.LastAt)
		}
	}
	return nil
}

// ThreadFeed returns the newest posts of a discussion that everybody sees. It returns NotFound, or Gone when
// it is hidden.
func (s *Service) ThreadFeed(ctx context.Context, id civic.ID) (Feed, error) {
	t, err := s.Thread(ctx, id)
	if err != nil {
		return Feed{}, err
	}
	page, err := s.posts.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("thread", id), docstore.Eq("hidden", false)},
		Sort:   []string{"-number"}, Limit: feedSize,
	})
	if err != nil {
		return Feed{}, err
	}
	f := Feed{Name: "thread/" + string(t.ID), Title: t.Title, Path: t.Path(), Updated: t.CreatedAt}
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
	page, err := s.posts.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.In("_id", ids...)},
		Limit: feedSize})
	posts := map[civic.ID]Post{}
	for _, p := range page.Items {
		posts[p.Thread] = p
	}
	return posts, err
}

// entry returns a post as a feed shows it; a hidden one has neither text nor author.
func (s *Service) entry(t Thread, p Post) FeedEntry {
	e := FeedEntry{Post: p.ID, Title: t.Title, Path: p.Path(t), At: p.CreatedAt, Updated: p.EditedAt,
		Hidden: p.IsHidden}
	if !p.IsHidden {
		e.Author, e.HTML = p.signature(), s.shown.HTML(p.Source)
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
