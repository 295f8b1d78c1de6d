package forum

import (
	"context"
	"crypto/sha256"
	"fmt"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// SeedAreas stores the areas that are not there yet and returns how many were new; the others stay as administrators left them.
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

// CreateArea makes an area. It returns Invalid with field errors, also when the slug is taken.
func (s *Service) CreateArea(ctx context.Context, by civic.Actor, in AreaInput) (Area, error) {
	if err := by.Can(PermAreas); err != nil {
		return Area{}, err
	}
	area, err := in.parse()
	if err != nil {
		return Area{}, err
	}
	area.UpdatedAt = s.now()
	if in.FormKey != "" {
		area.Submission = fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%q %+v", by.Account, in)))
	}
	if err := s.areas.Insert(ctx, &area); civic.CodeOf(err) == civic.Conflict {
		if stored, err := s.areas.Get(ctx, area.ID); err == nil && area.Submission != "" && stored.Submission == area.Submission {
			return stored, nil
		}
		return Area{}, fieldError("slug", civic.NewError(civic.Invalid, "forum.error.slug.taken"))
	} else if err != nil {
		return Area{}, err
	}
	return area, s.audit.Write(ctx, audit.Entry{By: by, Action: "forum.area.create", Object: area.ID})
}

// SaveArea changes the area with the slug. It returns Invalid with field errors, NotFound, and Conflict when somebody changed it since
// the form was shown. Discussions keep the due dates they were promised.
func (s *Service) SaveArea(ctx context.Context, by civic.Actor, in AreaInput) (Area, error) {
	if err := by.Can(PermAreas); err != nil {
		return Area{}, err
	}
	area, err := in.parse()
	if err != nil {
		return Area{}, err
	}
	area.UpdatedAt = s.now()
	stored, err := s.areas.Update(ctx, area.ID, func(a *Area) error {
		if in.Revision != a.Revision {
			return civic.NewError(civic.Conflict, "forum.error.changed")
		}
		area.Meta = a.Meta
		*a = area
		return nil
	})
	if err != nil {
		return Area{}, absent(err, "forum.error.area")
	}
	return stored, s.audit.Write(ctx, audit.Entry{By: by, Action: "forum.area.save", Object: area.ID})
}

// Member returns how by signs in the forum; a person the forum does not know yet signs with given name and initial.
func (s *Service) Member(ctx context.Context, by civic.Actor) (Member, error) {
	if err := by.Can(PermPost); err != nil {
		return Member{}, err
	}
	m, err := s.members.Get(ctx, by.Account)
	return m, ignoreNotFound(err)
}

// SetPseudonym lets by sign what they write from now on with a pseudonym; an empty one goes back to given name and initial.
// It returns Invalid with a field error when the name cannot be used, and when somebody else has it.
func (s *Service) SetPseudonym(ctx context.Context, by civic.Actor, pseudonym string) (Member, error) {
	if err := by.Can(PermPost); err != nil {
		return Member{}, err
	}
	name, fold, err := parsePseudonym(pseudonym)
	if err != nil {
		return Member{}, fieldError("pseudonym", err)
	}
	release, err := s.writing.acquire(ctx, by.Account)
	if err != nil {
		return Member{}, err
	}
	defer release()
	old, err := s.known(ctx, by.Account, s.now())
	if err != nil {
		return Member{}, err
	}
	if err := s.takeName(ctx, by.Account, fold); err != nil {
		return Member{}, err
	}
	m, err := s.members.Update(ctx, by.Account, func(m *Member) error {
		m.Pseudonym = name
		return nil
	})
	if before := foldName(old.Pseudonym); err == nil && before != "" && before != fold {
		err = s.names.Delete(ctx, civic.ID(before))
	}
	return m, err
}

// takeName gives the folded name to account, or returns Invalid when it is somebody else's.
func (s *Service) takeName(ctx context.Context, account civic.ID, fold string) error {
	if fold == "" {
		return nil
	}
	err := s.names.Insert(ctx, &Name{Meta: docstore.Meta{ID: civic.ID(fold)}, Account: account})
	if civic.CodeOf(err) != civic.Conflict {
		return err
	}
	taken, err := s.names.Get(ctx, civic.ID(fold))
	if err == nil && taken.Account != account {
		err = fieldError("pseudonym", civic.NewError(civic.Invalid, "forum.error.pseudonym.taken"))
	}
	return err
}

func fieldError(field string, err error) error {
	var p civic.Problems
	p.Check(field, err)
	return p.Err()
}

// Signature returns the name under which by's next post will appear; "" is shown as "a citizen".
func (s *Service) Signature(ctx context.Context, by civic.Actor) (string, error) {
	m, err := s.Member(ctx, by)
	return m.signs(by), err
}
