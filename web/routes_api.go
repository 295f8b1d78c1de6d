package web

import (
	"ascolto/crm"
	"ascolto/web/page"
)

// apiRoutes are the addresses for programs, each in JSON and by an access token. A path is never given
// another meaning: what must change stands under /api/v2.
func (r rooms) apiRoutes() []Route {
	return []Route{
		get("/api/v1/contacts", crm.PermReadContacts, r.api.Contacts).bearer(),
		post("/api/v1/contacts", crm.PermWriteContacts, r.api.CreateContact).long().bearer(),
		get("/api/v1/contacts/:id", page.Staff, r.api.Contact).bearer(),
		patch("/api/v1/contacts/:id", crm.PermWriteContacts, r.api.UpdateContact).long().bearer(),
		get("/api/v1/contacts/:id/fiscal-code", crm.PermWriteContacts, r.api.FiscalCode).bearer(),
	}
}
