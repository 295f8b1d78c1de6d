// Package campaigns has campaigns, from the draft to who got them.
package campaigns

import (
	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/internal/reference"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/web/page"
)

// Pages answers the requests about campaigns.
type Pages struct {
	CRM       *crm.Service
	Segments  *segment.Service
	Reference *reference.Service
	Notify    *notify.Service
	Work      *work.Service
	// RuleLines returns a rule in words, each part on a line of its own
	RuleLines func(r *page.Request, rule segment.Rule) ([]string, error)
}
