package home

import "ascolto/web/page"

// Routes returns who may ask for what of the start page of the desk.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk", page.Staff, p.home),
		page.Get("/desk/shortcuts", page.Staff, p.shortcuts),
	}
}
