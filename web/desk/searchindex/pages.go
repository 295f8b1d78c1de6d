// Package searchindex has how the search index stands, and its rebuilding.
package searchindex

import (
	"ascolto/internal/work"
	"ascolto/search"
)

// Pages answers the requests about the search index.
type Pages struct {
	Search *search.Index
	Work   *work.Service
}
