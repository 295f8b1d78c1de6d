package contacts

import (
	"net/http"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// identifyPage asks why somebody wants to know what a person wrote under a pseudonym, and shows it once the
// reason is given.
type identifyPage struct {
	Contact civic.ID
	Form    ui.Form
	Known   bool // the reason was given
	Posts   []forum.Disguised
}

func contactForumPath(contact civic.ID) string { return "/desk/contacts/" + string(contact) + "/forum" }

// contactForum asks for the reason.
func (p *Pages) contactForum(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK,
		contactForum(r.Frame(r.T("forum.identify.title")), identifyPage{Contact: id, Form: r.NewForm(nil)}))
}

// identifyInForum shows what a contact wrote under a pseudonym. It is the answer itself, so that seeing it
// again needs a reason again.
func (p *Pages) identifyInForum(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	view, status := identifyPage{Contact: id, Form: r.NewForm(nil)}, http.StatusOK
	reason := form.Line("reason", 300)
	if err = form.Err(); err == nil {
		view.Posts, err = p.Forum.Identify(r.Context(), r.Actor, id, reason)
	}
	if again, ok := form.Again(err); ok {
		view.Form, status = again, http.StatusUnprocessableEntity
	} else if err != nil {
		return err
	} else {
		view.Known = true
	}
	return r.Page(status, contactForum(r.Frame(r.T("forum.identify.title")), view))
}

// orNameless returns a signature, or the words that stand for one that is not shown.
func orNameless(f ui.Frame, name string) string {
	if name == "" {
		return f.T("forum.identify.unsigned")
	}
	return name
}
