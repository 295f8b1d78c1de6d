package forum

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
)

// SeedAreas stores the areas that are not there yet and returns how many were new; the others stay as
// administrators left them.
func (s *Service) SeedAreas(ctx context.Context, by civic.Actor, areas []AreaInput) (int, error) {
	if err := by.Can(PermAreas); err != nil {
		return 0, err
	}
	docs := make([]*Area, len(areas))
	for i, in := range areas {
		a, err := in.parse()
		if err != nil {
			return 0, err
		}
		a.UpdatedAt = s.now()
		docs[i] = &a
	}
	taken, err := s.areas.InsertMany(ctx, docs)
	return len(docs) - len(taken), err
}

// maxSlugTries bounds the addresses that are proposed for areas of one name.
const maxSlugTries = 50

// errSlugTaken tells that another area has the slug.
func errSlugTaken() error {
	return fieldError("slug", civic.NewError(civic.Invalid, "forum.error.slug.taken"))
}

// CreateArea makes an area. Without a slug it takes that of its name, with a number behind where another area
// or page has it. It returns Invalid with field errors, also when the slug is taken.
func (s *Service) CreateArea(ctx context.Context, by civic.Actor, in AreaInput) (Area, error) {
	if err := by.Can(PermAreas); err != nil {
		return Area{}, err
	}
	submission := ""
	if in.FormKey != "" {
		submission = fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%q %+v", by.Account, in)))
	}
	if in.Slug != "" {
		return s.createArea(ctx, by, in, submission, errSlugTaken())
	}
	for n := 1; ; n++ {
		taken := errSlugTaken()
		in.Slug = proposedSlug(in.Name, n)
		area, err := s.createArea(ctx, by, in, submission, taken)
		if !errors.Is(err, taken) || n == maxSlugTries {
			return area, err
		}
	}
}

// createArea makes an area with its slug; taken is the error when another area has it.
func (s *Service) createArea(
	ctx context.Context, by civic.Actor, in AreaInput, submission string, taken error,
) (Area, error) {
	area, err := in.parse()
	if err != nil {
		return Area{}, err
	}
	area.UpdatedAt, area.Submission = s.now(), submission
	return s.areas.Create(ctx, &area, docstore.Creation[Area]{
		Same: func(stored *Area) bool { return submission != "" && stored.Submission == submission },
		Effects: func(ctx context.Context, stored *Area, again bool) error {
			e := audit.Entry{By: by, Action: ActionAreaCreate, Object: stored.ID}
			return s.audit.Entered(ctx, e, again, time.Time{})
		},
		Used: taken,
	})
}

// SaveArea changes the area with the slug to what the form says, joined with what others changed since it was
// shown. It returns Invalid with field errors, NotFound, and *merge.Conflict[Area] where both changed one
// field. Discussions keep the due dates they were promised.
func (s *Service) SaveArea(ctx context.Context, by civic.Actor, in AreaInput) (Area, error) {
	if err := by.Can(PermAreas); err != nil {
		return Area{}, err
	}
	area, err := in.parse()
	if err != nil {
		return Area{}, err
	}
	area.UpdatedAt = s.now()
	e := audit.Entry{By: by, Action: ActionAreaSave, Object: area.ID}
	stored, err := audit.Edit(ctx, s.audit, s.areas.Collection, area.ID, e, lastOfArea, func(a *Area) error {
		before, shown := *a, in.Shown
		if shown == "" && in.Revision == before.Revision {
			shown = before.Shown()
		}
		*a = area
		a.Meta = before.Meta
		edits := func(a *Area) *merge.Edits { return &a.Edits }
		return merge.Update[Area]{Fields: areaFields(), Edits: edits, Shown: shown, By: by,
			At: area.UpdatedAt}.Apply(a, &before)
	})
	if err != nil {
		return Area{}, absent(err, "forum.error.area")
	}
	return stored, nil
}
