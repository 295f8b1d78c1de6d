package web

import (
	"ascolto/crm"
	"ascolto/web/page"
)

// apiRoutes are the addresses for programs, each in JSON and by an access token. A path is never given
// another meaning: what must change stands under /api/v2.
func (r rooms) apiRoutes() []page.Route {
	return []page.Route{
		page.Get("/api/v1/contacts", crm.PermReadContacts, r.api.Contacts).Bearer(),
		page.Post("/api/v1/contacts", crm.PermWriteContacts, r.api.CreateContact).Long().Bearer(),
		page.Get("/api/v1/contacts/:id", page.Staff, r.api.Contact).Bearer(),
		page.Patch("/api/v1/contacts/:id", crm.PermWriteContacts, r.api.UpdateContact).Long().Bearer(),
		page.Get("/api/v1/contacts/:id/fiscal-code", crm.PermWriteContacts, r.api.FiscalCode).Bearer(),
	}
}
