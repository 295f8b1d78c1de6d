package forum

import (
	"context"
	"iter"
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/search"
)

// The kinds of the forum's documents in the index.
const (
	KindThread = "thread"
	KindPost   = "post"
	KindNote   = "forum_note"
)

// GroupNotes is the kind of the group of the notes on a discussion, which is named by it and the discussion.
const GroupNotes = KindNote + "s"

// docsOf returns what the index holds of a post: the first post stands for its discussion. What is hidden is
// Deleted, and so is a discussion whose first post is: its title repeats what was taken away, while the
// replies are found by their own words.
func (s *Service) docsOf(t Thread, p Post) []search.Doc {
	doc := search.Doc{
		ID: KindPost + "/" + string(p.ID), Kind: KindPost, Scope: search.Public, Title: t.Title,
		Path: p.Path(t), At: p.CreatedAt,
		Facets: facetsOf(t, p), Deleted: t.IsHidden || p.IsHidden, Part: true, Group: KindThread + "/" +
			string(t.ID),
	}
	if p.Number == 1 {
		doc.ID, doc.Kind, doc.Path, doc.Part = doc.Group, KindThread, t.Path(), false
	}
	if doc.Deleted {
		return []search.Doc{{ID: doc.ID, Kind: doc.Kind, Deleted: true}}
	}
	doc.Text = s.markdown.Words(p.Source)
	return []search.Doc{doc}
}

func facetsOf(t Thread, p Post) map[string][]string {
	f := map[string][]string{
		"area": {string(t.Area)}, "status": {string(t.State)},
		"year": {strconv.Itoa(p.CreatedAt.In(civic.Rome()).Year())},
	}
	if t.District != "" {
		f["district"] = []string{string(t.District)}
	}
	if len(t.Tags) > 0 {
		f["tag"] = t.Tags
	}
	if p.Official != nil {
		f["office"] = []string{string(p.Official.Office)}
	}
	return f
}

func noteDoc(t Thread, n Note) search.Doc {
	return search.Doc{
		ID: KindNote + "/" + string(n.ID), Kind: KindNote, Scope: ScopeStaff, Title: t.Title, Text: n.Text,
		At: n.CreatedAt, Part: true, Group: GroupNotes + "/" + string(t.ID),
	}
}

// SearchDocs yields what the index holds of everything changed at or after since, all when since is zero.
// When a discussion was hidden, shown or moved since then, all its posts are among them.
func (s *Service) SearchDocs(ctx context.Context, since time.Time) iter.Seq2[search.Doc, error] {
	return func(yield func(search.Doc, error) bool) {
		titles := titleCache{threads: s.threads, known: map[civic.ID]Thread{}}
		_ = s.threadDocs(ctx, since, &titles, yield) && s.postDocs(ctx, since, &titles, yield) &&
			s.noteDocs(ctx, since, &titles, yield)
	}
}

// SearchDocCount returns about how many documents SearchDocs yields of all that there is.
func (s *Service) SearchDocCount(ctx context.Context) (int, error) {
	posts, err := s.posts.Count(ctx, nil)
	if err != nil {
		return 0, err
	}
	notes, err := s.notes.Count(ctx, nil)
	return posts + notes, err
}

type yieldDoc = func(search.Doc, error) bool

// threadDocs yields all posts of the discussions whose title, area or state changed; it reports whether to go
// on.
func (s *Service) threadDocs(ctx context.Context, since time.Time, titles *titleCache, yield yieldDoc) bool {
	if since.IsZero() {
		return true // postDocs yields everything
	}
	for t, err := range s.threads.Readable(ctx, changed(since)) {
		if err != nil {
			return yield(search.Doc{}, err) && false
		}
		titles.known[t.ID] = t
		query := postsOf(t.ID)
		if t.ShownAt.Before(since) {
			query.Filter = append(query.Filter, docstore.Eq("number", 1)) // its status may have changed
		}
		for p, err := range s.posts.Readable(ctx, query) {
			if err != nil {
				return yield(search.Doc{}, err) && false
			}
			for _, d := range s.docsOf(t, p) {
				if !yield(d, nil) {
					return false
				}
			}
		}
	}
	return true
}

func (s *Service) postDocs(ctx context.Context, since time.Time, titles *titleCache, yield yieldDoc) bool {
	for p, err := range s.posts.Readable(ctx, changed(since)) {
		if err != nil {
			return yield(search.Doc{}, err) && false
		}
		t, err := titles.get(ctx, p.Thread)
		if civic.CodeOf(err) == civic.NotFound {
			continue // its discussion was never completed
		}
		if err != nil {
			return yield(search.Doc{}, err) && false
		}
		for _, d := range s.docsOf(t, p) {
			if !yield(d, nil) {
				return false
			}
		}
	}
	return true
}

func (s *Service) noteDocs(ctx context.Context, since time.Time, titles *titleCache, yield yieldDoc) bool {
	for n, err := range s.notes.Readable(ctx, changed(since)) {
		if err != nil {
			return yield(search.Doc{}, err) && false
		}
		t, err := titles.get(ctx, n.Thread)
		if err != nil {
			return yield(search.Doc{}, err) && false
		}
		if !yield(noteDoc(t, n), nil) {
			return false
		}
	}
	return true
}

// titleCache remembers the discussions that posts belong to; it starts anew when it has grown large.
type titleCache struct {
	threads threadStore
	known   map[civic.ID]Thread
}

const maxKnown = 50_000

func (c *titleCache) get(ctx context.Context, id civic.ID) (Thread, error) {
	if t, ok := c.known[id]; ok {
		return t, nil
	}
	t, err := c.threads.Get(ctx, id)
	if err != nil {
		return t, err
	}
	if len(c.known) >= maxKnown {
		clear(c.known)
	}
	c.known[id] = t
	return t, nil
}

func ignoreNotFound(err error) error {
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	return err
}
