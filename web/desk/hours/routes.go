package hours

import (
	"ascolto/crm/hours"
	"ascolto/web/page"
)

// Routes returns who may ask for what of hours.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get(hoursPath, hours.PermWrite, p.list),
		page.Get(hoursPath+"/:id", hours.PermWrite, p.edit),
		page.Post(hoursPath+"/:id", hours.PermWrite, p.saveWeek),
		page.Post(hoursPath+"/:id"+removeWeekPart, hours.PermWrite, p.removeWeek),
		page.Post(hoursPath+"/:id"+closuresPart, hours.PermWrite, p.saveClosure),
		page.Post(hoursPath+"/:id"+removeClosurePart, hours.PermWrite, p.removeClosure),
		page.Post(hoursPath+"/:id"+patronPart, hours.PermWrite, p.savePatron),
	}
}
