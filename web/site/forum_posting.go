package site

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
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// compose is what the pages share on which citizens write: the form, how it is signed, and how the text will look.
type compose struct {
	Form    ui.Form
	Sign    string
	Preview template.HTML // empty: none was asked for
}

// keepText returns the form of what was sent. What time can heal, or the closing of a discussion, does not throw the text away: it
// comes back in its form like any other fault.
func keepText(form *visit.Form, err error) (ui.Form, bool) {
	var e *civic.Error
	if errors.As(err, &e) && slices.Contains([]civic.Code{civic.Limited, civic.Gone}, e.Code) {
		err = &civic.Error{Code: civic.Invalid, Message: e.Message, Cause: err}
	}
	return form.Again(err)
}

// preview returns the sent form, without faults, and its text as it will look.
func (p *Pages) preview(v *visit.Visit, form *visit.Form, source string, values url.Values) compose {
	f := v.NewForm(values)
	f.Key = string(form.Key())
	return compose{Form: f, Preview: p.Forum.Markdown().HTML(source)}
}

// forumNewPage asks for a new discussion.
type forumNewPage struct {
	compose
	Areas []forum.Area // that take new discussions
}

// NewThread shows the form of a new discussion.
func (p *Pages) NewThread(v *visit.Visit) error {
	return p.showNewThread(v, http.StatusOK, compose{Form: v.NewForm(ui.Prefill("area", v.Query("area")))})
}

func (p *Pages) showNewThread(v *visit.Visit, status int, c compose) (err error) {
	page := forumNewPage{compose: c}
	if page.Sign, err = p.Forum.Signature(v.Context(), v.Actor); err != nil {
		return err
	}
	areas, err := p.Forum.AreaList(v.Context())
	if err != nil {
		return err
	}
	page.Areas = slices.DeleteFunc(areas, func(a forum.Area) bool { return a.Closed })
	f := v.Frame(v.T("forum.new.title")).With(v.T("forum.title"), "/forum")
	return v.Page(status, forumNew(f, page))
}

// StartThread begins a discussion, or shows how it will look.
func (p *Pages) StartThread(v *visit.Visit) error {
	form := v.Form()
	in := forum.ThreadInput{
		FormKey: string(form.Key()), Area: form.ID("area"), Title: form.String("title"), Source: form.Text("body", forum.MaxBody),
		Tags: strings.Split(form.String("tags"), ","), AsksAnswer: form.Bool("asks"),
	}
	if form.Has("preview") && form.Err() == nil {
		return p.showNewThread(v, http.StatusOK, p.preview(v, form, in.Source, url.Values{
			"area": {string(in.Area)}, "title": {in.Title}, "body": {in.Source}, "tags": {form.String("tags")}, "asks": {form.Raw("asks")},
		}))
	}
	var thread forum.Thread
	err := form.Err()
	if err == nil {
		thread, err = p.Forum.StartThread(v.Context(), v.Actor, in)
	}
	if f, ok := keepText(form, err); ok {
		return p.showNewThread(v, http.StatusUnprocessableEntity, compose{Form: f})
	}
	if err != nil {
		return err
	}
	return v.Redirect(thread.Path(), civic.Msg("forum.new.done"))
}

// forumReplyPage asks for a reply to one post.
type forumReplyPage struct {
	compose
	Thread forum.Thread
	Parent forum.PostView
}

// NewThreadReply shows the form of a reply to the post that the query names, by default the first.
func (p *Pages) NewThreadReply(v *visit.Visit) error {
	return p.showReply(v, http.StatusOK, max(readNumber(v.Query("a")), 1), compose{Form: v.NewForm(nil)})
}

func (p *Pages) showReply(v *visit.Visit, status int, parent int64, c compose) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	page := forumReplyPage{compose: c}
	if page.Thread, page.Parent, err = p.Forum.Post(v.Context(), v.Actor, id, parent); err != nil {
		return err
	}
	if page.Sign, err = p.Forum.Signature(v.Context(), v.Actor); err != nil {
		return err
	}
	f, err := p.below(v, v.T("forum.reply.title"), page.Thread)
	if err != nil {
		return err
	}
	return v.Page(status, forumReply(f, page))
}

