package settings

import (
	"ascolto/internal/reference"
	"ascolto/web/page"
)

// Routes returns who may ask for what of the town's data.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/settings", reference.PermWrite, p.settings),
		page.Get("/desk/settings/:kind/new", reference.PermWrite, p.newSetting),
		page.Post("/desk/settings/:kind", reference.PermWrite, p.createSetting).Long(),
		page.Get("/desk/settings/:kind/:id", reference.PermWrite, p.editSetting),
		page.Post("/desk/settings/:kind/:id", reference.PermWrite, p.updateSetting).Long(),
	}
}
