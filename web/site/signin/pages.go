// Package signin has the ways citizens sign in and out.
package signin

import (
	"ascolto/internal/accounts"
	"ascolto/notify"
)

// Pages answers the requests about signing in.
type Pages struct {
	Accounts *accounts.Service
	Notify   *notify.Service
}