// ReplyToThread adds a reply, or shows how it will look.
func (p *Pages) ReplyToThread(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	form := v.Form()
	in := forum.ReplyInput{
		FormKey: string(form.Key()), Thread: id, Parent: max(readNumber(form.String("parent")), 1), Source: form.Text("body", forum.MaxBody),
	}
	if form.Has("preview") && form.Err() == nil {
		return p.showReply(v, http.StatusOK, in.Parent, p.preview(v, form, in.Source, ui.Prefill("body", in.Source)))
	}
	var post forum.Post
	if err = form.Err(); err == nil {
		post, err = p.Forum.Reply(v.Context(), v.Actor, in)
	}
	if f, ok := keepText(form, err); ok {
		return p.showReply(v, http.StatusUnprocessableEntity, in.Parent, compose{Form: f})
	}
	if err != nil {
		return err
	}
	thread, err := p.Forum.Thread(v.Context(), id)
	if err != nil {
		return err
	}
	return v.Redirect(post.Path(thread), civic.Msg("forum.reply.done"))
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

// EditPost shows the form that changes a post.
func (p *Pages) EditPost(v *visit.Visit) error {
	id, number, err := postAt(v)
	if err != nil {
		return err
	}
	_, post, err := p.Forum.Editable(v.Context(), v.Actor, id, number)
	if err != nil {
		return err
	}
	return p.showEdit(v, http.StatusOK, forumEditPage{Revision: post.Revision, Base: post.Source, compose: compose{Form: v.NewForm(ui.Prefill("body", post.Source))}})
}

func (p *Pages) showEdit(v *visit.Visit, status int, page forumEditPage) error {
	id, number, err := postAt(v)
	if err != nil {
		return err
	}
	thread, _, err := p.Forum.Editable(v.Context(), v.Actor, id, number)
	if err != nil && (civic.CodeOf(err) != civic.Gone || status == http.StatusOK) {
		return err // what was typed for a post that is gone comes back all the same
	}
	f, err := p.below(v, v.T("forum.edit.title", civic.Args{"Number": number}), thread)
	if err != nil {
		return err
	}
	page.Thread, page.Number = thread, number
	return v.Page(status, forumEdit(f, page))
}

// SavePost changes a post, or shows how it will look.
func (p *Pages) SavePost(v *visit.Visit) error {
	id, number, err := postAt(v)
	if err != nil {
		return err
	}
	form := v.Form()
	in := forum.EditInput{
		Thread: id, Number: number, Revision: readNumber(form.String("revision")), Base: form.Raw("base"), Source: form.Text("body", forum.MaxBody),
	}
	page := forumEditPage{Revision: in.Revision, Base: in.Base}
	if form.Has("preview") && form.Err() == nil {
		page.compose = p.preview(v, form, in.Source, ui.Prefill("body", in.Source))
		return p.showEdit(v, http.StatusOK, page)
	}
	var post forum.Post
	if err = form.Err(); err == nil {
		post, err = p.Forum.EditPost(v.Context(), v.Actor, in)
	}
	if f, ok := keepText(form, page.meet(v, err)); ok {
		page.Form = f
		return p.showEdit(v, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	thread, err := p.Forum.Thread(v.Context(), id)
	if err != nil {
		return err
	}
	return v.Redirect(post.Path(thread), civic.Msg("forum.edit.done"))
}

// meet takes a conflict into the page: saving it once more then replaces what others stored, on purpose. It returns err.
func (page *forumEditPage) meet(v *visit.Visit, err error) error {
	if errors.As(err, &page.Conflict) {
		page.Revision, page.Base = page.Conflict.Revision, page.Conflict.Stored
		page.Mine = page.Conflict.By.Account == v.Actor.Account
	}
	return err
}

// ForumProfile shows how the reader signs in the forum.
func (p *Pages) ForumProfile(v *visit.Visit) error {
	member, err := p.Forum.Member(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	return p.showProfile(v, http.StatusOK, v.NewForm(ui.Prefill("pseudonym", member.Pseudonym)))
}

func (p *Pages) showProfile(v *visit.Visit, status int, form ui.Form) error {
	sign, err := p.Forum.Signature(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	f := v.Frame(v.T("forum.profile.title")).With(v.T("forum.title"), "/forum")
	return v.Page(status, forumProfile(f, compose{Form: form, Sign: sign}))
}

// SaveForumProfile changes how the reader signs.
func (p *Pages) SaveForumProfile(v *visit.Visit) error {
	form := v.Form()
	name := form.String("pseudonym")
	err := form.Err()
	if err == nil {
		_, err = p.Forum.SetPseudonym(v.Context(), v.Actor, name)
	}
	if f, ok := form.Again(err); ok {
		return p.showProfile(v, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return v.Redirect("/forum/profilo", civic.Msg("forum.profile.done"))
}

// numeral writes the number of a post for an address or a form.
func numeral(n int64) string { return strconv.FormatInt(n, 10) }
