// Package segments has the segments of contacts, by their rules.
package segments

import (
	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/internal/reference"
	"ascolto/internal/work"
)

// Pages answers the requests about segments.
type Pages struct {
	CRM       *crm.Service
	Segments  *segment.Service
	Reference *reference.Service
	Work      *work.Service
}
