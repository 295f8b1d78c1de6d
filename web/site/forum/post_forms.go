package forum

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// compose is what the pages share on which citizens write: the form, how it is signed, and how the text will
// look.
type compose struct {
	Form    ui.Form
	Sign    string
	Preview template.HTML // empty: none was asked for
}

// keepText returns the form of what was sent. What time can heal, or the closing of a discussion, does not
// throw the text away: it comes back in its form like any other fault.
func keepText(form *page.Form, err error) (ui.Form, bool) {
	var e *civic.Error
	if errors.As(err, &e) && slices.Contains([]civic.Code{civic.Limited, civic.Gone}, e.Code) {
		err = &civic.Error{Code: civic.Invalid, Message: e.Message, Cause: err}
	}
	return form.Again(err)
}

// preview returns the sent form, without faults, and its text as it will look.
func (p *Pages) preview(r *page.Request, form *page.Form, source string, values url.Values) compose {
	f := r.NewForm(values)
	f.Key = string(form.Key())
	return compose{Form: f, Preview: p.Forum.Markdown().HTML(source)}
}

// forumNewPage asks for a new discussion.
type forumNewPage struct {
	compose
	Areas []forum.Area // that take new discussions
}

// newThread shows the form of a new discussion.
func (p *Pages) newThread(r *page.Request) error {
	return p.showNewThread(r, http.StatusOK, compose{Form: r.NewForm(ui.Prefill("area", r.Query("area")))})
}

func (p *Pages) showNewThread(r *page.Request, status int, c compose) (err error) {
	view := forumNewPage{compose: c}
	if view.Sign, err = p.Forum.Signature(r.Context(), r.Actor); err != nil {
		return err
	}
	areas, err := p.Forum.AreaList(r.Context())
	if err != nil {
		return err
	}
	view.Areas = slices.DeleteFunc(areas, func(a forum.Area) bool { return a.Closed })
	f := r.Frame(r.T("forum.new.title")).With(r.T("forum.title"), "/forum")
	return r.Page(status, forumNew(f, view))
}

// startThread begins a discussion, or shows how it will look.
func (p *Pages) startThread(r *page.Request) error {
	form := r.Form()
	in := forum.ThreadInput{
		FormKey: string(form.Key()), Area: form.ID("area"), Title: form.String("title"),
		Source: form.Text("body", forum.MaxBody),
		Tags:   strings.Split(form.String("tags"), ","), AsksAnswer: form.Bool("asks"),
	}
	if form.Has("preview") && form.Err() == nil {
		return p.showNewThread(r, http.StatusOK, p.preview(r, form, in.Source, url.Values{
			"area": {string(in.Area)}, "title": {in.Title}, "body": {in.Source},
			"tags": {form.String("tags")},
			"asks": {form.Raw("asks")},
		}))
	}
	var thread forum.Thread
	err := form.Err()
	if err == nil {
		thread, err = p.Forum.StartThread(r.Context(), r.Actor, in)
	}
	if f, ok := keepText(form, err); ok {
		return p.showNewThread(r, http.StatusUnprocessableEntity, compose{Form: f})
	}
	if err != nil {
		return err
	}
	return r.Redirect(thread.Path(), civic.Msg("forum.new.done"))
}

// forumReplyPage asks for a reply to one post.
type forumReplyPage struct {
	compose
	Thread forum.Thread
	Parent forum.PostView
}

// newThreadReply shows the form of a reply to the post that the query names, by default the first.
func (p *Pages) newThreadReply(r *page.Request) error {
	return p.showReply(r, http.StatusOK, max(readNumber(r.Query("a")), 1), compose{Form: r.NewForm(nil)})
}

func (p *Pages) showReply(r *page.Request, status int, parent int64, c compose) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view := forumReplyPage{compose: c}
	if view.Thread, view.Parent, err = p.Forum.Post(r.Context(), r.Actor, id, parent); err != nil {
		return err
	}
	if view.Sign, err = p.Forum.Signature(r.Context(), r.Actor); err != nil {
		return err
	}
	f, err := p.below(r, r.T("forum.reply.title"), view.Thread)
	if err != nil {
		return err
	}
	return r.Page(status, forumReply(f, view))
}

