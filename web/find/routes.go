package find

import "ascolto/web/page"

// Routes returns who may search what.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/cerca", page.Public, page.Cached(p.Edition, p.Public)),
		page.Get("/desk/search", page.Staff, p.Desk),
	}
}
