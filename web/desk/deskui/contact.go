package deskui

import (
	"fmt"

	"ascolto/crm"
	"ascolto/internal/merge"
	"ascolto/web/page"
)

// MostLines is how many addresses, and how many numbers, a form has room for.
const MostLines = 5

// ReadContact reads the form by which a contact is made or edited, or a new caller added.
func ReadContact(form *page.Form) crm.ContactInput {
	in := crm.ContactInput{
		FormKey: string(form.Key()), Version: int64(form.Int("version")), Shown: form.Line("shown", merge.MaxShown),
		Kind:      crm.Kind(form.String("kind")),
		GivenName: form.String("given_name"), FamilyName: form.String("family_name"),
		Organisation: form.String("organisation"),
		Address: crm.Address{
			Street: form.String("street"), Postcode: form.String("postcode"), Town: form.String("town"),
		},
		District: form.ID("district"), Tags: form.IDs("tags"), Language: form.String("language"),
		BirthYear: form.String("birth_year"), FiscalCode: form.String("fiscal_code"), Reason: form.String("reason"),
		Confirmed: form.String(crm.CodeConfirmed) != "",
	}
	for i := 1; i <= MostLines; i++ {
		in.Emails = append(in.Emails, form.String(fmt.Sprintf("email_%d", i)))
		in.Phones = append(in.Phones, form.String(fmt.Sprintf("phone_%d", i)))
	}
	return in
}
