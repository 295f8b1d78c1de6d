package api

import (
	"ascolto/crm"
	"ascolto/web/page"
)

// Routes returns the addresses for programs, each in JSON and by an access token. A path is never given
// another meaning: what must change stands under /api/v2.
func Routes(r *Resources) []page.Route {
	return []page.Route{
		page.Get("/api/v1/contacts", crm.PermReadContacts, r.Contacts).Bearer(),
		page.Post("/api/v1/contacts", crm.PermWriteContacts, r.CreateContact).Long().Bearer(),
		page.Get("/api/v1/contacts/:id", page.Staff, r.Contact).Bearer(),
		page.Patch("/api/v1/contacts/:id", crm.PermWriteContacts, r.UpdateContact).Long().Bearer(),
		page.Get("/api/v1/contacts/:id/fiscal-code", crm.PermWriteContacts, r.FiscalCode).Bearer(),
	}
}
