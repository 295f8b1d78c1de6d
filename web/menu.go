package web

import (
	"net/http"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// deskMenu returns a function that tells which entries of the desk's navigation an actor sees: those whose
// route's gate is open to them. shown says of some paths who has a use for what stands behind a gate that is
// open to more.
func deskMenu(routes []page.Route, shown map[string]func(civic.Actor) bool) func(civic.Actor) []ui.NavItem {
	gates := map[string]civic.Permission{}
	for _, r := range routes {
		if r.Method == http.MethodGet {
			gates[r.Path] = r.Gate
		}
	}
	return func(actor civic.Actor) []ui.NavItem {
		var seen []ui.NavItem
		for _, item := range deskEntries() {
			if used := shown[item.Path]; used != nil && !used(actor) {
				continue
			}
			if page.Authorize(actor, gates[item.Path]) == nil {
				seen = append(seen, item)
			}
		}
		return seen
	}
}

// callStatistics is where conversations are counted.
const callStatistics = "/desk/interactions/statistics"

// countsOnly reports whether an actor may not see the list of conversations, which leads to their figures.
func countsOnly(actor civic.Actor) bool { return !actor.Allowed(crm.PermReadInteractions) }
