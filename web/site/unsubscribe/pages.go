// Package unsubscribe has what the links in mails lead to.
package unsubscribe

import (
	"ascolto/internal/reference"
	"ascolto/notify"
)

// Pages answers the requests about unsubscribing.
type Pages struct {
	Reference *reference.Service
	Notify    *notify.Service
}
