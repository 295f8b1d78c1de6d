package interactions

import (
	"ascolto/crm"
	"ascolto/web/page"
)

// Routes returns who may ask for what of conversations.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/calls/new", crm.PermWriteInteractions, p.newCall),
		page.Post("/desk/calls", crm.PermWriteInteractions, p.recordCall).Attaching(crm.InteractionFiles()),
		page.Get("/desk/interactions", crm.PermReadInteractions, p.interactions),
		page.Get("/desk/interactions/statistics", crm.PermCallFigures, p.callFigures).Costing(5),
		page.Get("/desk/interactions/statistics.csv", crm.PermCallFigures, p.downloadCallFigures).Costing(5),
		page.Get("/desk/interactions/:id", crm.PermReadInteractions, p.interaction),
		page.Post("/desk/interactions/:id/close", crm.PermWriteInteractions, p.closeFollowUp).Long(),
		page.Post("/desk/interactions/:id", crm.PermWriteInteractions, p.correctInteraction).Long(),
		page.Get("/desk/interactions/:id/edit", crm.PermWriteInteractions, p.editInteraction),
		page.Post("/desk/interactions/:id/notes", crm.PermWriteInteractions, p.addCaseNote).Long(),
		page.Post("/desk/interactions/:id/assign", crm.PermWriteInteractions, p.assignInteraction),
		page.Post("/desk/interactions/:id/contact", crm.PermWriteInteractions, p.attachContact),
		page.Post("/desk/interactions/:id/files", crm.PermWriteInteractions, p.attachFiles).
			Attaching(crm.InteractionFiles()),
		page.Get("/desk/interactions/:id/files/:file", crm.PermReadInteractions, p.file),
		page.Post("/desk/interactions/:id/files/:file/remove", crm.PermWriteInteractions, p.removeFile),
		page.Post("/desk/interactions/:id/reopen", crm.PermWriteInteractions, p.reopenFollowUp),
	}
}
