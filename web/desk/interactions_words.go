package desk

import (
	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/ui"
)

// District returns the district chosen for a new caller.
func (p callPage) District() civic.ID { return civic.ID(p.Form.Value("district")) }

// Office returns the office chosen.
func (p callPage) Office() civic.ID { return civic.ID(p.Form.Value("office")) }

// contactName says whom an interaction was with.
func contactName(f ui.Frame, i crm.Interaction, name string) string {
	switch {
	case name != "":
		return name
	case i.Contact == "":
		return f.T("crm.call.unknown_caller")
	default:
		return f.T("crm.interaction.contact_hidden")
	}
}
