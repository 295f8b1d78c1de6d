package contacts

import (
	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/page"
)

// Routes returns who may ask for what of contacts.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/contacts", crm.PermReadContacts, p.contacts),
		page.Post("/desk/contacts", crm.PermWriteContacts, p.createContact).Long(),
		page.Get("/desk/contacts/new", crm.PermWriteContacts, p.newContact),
		page.Get("/desk/contacts/export", crm.PermExportContacts, p.exportContacts).Costing(5),
		page.Post("/desk/contacts/export", crm.PermExportContacts, p.askContactExport).Costing(5),
		page.Get("/desk/contacts/:id", page.Staff, p.contact),
		page.Post("/desk/contacts/:id", crm.PermWriteContacts, p.updateContact).Long(),
		page.Get("/desk/contacts/:id/edit", crm.PermWriteContacts, p.editContact),
		page.Get("/desk/contacts/:id/accounts", accounts.PermRebind, p.contactAccounts),
		page.Post("/desk/contacts/:id/accounts", accounts.PermRebind, p.rebindAccount),
		page.Get("/desk/contacts/:id/forum", forum.PermIdentify, p.contactForum),
		page.Post("/desk/contacts/:id/forum", forum.PermIdentify, p.identifyInForum),
		page.Get("/desk/contacts/:id/erasure", civic.PermErase, p.erasure).Costing(5),
		page.Post("/desk/contacts/:id/erasure", civic.PermErase, p.erase).Costing(5),
		page.Post("/desk/contacts/:id/consents", crm.PermWriteContacts, p.setConsent),
		page.Get("/desk/contacts/:id/consents/:row", page.Staff, p.consentReceipt),
	}
}
