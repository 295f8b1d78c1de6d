package home

import (
	"net/http"

	"ascolto/web/page"
)

// shortcuts lists the keys of the desk, for who has no scripts and came by the link.
func (p *Pages) shortcuts(r *page.Request) error {
	return r.Page(http.StatusOK, shortcutsPage(r.Frame(r.T("core.shortcuts.title"))))
}
