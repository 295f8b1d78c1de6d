// Package users has the colleagues and their duties.
package users

import (
	"ascolto/internal/accounts"
	"ascolto/internal/reference"
	"ascolto/notify"
)

// Pages answers the requests about colleagues.
type Pages struct {
	Accounts  *accounts.Service
	Reference *reference.Service
	Notify    *notify.Service
}
