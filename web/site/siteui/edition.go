package siteui

import (
	"ascolto/forum"
	"ascolto/surveys"
)

// Edition returns a text that changes with everything the start page and discussions show, empty where that
// cannot be known.
func Edition(posts *forum.Service, asked *surveys.Service) string {
	of, and := posts.Edition(), asked.Edition()
	if of == "" || and == "" {
		return ""
	}
	return of + " " + and
}
