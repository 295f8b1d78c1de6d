// Package audit has who did and read what.
package audit

import (
	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/blob"
	"ascolto/internal/reference"
)

// Pages answers the requests about the audit.
type Pages struct {
	Accounts  *accounts.Service
	Audit     *audit.Log
	CRM       *crm.Service
	Reference *reference.Service
	Requests  *requests.Service
	Forum     *forum.Service
	Files     *blob.Store
}
