package texts

import "ascolto/web/page"

// Routes returns who may ask for what of pages of text.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/note-legali", page.Public, p.legal).Listed(),
		page.Get("/privacy", page.Public, p.privacy).Listed(),
		page.Get("/domande-frequenti", page.Public, p.faq).Listed(),
		page.Get("/contatti", page.Public, p.contacts).Listed(),
	}
}
