package requests

import (
	"errors"
	"net/http"
	"strconv"

	"ascolto/crm/requests"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/page"
)

// newRequest shows the form of a procedure: empty, or with what waits to be confirmed in this browser.
func (p *Pages) newRequest(r *page.Request) error {
	asked := r.Query(resumeParam)
	if asked != resumeAwaited { // else it was written without signing in
		if err := mayAsk(r.Actor); err != nil {
			return err
		}
	}
	view := filePage{Form: r.NewForm(nil)}
	if asked != "" {
		d, err := p.resumed(r, asked)
		if err != nil {
			return err
		}
		if d.Filed != "" || d.Contact == "" && d.Declared == nil { // it says no more than that to this browser
			return r.Redirect(confirmPath)
		}
		view.Form = r.NewForm(draftValues(d))
		view.Form.Key, view.Form.Attached = string(d.ID), map[string][]blob.Attachment{"files": d.Files}
		view.SavedUntil = d.ExpiresAt
	}
	return p.showForm(r, http.StatusOK, view)
}

// resumed returns what the reader goes on with: the draft that is asked for, or that which waits to be
// confirmed in this browser. Who is not signed in has no other.
func (p *Pages) resumed(r *page.Request, asked string) (requests.Draft, error) {
	if r.Actor.Account == "" || asked == resumeAwaited {
		d, _, err := p.awaited(r)
		return d, err
	}
	id, err := civic.ParseID(asked)
	if err != nil {
		return requests.Draft{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	return p.Requests.OwnDraft(r.Context(), r.Actor, id)
}

// save keeps what a citizen typed so far, who goes on with it later.
func (p *Pages) save(r *page.Request, form *page.Form, in requests.FileInput) error {
	if in.Declared != nil {
		return civic.NewError(civic.Unauthenticated, "error.unauthenticated")
	}
	if _, err := p.Requests.Save(r.Context(), r.Actor, in); err != nil {
		return p.refused(r, form, err)
	}
	return r.Redirect(ownPath, civic.Msg("requests.draft.saved"))
}

// discardDraft erases what a citizen has begun.
func (p *Pages) discardDraft(r *page.Request) error {
	id, err := r.ID("draft")
	if err != nil {
		return err
	}
	if err := p.Requests.DiscardOwn(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Redirect(ownPath, civic.Msg("requests.draft.discarded"))
}

// saveAlong keeps what is shown of a citizen, who finds it again when they leave the form. What cannot be
// saved can be sent all the same.
func (p *Pages) saveAlong(r *page.Request, view *filePage, in requests.FileInput) {
	d, err := p.Requests.Save(r.Context(), r.Actor, in)
	switch {
	case err == nil:
		view.SavedUntil = d.ExpiresAt
		view.Form.Values.Set(versionField, strconv.Itoa(d.Version))
	case errors.Is(err, requests.ErrDraftNewer):
		p.showNewer(r, view)
	}
}

// showNewer adds to a form what its citizen saved elsewhere since, of which it knows then. Where that is gone
// meanwhile the form can be sent as it is.
func (p *Pages) showNewer(r *page.Request, view *filePage) {
	d, err := p.Requests.OwnDraft(r.Context(), r.Actor, civic.ID(view.Form.Key))
	if err != nil {
		return
	}
	view.Newer = &d
	view.Form.Values.Set(versionField, strconv.Itoa(d.Version))
}
