package desk

import (
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// personBy returns how somebody is shown who is known by a mark.
func personBy(m crm.Mark, url string) ui.Person {
	return ui.Person{Name: m.Name, BirthYear: m.BirthYear, District: m.District, Reach: m.Reach(), URL: url}
}

// person returns how a contact is shown that the reader may read.
func (r reference) person(c crm.Contact) ui.Person {
	return personBy(c.Mark(r.DistrictName(c.District)), contactPath(c.ID))
}

// calledOf returns what a page about a contact is called: the name, or that there is none and what else is known.
func calledOf(l *locale.Localizer, c crm.Contact) string {
	if name := c.FullName(); name != "" {
		return name
	}
	return personBy(c.Mark(""), "").Line(l)
}

// colleagues knows the staff by their accounts.
type colleagues map[civic.ID]accounts.Account

// readStaff returns all who work in the town, to who may know them.
func readStaff(r *page.Request, known *accounts.Service) ([]accounts.Account, error) {
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

// byAccount returns the staff by their accounts.
func byAccount(staff []accounts.Account) colleagues {
	known := make(colleagues, len(staff))
	for _, a := range staff {
		known[a.ID] = a
	}
	return known
}

// mark returns the address of a colleague who shares the name with another, else nothing.
func (c colleagues) mark(id civic.ID, name string) string {
	for _, a := range c {
		if a.ID != id && a.Name == name {
			return c[id].Email
		}
	}
	return ""
}

// label returns a colleague's name, and what tells namesakes apart.
func (c colleagues) label(id civic.ID, name string) string {
	if mark := c.mark(id, name); mark != "" {
		return name + " · " + mark
	}
	return name
}

// colleagueLabel returns a colleague's name, with the address when another of those who follow conversations has the same.
func colleagueLabel(all []crm.Colleague, id civic.ID, name string) string {
	known := make(colleagues, len(all))
	for _, c := range all {
		known[c.ID] = accounts.Account{Meta: docstore.Meta{ID: c.ID}, Name: c.Name, Email: c.Email}
	}
	return known.label(id, name)
}

// contactsOf returns the contacts that of names, each once.
func contactsOf[T any](items []T, of func(T) civic.ID) []civic.ID {
	var ids []civic.ID
	for _, item := range items {
		if id := of(item); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// reasons puts what two contacts have in common into words.
func reasons(f ui.Frame, c crm.Candidate) string {
	words := make([]string, len(c.Reasons))
	for i, r := range c.Reasons {
		words[i] = f.T("crm.duplicate." + string(r))
	}
	return strings.Join(words, ", ")
}

// caller returns a contact as an option, told apart from namesakes by what follows the name.
func caller(l *locale.Localizer, c crm.Contact, r reference) ui.Option {
	o := ui.Option{Value: string(c.ID), Label: ui.Person{Name: c.FullName()}.Called(l)}
	for _, part := range []string{firstPhone(c), firstEmail(c), r.DistrictName(c.District), year(c.BirthYear)} {
		if part != "" && o.Hint != "" {
			o.Hint += " · "
		}
		o.Hint += part
	}
	return o
}

func firstEmail(c crm.Contact) string {
	if len(c.Emails) == 0 {
		return ""
	}
	return c.Emails[0].Address
}

func firstPhone(c crm.Contact) string {
	if len(c.Phones) == 0 {
		return ""
	}
	return c.Phones[0].String()
}

// noneFound returns what is said when nobody was found, but so many people are named alike.
func noneFound(similar int) string {
	if similar > 0 {
		return "crm.contacts.only_similar"
	}
	return "crm.contacts.none"
}
