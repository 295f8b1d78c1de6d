package crm

import (
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/internal/reach"
)

// ContactConflict is the error of an edit of a contact in which fields clash with what somebody else stored meanwhile.
type ContactConflict = merge.Conflict[Contact]

// contactFields are the fields of a contact's form.
func contactFields() merge.Fields[Contact] {
	return merge.Fields[Contact]{
		merge.Value("kind", func(c *Contact) *Kind { return &c.Kind }),
		merge.Value("given_name", func(c *Contact) *string { return &c.GivenName }),
		merge.Value("family_name", func(c *Contact) *string { return &c.FamilyName }),
		merge.Value("organisation", func(c *Contact) *string { return &c.Organisation }),
		merge.List("email_1", func(c *Contact) *[]reach.Email { return &c.Emails }, func(e reach.Email) string { return e.Address }, maxEmails),
		merge.List("phone_1", func(c *Contact) *[]reach.Phone { return &c.Phones }, func(p reach.Phone) string { return p.Number }, maxPhones),
		merge.Value("street", func(c *Contact) *string { return &c.Address.Street }),
		merge.Value("postcode", func(c *Contact) *string { return &c.Address.Postcode }),
		merge.Value("town", func(c *Contact) *string { return &c.Address.Town }),
		merge.Value("district", func(c *Contact) *civic.ID { return &c.District }),
		merge.List("tags", func(c *Contact) *[]civic.ID { return &c.Tags }, func(t civic.ID) string { return string(t) }, maxTags),
		merge.Value("language", func(c *Contact) *string { return &c.Language }),
		merge.Value("birth_year", func(c *Contact) *int { return &c.BirthYear }),
		merge.Part("fiscal_code", func(c *Contact) string { return c.CodeDigest }, func(mine, stored *Contact) {
			mine.SealedCode, mine.CodeDigest, mine.CodeParts = stored.SealedCode, stored.CodeDigest, stored.CodeParts
		}),
	}
}

// Shown returns what a form that shows c carries, for the edit to be joined with others.
func (c Contact) Shown() string { return contactFields().Shown(&c) }

// joined puts into c, a copy of stored with the form written into it, what only others changed since the form was shown; or returns
// *ContactConflict, or Invalid when the two together leave nothing of the name.
func (s *Service) joined(by civic.Actor, in ContactInput, c, stored *Contact) error {
	shown := in.Shown
	if shown == "" && in.Version == stored.Version {
		shown = stored.Shown()
	}
	u := merge.Update[Contact]{Fields: contactFields(), Edits: func(c *Contact) *merge.Edits { return &c.Edits }, Shown: shown, By: by, At: s.now()}
	if err := u.Apply(c, stored); err != nil {
		return err
	}
	c.Proved, c.Unconfirmed = stored.Proved, stored.Unconfirmed // of the addresses of both, not only of those typed here
	c.keepProofs()
	if c.GivenName+c.FamilyName+c.Organisation == "" {
		var p civic.Problems
		p.Add(map[Kind]string{Person: "family_name", Organisation: "organisation"}[c.Kind], "crm.error.name")
		return p.Err()
	}
	c.derive()
	c.Version++
	c.UpdatedAt = u.At
	return nil
}
