package forum

import (
	"context"
	"iter"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/search"
)

// ChangedDocs yields what the index holds of discussions, posts or notes, as search.ChangeSource asks: of a
// discussion that was hidden, shown or moved since then, all its posts.
func (s *Service) ChangedDocs(
	ctx context.Context, collection string, ids []civic.ID, since time.Time,
) iter.Seq2[search.Doc, error] {
	one := s.changedOf(ctx, collection, since)
	return func(yield func(search.Doc, error) bool) {
		if one == nil {
			return
		}
		for _, id := range ids {
			docs, err := one(id)
			if err != nil {
				yield(search.Doc{}, err)
				return
			}
			for _, d := range docs {
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}

// changedOf returns what gives the documents of the index for one of a collection, nil for one that is not
// searched.
func (s *Service) changedOf(
	ctx context.Context, collection string, since time.Time,
) func(civic.ID) ([]search.Doc, error) {
	titles := titleCache{threads: s.threads, known: map[civic.ID]Thread{}}
	switch collection {
	case s.threads.Name():
		return func(id civic.ID) ([]search.Doc, error) { return s.changedThread(ctx, id, since) }
	case s.posts.Name():
		return func(id civic.ID) ([]search.Doc, error) { return s.changedPost(ctx, id, &titles) }
	case s.notes.Name():
		return func(id civic.ID) ([]search.Doc, error) { return s.changedNote(ctx, id, &titles) }
	}
	return nil
}

func gone(kind string, id civic.ID) []search.Doc {
	return []search.Doc{{ID: kind + "/" + string(id), Kind: kind, Deleted: true}}
}

func (s *Service) changedThread(
	ctx context.Context, id civic.ID, since time.Time,
) (docs []search.Doc, err error) {
	t, err := s.threads.Get(ctx, id)
	if civic.CodeOf(err) == civic.NotFound {
		return gone(KindThread, id), nil
	}
	if err != nil {
		return nil, err
	}
	query := postsOf(id)
	if t.ShownAt.Before(since) {
		query.Filter = append(query.Filter, docstore.Eq("number", 1))
	}
	for p, err := range s.posts.All(ctx, query) {
		if err != nil {
			return nil, err
		}
		docs = append(docs, s.docsOf(t, p)...)
	}
	return docs, nil
}

func (s *Service) changedPost(ctx context.Context, id civic.ID, titles *titleCache) ([]search.Doc, error) {
	p, err := s.posts.Get(ctx, id)
	if civic.CodeOf(err) == civic.NotFound {
		return gone(KindPost, id), nil
	}
	if err != nil {
		return nil, err
	}
	t, err := titles.get(ctx, p.Thread)
	if civic.CodeOf(err) == civic.NotFound {
		return nil, nil // its discussion was never completed
	}
	if err != nil {
		return nil, err
	}
	return s.docsOf(t, p), nil
}

func (s *Service) changedNote(ctx context.Context, id civic.ID, titles *titleCache) ([]search.Doc, error) {
	n, err := s.notes.Get(ctx, id)
	if civic.CodeOf(err) == civic.NotFound {
		return gone(KindNote, id), nil
	}
	if err != nil {
		return nil, err
	}
	t, err := titles.get(ctx, n.Thread)
	if err != nil {
		return nil, ignoreNotFound(err)
	}
	return []search.Doc{noteDoc(t, n)}, nil
}
