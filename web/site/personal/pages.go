// Package personal has the personal area: profile, addresses, preferences, one's own data.
package personal

import (
	"ascolto/crm"
	own "ascolto/crm/privacy"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/surveys"
)

// Pages answers the requests about the personal area.
type Pages struct {
	Accounts  *accounts.Service
	CRM       *crm.Service
	Own       *own.Service
	Reference *reference.Service
	Surveys   *surveys.Service
	Forum     *forum.Service
	Files     *blob.Store
	Requests  *requests.Service
	Personal  []civic.PersonalData // who keeps data about people
}
