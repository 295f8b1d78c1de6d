package forum

import (
	"context"
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Findable tells of each document id whether by may see what the index found under it now: the index may lag
// behind a decision by a moment, the page of results may not. It takes two queries for up to a thousand ids,
// none for those that were asked about since somebody last wrote in their discussions, and decides on each by
// itself. Ids of other domains are findable as far as the forum knows.
func (s *Service) Findable(ctx context.Context, by civic.Actor, docIDs ...string) (map[string]bool, error) {
	found := make(map[string]bool, len(docIDs))
	asked := map[string]civic.ID{} // the post on which a document depends
	for _, docID := range docIDs {
		switch kind, id, _ := strings.Cut(docID, "/"); kind {
		case KindNote:
			found[docID] = by.Allowed(PermNote)
		case KindPost:
			asked[docID] = civic.ID(id)
		case KindThread:
			asked[docID] = firstPostID(civic.ID(id))
		default:
			found[docID] = true
		}
	}
	seen, err := s.readable(ctx, asked)
	for docID, post := range asked {
		found[docID] = err == nil && seen[post]
	}
	return found, err
}

// standing is whether everybody can read a post.
type standing struct {
	thread  civic.ID
	edition string // of the discussion
	shown   bool
}

// readable returns which posts everybody can read: neither they nor their discussions are hidden.
func (s *Service) readable(ctx context.Context, asked map[string]civic.ID) (map[civic.ID]bool, error) {
	seen := make(map[civic.ID]bool, len(asked))
	var unknown []civic.ID
	for _, id := range asked {
		if known, ok := s.standing.Get(id); ok && known.edition != "" &&
			known.edition == s.writtenIn(known.thread) {
			seen[id] = known.shown
		} else {
			unknown = append(unknown, id)
		}
	}
	read, err := s.readStanding(ctx, unknown)
	for id, now := range read {
		seen[id] = now.shown
	}
	return seen, err
}

// readStanding returns the standing of those of the posts that exist, and keeps it unless somebody wrote
// meanwhile.
func (s *Service) readStanding(ctx context.Context, ids []civic.ID) (map[civic.ID]standing, error) {
	before := s.written()
	posts, err := byIDs(ctx, s.posts.Collection, ids)
	if err != nil {
		return nil, err
	}
	var threads []civic.ID
	for _, p := range posts {
		threads = append(threads, p.Thread)
	}
	known, err := byIDs(ctx, s.threads.Collection, threads)
	if err != nil {
		return nil, err
	}
	shown := map[civic.ID]bool{}
	for _, t := range known {
		shown[t.ID] = !t.IsHidden
	}
	read := make(map[civic.ID]standing, len(posts))
	for _, p := range posts {
		read[p.ID] = standing{thread: p.Thread, edition: s.writtenIn(p.Thread), shown: !p.IsHidden &&
			shown[p.Thread]}
	}
	if before != "" && before == s.written() {
		for id, now := range read {
			s.standing.Put(id, now)
		}
	}
	return read, nil
}

// byIDs returns the documents with the given ids; those that do not exist are left out.
func byIDs[T any](ctx context.Context, c *docstore.Collection[T], ids []civic.ID) ([]T, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return nil, nil
	}
	page, err := c.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.In("_id", ids...)},
		Limit: len(ids)})
	return page.Items, err
}
