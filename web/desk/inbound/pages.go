// Package inbound has the mail that came in, as the offices look at it: what came of each, what waits for
// somebody to say what it is, and what becomes of mail by itself.
package inbound

import (
	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/crm/requests/intake"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/web/page"
)

// Pages answers the requests about mail that came in.
type Pages struct {
	Intake    *intake.Service
	Requests  *requests.Service
	CRM       *crm.Service
	Reference *reference.Service
}

// The addresses.
const (
	listPath     = "/desk/inbound"
	settingsPath = "/desk/inbound-settings"
	requestsPath = "/desk/requests"
)

func mailPath(id civic.ID) string { return listPath + "/" + string(id) }

func requestPath(id civic.ID) string { return requestsPath + "/" + string(id) }

// Routes returns who may ask for what of mail that came in.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get(listPath, requests.PermRead, p.list),
		page.Get(listPath+"/:id", requests.PermRead, p.mail),
		page.Post(listPath+"/:id/file", requests.PermWrite, p.file).Long(),
		page.Post(listPath+"/:id/attach", requests.PermWrite, p.attach),
		page.Get(listPath+"/:id/discard", requests.PermWrite, p.askDiscard),
		page.Post(listPath+"/:id/discard", requests.PermWrite, p.discard),
		page.Get(listPath+"/:id/original", requests.PermRead, p.original),
		page.Get(listPath+"/:id/files/:file", requests.PermRead, p.sendFile),
		page.Get(settingsPath, requests.PermWriteProcedures, p.settings),
		page.Post(settingsPath, requests.PermWriteProcedures, p.saveSettings),
	}
}
