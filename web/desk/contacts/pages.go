// Package contacts has what staff see and do of contacts, their consents and their accounts.
package contacts

import (
	"ascolto/crm"
	"ascolto/crm/privacy"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/reference"
	"ascolto/internal/work"
)

// Pages answers the requests about contacts.
type Pages struct {
	Accounts  *accounts.Service
	CRM       *crm.Service
	Reference *reference.Service
	Forum     *forum.Service
	Work      *work.Service
	Erasures  *privacy.Erasures
	Requests  *requests.Service
}
