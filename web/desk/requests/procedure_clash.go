package requests

import (
	"strings"

	"ascolto/crm/requests"
	"ascolto/crm/term"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/requestview"
)

// versionShows returns how the form shows a version.
func (p *Pages) versionShows(r *page.Request) (page.ConflictView[requests.Version], error) {
	reference, err := deskui.ReadReference(r, p.Reference)
	return page.ConflictView[requests.Version]{
		Values: versionValues,
		Field: func(name string, of requests.Version) (label, value string) {
			values := versionValues(of)
			field, language, text := strings.Cut(name, ".")
			label = r.T(versionLabels[field])
			switch field {
			case "office":
				value = reference.OfficeName(of.Office)
			case "length":
				value = requestview.Length(r.L, of.Rules)
			case "from", "until":
				value = deskui.DayText(r.L, values.Get(name))
			case "silence":
				value = r.T(of.Silence.Word())
			case "stops":
				value = deskui.Joined(of.Stops, func(k term.Kind) string { return r.T("term.cause." + string(k)) })
			case "motivated", "publishes":
				value = yesNo(r, values.Has(name))
			default:
				value = values.Get(name)
			}
			if text {
				label = r.T("desk.in."+language, civic.Args{"Label": label})
			}
			return label, value
		}}, err
}

// versionLabels are the labels of the fields of a version's form.
var versionLabels = map[string]string{
	"name": "requests.procedure.name", "description": "requests.procedure.description",
	"documents": "requests.field.documents", "fee": "requests.field.fee", "office": "requests.field.office",
	"substitute": "requests.field.substitute", "length": "requests.procedure.length",
	"basis": "requests.procedure.basis", "no_notice": "requests.procedure.no_notice",
	"first_hours":    "requests.procedure.first_hours",
	"solution_hours": "requests.procedure.solution_hours", "from": "requests.procedure.first_day",
	"until": "requests.procedure.last_day", "silence": "requests.receipt.silence",
	"stops": "requests.procedure.stops", "motivated": "requests.procedure.motivated",
	"publishes": "requests.procedure.publishes",
}
