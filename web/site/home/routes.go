package home

import "ascolto/web/page"

// Routes returns who may ask for what of the site as a whole.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/", page.Public, page.Cached(p.edition, p.home)).Listed(),
		page.Get("/sitemap.xml", page.Public, p.sitemap),
		page.Get("/sitemap/:part", page.Public, p.sitemapPart),
		page.Post("/lingua", page.Public, p.changeLanguage),
	}
}
