package crm

import (
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
