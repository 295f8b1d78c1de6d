package forum

import (
	"context"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Repair draws again what follows from everything written since then: the discussions' counts and the
// citizens' timelines. It returns how many discussions it found miscounted. The program calls it at its
// start, for what the last run left undone, and every minute.
func (s *Service) Repair(ctx context.Context, since time.Time) (int, error) {
	seen := map[civic.ID]Thread{}
	mended := 0
	for p, err := range s.posts.All(ctx, changed(since)) {
		if err != nil {
			return mended, err
		}
		t, known := seen[p.Thread]
		if !known {
			fixed, err := s.recountThread(ctx, p.Thread, &t)
			if civic.CodeOf(err) == civic.NotFound {
				continue // its discussion was never completed
			}
			if err != nil {
				return mended, err
			}
			if fixed {
				mended++
			}
			seen[p.Thread] = t
		}
		if err := s.record(ctx, t, p); err != nil && civic.CodeOf(err) != civic.NotFound {
			return mended, err // an author who is gone has no timeline
		}
	}
	return mended, audit.Repair(ctx, s.audit, s.areas.Collection, docstore.Query{}, since, lastOfArea)
}

// recountThread counts a discussion's posts again; fixed tells whether anything was wrong.
func (s *Service) recountThread(ctx context.Context, id civic.ID, into *Thread) (fixed bool, err error) {
	*into, err = s.threads.Get(ctx, id)
	if err != nil {
		return false, err
	}
	again := *into
	if err := s.recount(ctx, &again); err != nil {
		return false, err
	}
	if again.LastNumber == into.LastNumber && again.Posts == into.Posts &&
		again.Replies == into.Replies && again.LastAt.Equal(into.LastAt) &&
		again.State == into.State {
		return false, nil
	}
	*into, err = s.threads.Update(ctx, id, func(t *Thread) error {
		t.UpdatedAt = s.now()
		return s.recount(ctx, t)
	})
	return err == nil, err
}
