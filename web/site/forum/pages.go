// Package forum has the forum: discussions, posts, reports, feeds.
package forum

import (
	"ascolto/forum"
	"ascolto/internal/sitepage"
	"ascolto/surveys"
)

// Pages answers the requests about the forum.
type Pages struct {
	Surveys *surveys.Service
	Forum   *forum.Service
	Texts   *sitepage.Service
	Memory  *Memory
}
