package forum

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/publicname"
)

// Member returns how by signs in the forum; a person the forum does not know yet signs with given name and
// initial.
func (s *Service) Member(ctx context.Context, by civic.Actor) (Member, error) {
	if err := by.Can(PermPost); err != nil {
		return Member{}, err
	}
	m, err := s.members.Get(ctx, by.Account)
	return m, ignoreNotFound(err)
}

// SetPseudonym lets by sign what they write from now on with a pseudonym; an empty one goes back to given
// name and initial. It returns Invalid with a field error when the name cannot be used, and when somebody
// else has it.
func (s *Service) SetPseudonym(ctx context.Context, by civic.Actor, pseudonym string) (Member, error) {
	if err := by.Can(PermPost); err != nil {
		return Member{}, err
	}
	offices, err := s.officesNow(ctx)
	if err != nil {
		return Member{}, err
	}
	name, err := parsePseudonym(pseudonym, offices.names)
	if err != nil {
		return Member{}, fieldError("pseudonym", err)
	}
	if err := s.checkStaff(ctx, by, name); err != nil {
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

// checkStaff returns Invalid when readers could take a pseudonym for somebody of the staff. Who truly has the
// same name signs with it as everybody does, with given name and initial; a colleague may use their own.
func (s *Service) checkStaff(ctx context.Context, by civic.Actor, pseudonym string) error {
	if s.staff == nil || pseudonym == "" {
		return nil
	}
	names, err := s.staff.StaffNames(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if publicname.IsOf(pseudonym, name) && !(by.IsStaff() && by.Name == name) {
			return civic.NewError(civic.Invalid, "error.name.official")
		}
	}
	return nil
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

// leaveName gives up the name that account had before, unless the new one looks like it, or there are posts
// under it: nobody else may ever seem to have written them.
func (s *Service) leaveName(ctx context.Context, account civic.ID, before, now string) error {
	if used, err := s.wroteAs(ctx, account, before); err != nil || used {
		return err
	}
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

// wroteAs reports whether account has a post under what looks like name.
func (s *Service) wroteAs(ctx context.Context, account civic.ID, name string) (bool, error) {
	if name == "" {
		return false, nil
	}
	skeleton := publicname.Skeleton(name)
	for p, err := range s.posts.All(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("author.account", account)}, Sort: []string{"-createdAt"},
	}) {
		if err != nil {
			return false, err
		}
		if p.Author.Name == name || publicname.Skeleton(p.Author.Name) == skeleton {
			return true, nil
		}
	}
	return false, nil
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

// officeList is the names of the offices, and a text that is the same for the same names.
type officeList struct {
	names  []string
	digest string
}

// officesNow returns what the offices are called, read once as long as nobody changes them.
func (s *Service) officesNow(ctx context.Context) (officeList, error) {
	edition := s.offices.OfficesEdition()
	if kept, ok := s.named.Get(edition, struct{}{}); ok {
		return kept, nil
	}
	names, err := s.offices.OfficeNames(ctx)
	if err != nil {
		return officeList{}, err
	}
	slices.Sort(names) // for the digest
	sum := sha256.Sum256([]byte(strings.Join(names, "\n")))
	now := officeList{names, string(sum[:])}
	s.named.Put(edition, struct{}{}, now)
	return now, nil
}

// signedEdition returns a text that changes with every write to what signatures are made of; empty as that of
// Edition is.
func (s *Service) signedEdition() string {
	people, offices := docstore.Edition(s.members, s.names), s.offices.OfficesEdition()
	if people == "" || offices == "" {
		return ""
	}
	return people + " " + offices
}

// Signature returns the name under which by's next post will appear; "" is shown as "a citizen".
func (s *Service) Signature(ctx context.Context, by civic.Actor) (string, error) {
	edition, who := s.signedEdition(), signer{by.Account, by.Name}
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
	offices, err := s.officesNow(ctx)
	if err != nil {
		return "", err
	}
	name := s.signs(m, by, offices)
	if name == "" || m.Pseudonym != "" {
		return name, nil
	}
	taken, err := s.names.Get(ctx, civic.ID(publicname.Skeleton(name)))
	if err == nil && taken.Account != by.Account {
		return "", nil
	}
	return name, ignoreNotFound(err)
}

// keepSignature notes that somebody signs with a given name alone, which is then nobody's pseudonym. Names
// with an initial need no note: no pseudonym has their form.
func (s *Service) keepSignature(ctx context.Context, m Member, name string) error {
	if m.Pseudonym != "" || name == "" || isSignature(name) {
		return nil
	}
	err := s.names.Insert(ctx,
		&Name{Meta: docstore.Meta{ID: civic.ID(signedPrefix + publicname.Skeleton(name))}, Account: m.ID})
	if civic.CodeOf(err) == civic.Conflict {
		return nil
	}
	return err
}
