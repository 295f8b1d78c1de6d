package deskui

import (
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// PersonBy returns how somebody is shown who is known by a mark.
func PersonBy(m crm.Mark, url string) ui.Person {
	return ui.Person{Name: m.Name, BirthYear: m.BirthYear, District: m.District, Reach: m.Reach(), URL: url}
}

// Person returns how a contact is shown that the reader may read.
func (r Reference) Person(c crm.Contact) ui.Person {
	return PersonBy(c.Mark(r.DistrictName(c.District)), ContactPath(c.ID))
}

// Called returns what a page about a contact is called: the name, or that there is none and what else is
// known.
func Called(l *locale.Localizer, c crm.Contact) string {
	if name := c.FullName(); name != "" {
		return name
	}
	return PersonBy(c.Mark(""), "").Line(l)
}

// Colleagues knows the staff by their accounts.
type Colleagues map[civic.ID]accounts.Account

// ReadStaff returns all who work in the town, to who may know them.
func ReadStaff(r *page.Request, known *accounts.Service) ([]accounts.Account, error) {
	var all []accounts.Account
	for at := (civic.PageRequest{Size: civic.MaxPageSize}); ; {
		part, err := known.ListStaff(r.Context(), r.Actor, at)
		if err != nil {
			return nil, err
		}
		all = append(all, part.Items...)
		if at.Cursor = part.Next; at.Cursor == "" {
			return all, nil
		}
	}
}

// ColleaguesOf returns the staff by their accounts.
func ColleaguesOf(staff []accounts.Account) Colleagues {
	known := make(Colleagues, len(staff))
	for _, a := range staff {
		known[a.ID] = a
	}
	return known
}

// Mark returns the address of a colleague who shares the name with another, else nothing.
func (c Colleagues) Mark(id civic.ID, name string) string {
	for _, a := range c {
		if a.ID != id && a.Name == name {
			return c[id].Email
		}
	}
	return ""
}

// Label returns a colleague's name, and what tells namesakes apart.
func (c Colleagues) Label(id civic.ID, name string) string {
	if mark := c.Mark(id, name); mark != "" {
		return name + " · " + mark
	}
	return name
}

// ColleagueLabel returns a colleague's name, with the address when another of those who follow conversations
// has the same.
func ColleagueLabel(all []crm.Colleague, id civic.ID, name string) string {
	known := make(Colleagues, len(all))
	for _, c := range all {
		a := accounts.Account{Name: c.Name, Email: c.Email}
		a.ID = c.ID
		known[c.ID] = a
	}
	return known.Label(id, name)
}

// ContactsOf returns the contacts that of names, each once.
func ContactsOf[T any](items []T, of func(T) civic.ID) []civic.ID {
	var ids []civic.ID
	for _, item := range items {
		if id := of(item); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Reasons puts what two contacts have in common into words.
func Reasons(f ui.Frame, c crm.Candidate) string {
	words := make([]string, len(c.Reasons))
	for i, r := range c.Reasons {
		words[i] = f.T("crm.duplicate." + string(r))
	}
	return strings.Join(words, ", ")
}

// ContactOption returns a contact as an option, told apart from namesakes by what follows the name.
func ContactOption(l *locale.Localizer, c crm.Contact, r Reference) ui.Option {
	o := ui.Option{Value: string(c.ID), Label: ui.Person{Name: c.FullName()}.Called(l)}
	for _, part := range []string{FirstPhone(c), FirstEmail(c), r.DistrictName(c.District),
		Year(c.BirthYear)} {
		if part != "" && o.Hint != "" {
			o.Hint += " · "
		}
		o.Hint += part
	}
	return o
}

// FirstEmail returns the first e-mail address of a contact, empty for none.
func FirstEmail(c crm.Contact) string {
	if len(c.Emails) == 0 {
		return ""
	}
	return c.Emails[0].Address
}

// FirstPhone returns the first telephone number of a contact, empty for none.
func FirstPhone(c crm.Contact) string {
	if len(c.Phones) == 0 {
		return ""
	}
	return c.Phones[0].String()
}

// NoneFound returns what is said when nobody was found, but so many people are named alike.
func NoneFound(similar int) string {
	if similar > 0 {
		return "crm.contacts.only_similar"
	}
	return "crm.contacts.none"
}
