package crm

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/publicname"
	"ascolto/internal/reference"
)

// checkOwnName returns an Invalid error when people gave themselves a name under which readers of the forum
// could take them for the administration. A name that stays as it was passes: it came with an identity that
// was proved, or the staff wrote it.
func checkOwnName(before, after Contact, offices []reference.Office) error {
	if before.GivenName == after.GivenName && before.FamilyName == after.FamilyName &&
		before.Organisation == after.Organisation {
		return nil
	}
	names := make([]string, len(offices))
	for i, o := range offices {
		names[i] = o.Name
	}
	var p civic.Problems
	if after.Kind == Organisation {
		p.Check("organisation", publicname.Check(after.Organisation, names))
		return p.Err()
	}
	field := "given_name"
	if after.GivenName == "" {
		field = "family_name"
	}
	p.Check(field, publicname.CheckPerson(after.GivenName, after.FamilyName, names))
	return p.Err()
}

// DeclaredName returns the parts of the name that somebody who does not sign in says is theirs, without space
// around them. It returns an Invalid error (fields "given_name", "family_name") when there is none, when one
// is no name, and when readers could take it for the administration's.
func (s *Service) DeclaredName(ctx context.Context, given, family string) (string, string, error) {
	offices, err := s.reference.Offices(ctx)
	if err != nil {
		return "", "", err
	}
	var p civic.Problems
	c := Contact{Kind: Person}
	for name, part := range map[string]struct {
		typed string
		to    *string
	}{"given_name": {given, &c.GivenName}, "family_name": {family, &c.FamilyName}} {
		clean, err := civic.CleanLine(part.typed, maxNameLength)
		p.Check(name, err)
		wantsLetters(&p, name, clean)
		*part.to = clean
	}
	if c.GivenName+c.FamilyName == "" && p.Err() == nil {
		p.Add("family_name", "crm.error.name")
	}
	if p.Err() == nil {
		return c.GivenName, c.FamilyName, checkOwnName(Contact{}, c, offices)
	}
	return "", "", p.Err()
}
