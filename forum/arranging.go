package forum

import (
	"context"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
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
	if err := s.areas.Insert(ctx, &area); civic.CodeOf(err) == civic.Conflict {
		return Area{}, fieldError("slug", civic.NewError(civic.Invalid, "forum.error.slug.taken"))
	} else if err != nil {
		return Area{}, err
	}
	return area, s.audit.Write(ctx, audit.Entry{By: by, Action: "forum.area.create", Object: area.ID})
}

// SaveArea changes the area with the slug. It returns Invalid with field errors, and NotFound. Discussions keep the due dates they
// were promised.
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
	var name, fold string
	if pseudonym != "" {
		var err error
		if name, fold, err = parsePseudonym(pseudonym); err != nil {
			return Member{}, fieldError("pseudonym", err)
		}
	}
	if _, err := s.known(ctx, by.Account, s.now()); err != nil {
		return Member{}, err
	}
	m, err := s.members.Update(ctx, by.Account, func(m *Member) error {
		m.Pseudonym, m.Fold = name, fold
		return nil
	})
	if civic.CodeOf(err) == civic.Conflict {
		return Member{}, fieldError("pseudonym", civic.NewError(civic.Invalid, "forum.error.pseudonym.taken"))
	}
	return m, err
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
