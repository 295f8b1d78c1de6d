package crm

import (
	"ascolto/internal/civic"
	"ascolto/internal/merge"
)

// ContactConflict is the error of an edit of a contact in which fields clash with what somebody else stored
// meanwhile.
type ContactConflict = merge.Conflict[Contact]

// Shown returns what a form that shows c carries, for the edit to be joined with others.
func (c Contact) Shown() string { return mergeFields.Shown(&c) }

// joined puts into c, a copy of stored with the form written into it, what only others changed since the form
// was shown; or returns *ContactConflict, or Invalid when the two together leave nothing of the name.
func (s *Service) joined(by civic.Actor, in ContactInput, c, stored *Contact) error {
	shown := in.Shown
	if shown == "" && in.Version == stored.Version {
		shown = stored.Shown()
	}
	u := merge.Update[Contact]{Fields: mergeFields, Edits: func(c *Contact) *merge.Edits { return &c.Edits },
		Shown: shown, By: by, At: s.now()}
	if err := u.Apply(c, stored); err != nil {
		return err
	}
	// of the addresses of both, not only of those typed here
	c.Proved, c.Unconfirmed = stored.Proved, stored.Unconfirmed
	c.keepProofs()
	if c.GivenName+c.FamilyName+c.Organisation == "" {
		var p civic.Problems
		p.Add(map[Kind]string{Person: "family_name", Organisation: "organisation"}[c.Kind], "crm.error.name")
		return p.Err()
	}
	c.derive()
	c.UpdatedAt = u.At
	if len(mergeFields.Changed(stored, c)) > 0 {
		c.Version++
	}
	return nil
}
