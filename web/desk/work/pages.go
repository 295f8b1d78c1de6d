// Package work has long work: how far it is, and what it made.
package work

import "ascolto/internal/work"

// Pages answers the requests about long work.
type Pages struct {
	Work *work.Service
}
