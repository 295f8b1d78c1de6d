package audit

import (
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/web/page"
)

// Routes returns who may ask for what of the audit.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/audit", audit.PermRead, p.auditLog),
		page.Get("/desk/audit/export", audit.PermRead, p.exportAudit).Costing(5),
		page.Post("/desk/audit/verify", audit.PermRead, p.verifyAudit).Costing(20),
		page.Get("/desk/audit/evidence", accounts.PermEvidence, p.evidence),
	}
}
