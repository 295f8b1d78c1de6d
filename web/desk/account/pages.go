// Package account has one's own account: password, sessions, access tokens.
package account

import (
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
)

// Pages answers the requests about one's own account.
type Pages struct {
	Accounts    *accounts.Service
	TokenScopes []civic.Permission // what programs can be allowed
}
