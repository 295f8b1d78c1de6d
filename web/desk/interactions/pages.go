// Package interactions has calls and other conversations with citizens, and their figures.
package interactions

import (
	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/reference"
	"ascolto/web/page"
)

// Pages answers the requests about conversations.
type Pages struct {
	CRM       *crm.Service
	Requests  *requests.Service
	Reference *reference.Service
	Files     page.Files
}
