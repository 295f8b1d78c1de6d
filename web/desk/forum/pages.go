// Package forum has the discussions and areas of the forum as offices see them.
package forum

import (
	"ascolto/forum"
	"ascolto/internal/reference"
)

// Pages answers the requests about the forum.
type Pages struct {
	Reference *reference.Service
	Forum     *forum.Service
}
