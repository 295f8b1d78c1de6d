// Package mail has outgoing mail: whether it is held, what was kept, which addresses get none.
package mail

import "ascolto/notify"

// Pages answers the requests about outgoing mail.
type Pages struct {
	Notify *notify.Service
}
