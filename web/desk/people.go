package desk

import (
	"slices"

	"ascolto/crm"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// contactPath returns where a contact is shown, empty for none.
func contactPath(id civic.ID) string {
	if id == "" {
		return ""
	}
	return "/desk/contacts/" + string(id)
}

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

// listed returns a contact as lists are read, family name first. What other columns of the list say is left out.
func listed(c crm.Contact) ui.Person {
	return ui.Person{Name: c.ListName(), BirthYear: c.BirthYear, URL: contactPath(c.ID)}
}

// colleagues knows the staff by their accounts.
type colleagues map[civic.ID]accounts.Account

// staff returns all who work in the town, to who may know them.
func (p *Pages) staff(r *page.Request) ([]accounts.Account, error) {
	var all []accounts.Account
	for view := (civic.PageRequest{Size: civic.MaxPageSize}); ; {
		part, err := p.Accounts.ListStaff(r.Context(), r.Actor, view)
		if err != nil {
			return nil, err
		}
		all = append(all, part.Items...)
		if view.Cursor = part.Next; view.Cursor == "" {
			return all, nil
		}
	}
}

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
