package interactions

import (
	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/ui"
)

// District returns the district chosen for a new caller.
func (p callPage) District() civic.ID { return civic.ID(p.Form.Value("district")) }

// Office returns the office chosen.
func (p callPage) Office() civic.ID { return civic.ID(p.Form.Value("office")) }

// spokenTo returns whom an interaction was with: the person, else that nobody knows, or that the reader may
// not.
func spokenTo(f ui.Frame, people map[civic.ID]crm.Mark, contact civic.ID) ui.Person {
	m, known := people[contact]
	switch {
	case known:
		return deskui.PersonBy(m, deskui.ContactPath(contact))
	case contact == "":
		return ui.Person{Name: f.T("crm.call.unknown_caller")}
	}
	return ui.Person{Name: f.T("crm.interaction.contact_hidden")}
}
