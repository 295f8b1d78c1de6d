package forum

import (
	"net/http"
	"net/url"
	"time"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// assigned returns what the form to assign a discussion shows: who is to answer now, and by when.
func assigned(t forum.Thread) url.Values {
	values := ui.Prefill("office", string(t.Office))
	if !t.DueAt.IsZero() && t.DueAt.After(civic.Now()) {
		values.Set("due_on", t.DueAt.In(civic.Rome()).Format(time.DateOnly))
	}
	return values
}

// assignThread has an office answer a discussion by a day.
func (p *Pages) assignThread(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	in := forum.AssignInput{Thread: id, Round: form.Int("round"), DueOn: form.String("due_on"),
		Reason: form.Line("reason", forum.MaxReason)}
	if form.String("office") != "" {
		in.Office = form.ID("office")
	}
	if err = form.Err(); err == nil {
		_, err = p.Forum.Assign(r.Context(), r.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showThread(r, http.StatusUnprocessableEntity,
			func(view *forumThreadPage) { view.Assign = again })
	}
	if err != nil {
		return err
	}
	return r.Redirect(deskui.ThreadPath(id), civic.Msg("forum.desk.assign.done"))
}
