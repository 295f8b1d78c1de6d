package segment

import (
	"context"
	"time"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
)

// Create stores a new segment. Sending the same form again returns what is stored.
func (s *Service) Create(ctx context.Context, by civic.Actor, in Input) (Segment, error) {
	if err := by.Can(PermWrite); err != nil {
		return Segment{}, err
	}
	id, err := crm.FormID(in.FormKey)
	if err != nil {
		return Segment{}, err
	}
	v, err := s.Vocabulary(ctx)
	if err != nil {
		return Segment{}, err
	}
	now := s.now()
	g := Segment{Meta: docstore.Meta{ID: id}, CreatedAt: now, UpdatedAt: now, CreatedBy: by.Account}
	if err := in.apply(&g, v); err != nil {
		return Segment{}, err
	}
	g.derive()
	if g.Submission, err = s.vault.DigestForm(purposeForm, by, in); err != nil {
		return Segment{}, err
	}
	submission := g.Submission
	return s.segments.Create(ctx, &g, docstore.Creation[Segment]{
		Same: func(stored *Segment) bool { return stored.Submission == submission },
		Effects: func(ctx context.Context, stored *Segment, again bool) error {
			return s.created(ctx, by, id, again, stored.CreatedAt)
		},
	})
}

// Update changes a segment to what the form says, joined with what others changed since it was shown; where
// both changed one field the error is *merge.Conflict[Segment].
func (s *Service) Update(ctx context.Context, by civic.Actor, id civic.ID, in Input) (Segment, error) {
	if err := by.Can(PermWrite); err != nil {
		return Segment{}, err
	}
	v, err := s.Vocabulary(ctx)
	if err != nil {
		return Segment{}, err
	}
	now := s.now()
	e := audit.Entry{By: by, Action: ActionUpdate, Object: id}
	return audit.Edit(ctx, s.audit, s.segments, id, e, lastOf, func(g *Segment) error {
		stored, shown := *g, in.Shown
		if err := in.apply(g, v); err != nil {
			return err
		}
		if shown == "" && in.Revision == stored.Revision {
			shown = stored.Shown()
		}
		g.UpdatedAt = now
		edits := func(g *Segment) *merge.Edits { return &g.Edits }
		err := merge.Update[Segment]{Fields: segmentFields(), Edits: edits, Shown: shown, By: by,
			At: now}.Apply(g, &stored)
		g.derive()
		return err
	})
}

// Repair writes the lines of the audit that are missing of edits since then.
func (s *Service) Repair(ctx context.Context, since time.Time) error {
	changed := docstore.Query{Filter: docstore.Filter{docstore.Gte("updatedAt", since)}}
	return audit.Repair(ctx, s.audit, s.segments, changed, since, lastOf)
}

// Delete takes a segment away, or returns Conflict while somebody counts on it. Where there is none, nothing
// is done and nothing written down. The audit comes first: what a crash interrupts is completed by asking
// again.
func (s *Service) Delete(ctx context.Context, by civic.Actor, id civic.ID) error {
	if err := by.Can(PermWrite); err != nil {
		return err
	}
	if s.uses != nil {
		used, err := s.uses.SegmentUsed(ctx, id)
		if err != nil {
			return err
		}
		if used {
			return civic.NewError(civic.Conflict, "crm.error.segment_used")
		}
	}
	_, err := s.segments.Get(ctx, id)
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	if err == nil {
		err = s.audit.Entered(ctx, audit.Entry{By: by, Action: ActionDelete, Object: id}, true, time.Time{})
	}
	if err != nil {
		return err
	}
	return s.segments.Delete(ctx, id)
}

// Segment returns a segment, or NotFound.
func (s *Service) Segment(ctx context.Context, by civic.Actor, id civic.ID) (Segment, error) {
	if err := by.Can(PermRead); err != nil {
		return Segment{}, err
	}
	return s.segments.Get(ctx, id)
}

// List lists segments by name.
func (s *Service) List(
	ctx context.Context, by civic.Actor, page civic.PageRequest,
) (civic.Page[Segment], error) {
	if err := by.Can(PermRead); err != nil {
		return civic.Page[Segment]{}, err
	}
	page = page.Normal()
	return s.segments.Find(ctx, docstore.Query{Sort: []string{"sortName"}, Cursor: page.Cursor,
		Limit: page.Size})
}
