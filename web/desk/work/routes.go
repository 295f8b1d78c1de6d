package work

import "ascolto/web/page"

// Routes returns who may ask for what of long work.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/work", page.Staff, p.tasks),
		page.Get("/desk/work/:id", page.Staff, p.task),
		page.Get("/desk/work/:id/events", page.Staff, p.taskEvents),
		page.Get("/desk/work/:id/file", page.Staff, p.downloadTask).Costing(5),
		page.Post("/desk/work/:id/cancel", page.Staff, p.cancelTask),
	}
}
