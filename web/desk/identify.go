package desk

import (
	"net/http"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// identifyPage asks why somebody wants to know what a person wrote under a pseudonym, and shows it once the reason is given.
type identifyPage struct {
	Contact civic.ID
	Form    ui.Form
	Known   bool // the reason was given
	Posts   []forum.Disguised
}

func contactForumPath(contact civic.ID) string { return "/desk/contacts/" + string(contact) + "/forum" }

// ContactForum asks for the reason.
func (p *Pages) ContactForum(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, contactForum(v.Frame(v.T("forum.identify.title")), identifyPage{Contact: id, Form: v.NewForm(nil)}))
}

// IdentifyInForum shows what a contact wrote under a pseudonym. It is the answer itself, so that seeing it again needs a reason again.
func (p *Pages) IdentifyInForum(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	form := v.Form()
	page, status := identifyPage{Contact: id, Form: v.NewForm(nil)}, http.StatusOK
	reason := form.Line("reason", 300)
	if err = form.Err(); err == nil {
		page.Posts, err = p.Forum.Identify(v.Context(), v.Actor, id, reason)
	}
	if again, ok := form.Again(err); ok {
		page.Form, status = again, http.StatusUnprocessableEntity
	} else if err != nil {
		return err
	} else {
		page.Known = true
	}
	return v.Page(status, contactForum(v.Frame(v.T("forum.identify.title")), page))
}

// orNameless returns a signature, or the words that stand for one that is not shown.
func orNameless(f ui.Frame, name string) string {
	if name == "" {
		return f.T("forum.identify.unsigned")
	}
	return name
}
