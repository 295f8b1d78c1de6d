package desk

import (
	"net/http"

	"ascolto/web/visit"
)

// Shortcuts lists the keys of the desk, for who has no scripts and came by the link.
func (p *Pages) Shortcuts(v *visit.Visit) error {
	return v.Page(http.StatusOK, shortcutsPage(v.Frame(v.T("core.shortcuts.title"))))
}
