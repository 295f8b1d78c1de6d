package searchindex

import (
	"ascolto/search"
	"ascolto/web/page"
)

// Routes returns who may ask for what of the search index.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/search-index", search.PermRebuild, p.searchIndex),
		page.Post("/desk/search-index/rebuild", search.PermRebuild, p.rebuildSearchIndex).Costing(5),
	}
}
