package segments

import (
	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/web/page"
)

// Routes returns who may ask for what of segments.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/segments", segment.PermRead, p.segments),
		page.Post("/desk/segments", segment.PermWrite, p.createSegment).Long(),
		page.Get("/desk/segments/new", segment.PermWrite, p.newSegment),
		page.Get("/desk/segments/:id", segment.PermRead, p.segment),
		page.Post("/desk/segments/:id", segment.PermWrite, p.updateSegment).Long(),
		page.Get("/desk/segments/:id/edit", segment.PermWrite, p.editSegment),
		page.Get("/desk/segments/:id/export", crm.PermExportContacts, p.exportSegment).Costing(5),
		page.Post("/desk/segments/:id/export", crm.PermExportContacts, p.askSegmentExport).Costing(5),
		page.Post("/desk/segments/:id/delete", segment.PermWrite, p.deleteSegment),
	}
}
