// Package desk has the pages that staff see.
package desk

import (
	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	town "ascolto/internal/reference"
	"ascolto/internal/sitepage"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/search"
	"ascolto/surveys"
)

// Pages answers the requests for the desk.
type Pages struct {
	Accounts       *accounts.Service
	Audit          *audit.Log
	CRM            *crm.Service
	SegmentService *segment.Service
	Reference      *town.Service
	Surveys        *surveys.Service
	Forum          *forum.Service
	Notify         *notify.Service
	Search         *search.Index
	Texts          *sitepage.Service
	Work           *work.Service

	TokenScopes []civic.Permission // what programs can be allowed
}
