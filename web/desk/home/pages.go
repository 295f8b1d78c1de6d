// Package home has the start page of the desk and its keys.
package home

import (
	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/crm/requests/intake"
	"ascolto/crm/requests/register"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/blob"
	"ascolto/internal/reference"
	"ascolto/notify"
	"ascolto/surveys"
)

// Pages answers the requests about the start page of the desk.
type Pages struct {
	Accounts  *accounts.Service
	Files     *blob.Store
	CRM       *crm.Service
	Reference *reference.Service
	Surveys   *surveys.Service
	Forum     *forum.Service
	Notify    *notify.Service
	Requests  *requests.Service
	Intake    *intake.Service
	Register  *register.Service
}
