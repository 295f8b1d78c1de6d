// Package home has the start page of the site, its map for search engines and the choice of the language.
package home

import (
	"ascolto/forum"
	"ascolto/surveys"
)

// Pages answers the requests about the site as a whole.
type Pages struct {
	Surveys *surveys.Service
	Forum   *forum.Service

	known sitemap
}
