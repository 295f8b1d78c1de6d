// Package settings has the town's data: districts, offices, topics, tags.
package settings

import "ascolto/internal/reference"

// Pages answers the requests about the town's data.
type Pages struct {
	Reference *reference.Service
}
