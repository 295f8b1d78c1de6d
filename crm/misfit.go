package crm

import (
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/fiscalcode"
)

// CodeConfirmed is the field by which a person says that a fiscal code is right although it does not fit name
// or birth.
const CodeConfirmed = "fiscal_code_confirmed"

// misfits returns in which of its parts a fiscal code does not fit what is known of a person: names, and the
// year of birth.
func misfits(code fiscalcode.Code, given, family string, birthYear int) []fiscalcode.Part {
	if given == "" || family == "" { // one field may hold both names, or the wrong one of them
		given, family = "", ""
	}
	data := fiscalcode.Data{GivenName: given, FamilyName: family}
	if birthYear > 0 {
		data.Birth = time.Date(birthYear, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	var parts []fiscalcode.Part
	for _, p := range code.Misfits(data) {
		if p == fiscalcode.FamilyName || p == fiscalcode.GivenName || p == fiscalcode.Year {
			parts = append(parts, p)
		}
	}
	return parts
}

// checkCode asks to look again when a fiscal code does not fit the name or the year of birth of c: an Invalid
// error of CodeConfirmed, which goes when the form confirms it. It is a question and no refusal, because
// names change and the codes made of them stay, and because names written in other scripts have several
// spellings. What stood so before is not asked again.
func (s *Service) checkCode(c, before *Contact, confirmed bool) error {
	if confirmed || c.Kind != Person || c.CodeDigest == "" || sameIdentity(c, before) {
		return nil
	}
	code, err := s.openCode(*c)
	if err != nil {
		return err
	}
	parts := misfits(code, c.GivenName, c.FamilyName, c.BirthYear)
	if len(parts) == 0 {
		return nil
	}
	key := "crm.error.misfit.name"
	switch onlyYear := parts[0] == fiscalcode.Year; {
	case onlyYear:
		key = "crm.error.misfit.year"
	case parts[len(parts)-1] == fiscalcode.Year:
		key = "crm.error.misfit.both"
	}
	var p civic.Problems
	p.Add(CodeConfirmed, key)
	return p.Err()
}

// sameIdentity reports whether an edit leaves the name, the year of birth and the fiscal code as they were.
func sameIdentity(c, before *Contact) bool {
	return before != nil && c.GivenName == before.GivenName && c.FamilyName == before.FamilyName &&
		c.BirthYear == before.BirthYear &&
		c.CodeDigest == before.CodeDigest && c.Kind == before.Kind
}
