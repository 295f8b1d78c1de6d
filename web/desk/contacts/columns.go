package contacts

import (
	"net/url"

	"ascolto/crm"
	"ascolto/web/ui"
)

// columns returns the headings of the list of contacts. What a search found stands in the order of how well
// it fits.
func (p contactsPage) columns(f ui.Frame) []ui.Column {
	name, changed := ui.Column{Text: f.T("crm.field.name")}, ui.Column{Text: f.T("crm.field.changed")}
	if p.Text == "" {
		name = p.sorted(name, crm.ByName, crm.ByNameDown)
		changed = p.sorted(changed, crm.ByChange, crm.ByChangeDown)
	}
	return []ui.Column{name, {Text: f.T("crm.field.emails")}, {Text: f.T("crm.field.phones")},
		{Text: f.T("crm.field.district")}, changed}
}

// sorted returns a heading that leads to the list in the order up, or when it stands so, in the order down.
func (p contactsPage) sorted(c ui.Column, up, down crm.ContactOrder) ui.Column {
	to := up
	switch p.Order {
	case up:
		c.Sorted, to = "ascending", down
	case down:
		c.Sorted = "descending"
	}
	c.URL = "/desk/contacts?" + url.Values{"district": {string(p.District)}, "order": {string(to)}}.Encode()
	return c
}
