// Package signin has the way staff sign in, and get a new password.
package signin

import "ascolto/internal/accounts"

// Pages answers the requests about signing in.
type Pages struct {
	Accounts *accounts.Service
}
