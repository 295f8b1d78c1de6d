package deskui

import (
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/web/page"
)

// Rows asks for a page of a long list.
func Rows(r *page.Request) civic.PageRequest {
	view := r.PageRequest()
	view.Size = deskRows
	return view
}

// deskRows is how many rows a list of the desk has: as many as a large screen shows.
const deskRows = 40

// Revision returns the revision that a form was made of.
func Revision(form *page.Form) int64 { return int64(form.Int("rev")) }

// EndSession ends the session that the form names.
func EndSession(r *page.Request, known *accounts.Service) error {
	form := r.Form()
	session := form.ID("session")
	if err := form.Err(); err != nil {
		return err
	}
	return known.Revoke(r.Context(), r.Actor, session)
}

// Export leads to a file that is sent at once, or has it made and leads to the page that shows how far it is.
func Export(r *page.Request, tasks *work.Service, task work.NewTask, long bool, direct string) error {
	if !long {
		return r.Redirect(direct)
	}
	task.FormKey = string(r.Form().Key())
	if err := r.Form().Err(); err != nil {
		return err
	}
	t, err := tasks.Add(r.Context(), r.Actor, task)
	if err != nil {
		return err
	}
	return r.Redirect(TaskPath(t.ID), civic.Msg("work.asked"))
}
