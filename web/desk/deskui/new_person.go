package deskui

import (
	"net/url"
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/contactform"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// NewPerson is what a choice among people calls somebody who is not known yet.
const NewPerson = "new"

// newPersonFields are the fields about them.
func newPersonFields() []string {
	return []string{"given_name", "family_name", "phones.1", "emails.1", "district"}
}

// NewPersonFilled reports whether something is written about somebody new.
func NewPersonFilled(form ui.Form) bool {
	return slices.ContainsFunc(newPersonFields(), func(name string) bool { return form.Value(name) != "" })
}

// NewPersonOption returns the option of somebody new.
func NewPersonOption(l *locale.Localizer) ui.Option {
	return ui.Option{Value: NewPerson, Label: l.T("crm.call.new_caller"), Hint: l.T("crm.call.new_caller_hint")}
}

// ReadNewPerson returns what is written about somebody new where the field of a choice names them, else nil;
// what is written and not used is a problem of that field.
func ReadNewPerson(form *page.Form, field string) *crm.ContactInput {
	if form.String(field) == NewPerson {
		in := contactform.Input(form)
		in.Kind, in.Language = crm.Person, civic.Italian
		return &in
	}
	if slices.ContainsFunc(newPersonFields(), func(name string) bool { return form.String(name) != "" }) {
		form.Problem(field, "crm.error.new_caller_unused")
	}
	return nil
}

// OfferNewPerson takes who was looked for and not found for somebody new, of whom a field is the choice: a
// number, an address, or a name with the family name last.
func OfferNewPerson(values url.Values, field, text string) {
	values.Set(field, NewPerson)
	words := strings.Fields(text)
	switch {
	case strings.Contains(text, "@"):
		values.Set("emails.1", text)
	case strings.ContainsAny(text, "0123456789"):
		values.Set("phones.1", text)
	case len(words) > 0:
		values.Set("given_name", strings.Join(words[:len(words)-1], " "))
		values.Set("family_name", words[len(words)-1])
	}
}

// MarkSimilar says of people to choose from that they are only named like what was searched for.
func MarkSimilar(l *locale.Localizer, people []ui.Option) {
	for i := range people {
		people[i].Label = l.T("crm.contacts.similar_one", civic.Args{"Name": people[i].Label})
	}
}
