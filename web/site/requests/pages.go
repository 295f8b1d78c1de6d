// Package requests has what citizens ask the municipality for: what can be asked, filing it, and following it
// signed in or by number and code.
package requests

import (
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/web/page"
)

// Pages answers the requests about requests.
type Pages struct {
	Requests  *requests.Service
	Reference *reference.Service
	Files     page.Files
}

// The addresses.
const (
	askPath      = "/richieste"
	newPath      = "/richieste/nuova/"
	ownPath      = "/richieste/mie"
	draftsPath   = ownPath + "/bozze/"
	followPath   = "/richieste/segui"
	followedPath = "/richieste/seguita"
	confirmPath  = "/richieste/conferma"

	receiptPDF = "/ricevuta.pdf" // below that of a request
)

func ownRequest(id civic.ID) string { return ownPath + "/" + string(id) }

// offices returns what the offices are called.
func (p *Pages) offices(r *page.Request) (map[civic.ID]string, error) {
	all, err := p.Reference.Offices(r.Context())
	names := map[civic.ID]string{}
	for _, o := range all {
		names[o.ID] = o.Name
	}
	return names, err
}
