// Package surveys has surveys as citizens answer them, and their results.
package surveys

import (
	"ascolto/surveys"
	"ascolto/web/page"
)

// Pages answers the requests about surveys.
type Pages struct {
	Surveys *surveys.Service
	Files   page.Files
}
