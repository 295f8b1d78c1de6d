package crm

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/civic"
)

// ContactPatch changes some fields of a contact. A field that is not among Fields stays as it is; else it is
// as it was typed, and empty when it has no values.
type ContactPatch struct {
	Versions  []string            // the tags of the versions that it changes, see Contact.Tag; nil for any
	Fields    map[string][]string // by their names
	Confirmed bool                // the fiscal code is right although it does not fit; see checkCode
}

// Tag names this version of c among all there were: it changes with everything that is stored of c, and
// tells which fields of the form did.
func (c Contact) Tag() string {
	return strconv.FormatInt(c.Revision, 36) + "." + mergeFields.Tag(&c)
}

// onto returns the form of a contact, whose fiscal code is given, with the fields of p written into it.
func (p ContactPatch) onto(c Contact, code string) ContactInput {
	in := ContactInput{Shown: c.Shown(), Confirmed: p.Confirmed}
	for _, f := range contactFields {
		values, sent := p.Fields[f.Name]
		switch {
		case sent:
		case f.Type == CodeField:
			values = []string{code}
		default:
			values = f.Typed(c)
		}
		f.Write(&in, values...)
	}
	return in
}

// errAsStored ends an update that would change nothing.
var errAsStored = errors.New("crm: the contact is so already")

// PatchContact changes some fields of a contact, if it is stored in one of p's versions; else the error
// is *ContactConflict, which names the fields that both changed, if any. When a contact of another
// version already is as p makes it, that is the same success: the answer to the change may have been
// lost.
func (s *Service) PatchContact(ctx context.Context, by civic.Actor, id civic.ID, p ContactPatch) (Contact,
	error) {
	if err := by.Can(PermWriteContacts); err != nil {
		return Contact{}, err
	}
	k, err := s.known(ctx)
	if err != nil {
		return Contact{}, err
	}
	now, digest := s.now(), ""
	c, err := s.contacts.Update(ctx, id, func(c *Contact) error {
		before := *c
		err := s.patch(by, p, k, c, now)
		if digest = c.CodeDigest; errors.Is(err, errAsStored) {
			*c = before
		}
		return err
	})
	switch {
	case errors.Is(err, errAsStored) && p.Versions != nil && p.changes(c): // not its answer was lost
		return s.shutOut(ctx, c)
	case err != nil && !errors.Is(err, errAsStored):
		return Contact{}, s.whyRefused(ctx, id, digest, err)
	}
	return s.edited(ctx, by, c)
}

// changes reports whether p is a change of this version of c.
func (p ContactPatch) changes(c Contact) bool {
	return p.Versions == nil || slices.Contains(p.Versions, c.Tag())
}

// patch writes p into c, or returns errAsStored, *ContactConflict, or an Invalid error.
func (s *Service) patch(by civic.Actor, p ContactPatch, k known, c *Contact, now time.Time) error {
	before := *c
	stored, err := s.openCode(before)
	if err != nil {
		return err
	}
	in := p.onto(before, stored.String())
	code, err := in.apply(c, k, now.In(civic.Rome()).Year())
	if err != nil {
		return err
	}
	s.sealCode(c, code)
	changed := mergeFields.Changed(&before, c)
	if len(changed) == 0 {
		return errAsStored
	}
	if !p.changes(before) {
		return p.conflict(c, &before, changed)
	}
	if err := s.joined(by, in, c, &before); err != nil {
		return err
	}
	c.oweShutOuts(before, "", now)
	c.noteEdit(by, ActionContactUpdate, before)
	return s.checkCode(c, &before, in.Confirmed)
}

// conflict returns the error of a patch of a version that is stored no more: of the fields that it
// changes, those that others changed too.
func (p ContactPatch) conflict(mine, stored *Contact, changed []string) error {
	_, tag, _ := strings.Cut(p.Versions[0], ".")
	conflict := &ContactConflict{Mine: *mine, Stored: *stored}
	for _, field := range mergeFields.Moved(tag, stored) {
		if slices.Contains(changed, field) {
			conflict.Clashes = append(conflict.Clashes, stored.Edits.Of(field))
		}
	}
	return conflict
}