// replyToThread adds a reply, or shows how it will look.
func (p *Pages) replyToThread(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	in := forum.ReplyInput{
		FormKey: string(form.Key()), Thread: id, Parent: max(readNumber(form.String("parent")), 1),
		Source: form.Text("body", forum.MaxBody),
	}
	if form.Has("preview") && form.Err() == nil {
		return p.showReply(r, http.StatusOK, in.Parent,
			p.preview(r, form, in.Source, ui.Prefill("body", in.Source)))
	}
	var post forum.Post
	if err = form.Err(); err == nil {
		post, err = p.Forum.Reply(r.Context(), r.Actor, in)
	}
	if f, ok := keepText(form, err); ok {
		return p.showReply(r, http.StatusUnprocessableEntity, in.Parent, compose{Form: f})
	}
	if err != nil {
		return err
	}
	thread, err := p.Forum.Thread(r.Context(), id)
	if err != nil {
		return err
	}
	return r.Redirect(post.Path(thread), civic.Msg("forum.reply.done"))
}

// forumEditPage asks for another text of a post.
type forumEditPage struct {
	compose
	Thread   forum.Thread
	Number   int64
	Revision int64
	Base     string              // the text when the form was opened
	Conflict *forum.EditConflict // what others stored meanwhile
	Mine     bool                // they are the reader, in another window
}

// editPost shows the form that changes a post.
func (p *Pages) editPost(r *page.Request) error {
	id, number, err := postAt(r)
	if err != nil {
		return err
	}
	_, post, err := p.Forum.Editable(r.Context(), r.Actor, id, number)
	if err != nil {
		return err
	}
	return p.showEdit(r, http.StatusOK,
		forumEditPage{Revision: post.Revision, Base: post.Source,
			compose: compose{Form: r.NewForm(ui.Prefill("body", post.Source))}})
}

func (p *Pages) showEdit(r *page.Request, status int, view forumEditPage) error {
	id, number, err := postAt(r)
	if err != nil {
		return err
	}
	thread, _, err := p.Forum.Editable(r.Context(), r.Actor, id, number)
	if err != nil && (civic.CodeOf(err) != civic.Gone || status == http.StatusOK) {
		return err // what was typed for a post that is gone comes back all the same
	}
	f, err := p.below(r, r.T("forum.edit.title", civic.Args{"Number": number}), thread)
	if err != nil {
		return err
	}
	view.Thread, view.Number = thread, number
	return r.Page(status, forumEdit(f, view))
}

// savePost changes a post, or shows how it will look.
func (p *Pages) savePost(r *page.Request) error {
	id, number, err := postAt(r)
	if err != nil {
		return err
	}
	form := r.Form()
	in := forum.EditInput{
		Thread: id, Number: number, Revision: readNumber(form.String("revision")), Base: form.Raw("base"),
		Source: form.Text("body", forum.MaxBody),
	}
	view := forumEditPage{Revision: in.Revision, Base: in.Base}
	if form.Has("preview") && form.Err() == nil {
		view.compose = p.preview(r, form, in.Source, ui.Prefill("body", in.Source))
		return p.showEdit(r, http.StatusOK, view)
	}
	var post forum.Post
	if err = form.Err(); err == nil {
		post, err = p.Forum.EditPost(r.Context(), r.Actor, in)
	}
	if f, ok := keepText(form, view.meet(r, err)); ok {
		view.Form = f
		return p.showEdit(r, http.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	thread, err := p.Forum.Thread(r.Context(), id)
	if err != nil {
		return err
	}
	return r.Redirect(post.Path(thread), civic.Msg("forum.edit.done"))
}

// meet takes a conflict into the page: saving it once more then replaces what others stored, on purpose. It
// returns err.
func (view *forumEditPage) meet(r *page.Request, err error) error {
	if errors.As(err, &view.Conflict) {
		view.Revision, view.Base = view.Conflict.Revision, view.Conflict.Stored
		view.Mine = view.Conflict.By.Account == r.Actor.Account
	}
	return err
}

// forumProfile shows how the reader signs in the forum.
func (p *Pages) forumProfile(r *page.Request) error {
	member, err := p.Forum.Member(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return p.showProfile(r, http.StatusOK, r.NewForm(ui.Prefill("pseudonym", member.Pseudonym)))
}

func (p *Pages) showProfile(r *page.Request, status int, form ui.Form) error {
	sign, err := p.Forum.Signature(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	f := r.Frame(r.T("forum.profile.title")).With(r.T("forum.title"), "/forum")
	return r.Page(status, forumProfile(f, compose{Form: form, Sign: sign}))
}

// saveForumProfile changes how the reader signs.
func (p *Pages) saveForumProfile(r *page.Request) error {
	form := r.Form()
	name := form.String("pseudonym")
	err := form.Err()
	if err == nil {
		_, err = p.Forum.SetPseudonym(r.Context(), r.Actor, name)
	}
	if f, ok := form.Again(err); ok {
		return p.showProfile(r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return r.Redirect("/forum/profilo", civic.Msg("forum.profile.done"))
}

// numeral writes the number of a post for an address or a form.
func numeral(n int64) string { return strconv.FormatInt(n, 10) }
