package forum

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
	"ascolto/internal/publicname"
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
	submission := area.Submission
	return s.areas.Create(ctx, &area, docstore.Creation[Area]{
		Same: func(stored *Area) bool { return submission != "" && stored.Submission == submission },
		Effects: func(ctx context.Context, stored *Area, again bool) error {
			e := audit.Entry{By: by, Action: ActionAreaCreate, Object: stored.ID}
			return s.audit.Entered(ctx, e, again, time.Time{})
		},
		Used: fieldError("slug", civic.NewError(civic.Invalid, "forum.error.slug.taken")),
	})
}

// SaveArea changes the area with the slug to what the form says, joined with what others changed since it was shown. It returns Invalid
// with field errors, NotFound, and *merge.Conflict[Area] where both changed one field. Discussions keep the due dates they were promised.
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
		before, shown := *a, in.Shown
		if shown == "" && in.Revision == before.Revision {
			shown = before.Shown()
		}
		*a = area
		a.Meta = before.Meta
		edits := func(a *Area) *merge.Edits { return &a.Edits }
		return merge.Update[Area]{Fields: areaFields(), Edits: edits, Shown: shown, By: by, At: area.UpdatedAt}.Apply(a, &before)
	})
	if err != nil {
		return Area{}, absent(err, "forum.error.area")
	}
	return stored, s.audit.Write(ctx, audit.Entry{By: by, Action: ActionAreaSave, Object: area.ID})
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
	offices, err := s.offices.OfficeNames(ctx)
	if err != nil {
		return Member{}, err
	}
	name, err := parsePseudonym(pseudonym, offices)
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
	if err := s.takeName(ctx, by.Account, name); err != nil {
		return Member{}, err
	}
	m, err := s.members.Update(ctx, by.Account, func(m *Member) error {
		m.Pseudonym = name
		return nil
	})
	if err == nil {
		err = s.leaveName(ctx, by.Account, old.Pseudonym, name)
	}
	return m, err
}

// takeName gives a name to account, or returns Invalid when somebody else has one that looks like it.
func (s *Service) takeName(ctx context.Context, account civic.ID, name string) error {
	if name == "" {
		return nil
	}
	skeleton := publicname.Skeleton(name)
	for _, id := range []string{signedPrefix + skeleton, foldName(name)} {
		if taken, err := s.names.Get(ctx, civic.ID(id)); err == nil && taken.Account != account {
			return errNameTaken()
		} else if err = ignoreNotFound(err); err != nil {
			return err
		}
	}
	err := s.names.Insert(ctx, &Name{Meta: docstore.Meta{ID: civic.ID(skeleton)}, Account: account})
	if civic.CodeOf(err) != civic.Conflict {
		return err
	}
	taken, err := s.names.Get(ctx, civic.ID(skeleton))
	if err == nil && taken.Account != account {
		err = errNameTaken()
	}
	return err
}

func errNameTaken() error {
	return fieldError("pseudonym", civic.NewError(civic.Invalid, "forum.error.pseudonym.taken"))
}

// leaveName gives up the name that account had before, unless the new one looks like it.
func (s *Service) leaveName(ctx context.Context, account civic.ID, before, now string) error {
	kept := []string{"", publicname.Skeleton(now), foldName(now)}
	for _, id := range []string{publicname.Skeleton(before), foldName(before)} {
		if slices.Contains(kept, id) {
			continue
		}
		taken, err := s.names.Get(ctx, civic.ID(id))
		if err == nil && taken.Account == account {
			err = s.names.Delete(ctx, civic.ID(id))
		}
		if err = ignoreNotFound(err); err != nil {
			return err
		}
	}
	return nil
}

func fieldError(field string, err error) error {
	var p civic.Problems
	p.Check(field, err)
	return p.Err()
}

// signer names a person as they may sign.
type signer struct {
	account civic.ID
	name    string
}

// Signature returns the name under which by's next post will appear; "" is shown as "a citizen".
func (s *Service) Signature(ctx context.Context, by civic.Actor) (string, error) {
	edition, who := docstore.Edition(s.members, s.names), signer{by.Account, by.Name}
	if name, ok := s.signatures.Get(edition, who); ok && by.Allowed(PermPost) {
		return name, nil
	}
	m, err := s.Member(ctx, by)
	if err != nil {
		return "", err
	}
	name, err := s.signature(ctx, m, by)
	if err == nil {
		s.signatures.Put(edition, who, name)
	}
	return name, err
}

// signature returns how m signs: a real name that looks like somebody else's pseudonym is not shown.
func (s *Service) signature(ctx context.Context, m Member, by civic.Actor) (string, error) {
	name := s.signs(m, by)
	if name == "" || m.Pseudonym != "" {
		return name, nil
	}
	taken, err := s.names.Get(ctx, civic.ID(publicname.Skeleton(name)))
	if err == nil && taken.Account != by.Account {
		return "", nil
	}
	return name, ignoreNotFound(err)
}

// keepSignature notes that somebody signs with a given name alone, which is then nobody's pseudonym. Names with an initial need no note:
// no pseudonym has their form.
func (s *Service) keepSignature(ctx context.Context, m Member, name string) error {
	if m.Pseudonym != "" || name == "" || isSignature(name) {
		return nil
	}
	err := s.names.Insert(ctx, &Name{Meta: docstore.Meta{ID: civic.ID(signedPrefix + publicname.Skeleton(name))}, Account: m.ID})
	if civic.CodeOf(err) == civic.Conflict {
		return nil
	}
	return err
}
