package forum

import (
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// forumListPage is the list of discussions that wait for an official answer.
type forumListPage struct {
	Threads []forum.Thread
	Areas   map[civic.ID]string
	Offices map[civic.ID]string
	Mine    bool // those of the reader's offices
	Paging  ui.Paging
	MayEdit bool // the areas
}

// forumList shows the discussions that wait for an official answer, the overdue ones first.
func (p *Pages) forumList(r *page.Request) error {
	view := forumListPage{Mine: r.Query("di") == "miei", MayEdit: r.Actor.Allowed(forum.PermAreas)}
	list, err := p.Forum.Awaiting(r.Context(), r.Actor,
		forum.AwaitingFilter{Mine: view.Mine, Page: r.PageRequest()})
	if err != nil {
		return err
	}
	if view.Areas, err = deskui.AreaNames(r, p.Forum); err != nil {
		return err
	}
	if view.Offices, _, err = p.forumOffices(r); err != nil {
		return err
	}
	view.Threads, view.Paging = list.Items, ui.PagingBy("/desk/forum", r.Queries(), list.Next)
	return r.Page(http.StatusOK, forumList(r.Frame(r.T("forum.desk.title")), view))
}

// forumOffices returns what the offices are called, and those to which something can be given.
func (p *Pages) forumOffices(r *page.Request) (map[civic.ID]string, []ui.Option, error) {
	offices, err := p.Reference.Offices(r.Context())
	names, options := map[civic.ID]string{}, []ui.Option{{Label: r.T("forum.desk.assign.none")}}
	for _, o := range offices {
		names[o.ID] = o.Name
		if !o.Inactive {
			options = append(options, ui.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	return names, options, err
}

// forumThreadPage is a discussion as staff see it, with the forms for an answer, a note and a decision.
type forumThreadPage struct {
	forum.DeskView
	Areas     []forum.Area
	Names     map[civic.ID]string // of the offices
	AssignTo  []ui.Option         // to which it can be assigned
	Assign    ui.Form
	MayAssign bool
	Answer    ui.Form
	Note      ui.Form
	Decision  ui.Form
	Preview   template.HTML // of an answer
	Paging    ui.Paging     // of the replies
	Moderator bool
}

// forumThread shows a discussion with the desk's notes.
func (p *Pages) forumThread(r *page.Request) error {
	return p.showThread(r, http.StatusOK, func(*forumThreadPage) {})
}

// showThread shows a discussion after fill has put back the form that was sent.
func (p *Pages) showThread(r *page.Request, status int, fill func(*forumThreadPage)) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view := forumThreadPage{
		Moderator: r.Actor.Allowed(forum.PermModerate), MayAssign: r.Actor.Allowed(forum.PermAssign),
	}
	from, _ := strconv.ParseInt(r.Query(ui.CursorParam), 10, 64)
	if view.DeskView, err = p.Forum.DeskThread(r.Context(), r.Actor, id,
		forum.PageAt{With: from}); err != nil {
		return err
	}
	view.Paging = repliesPaging(view.ThreadView, from)
	if view.Areas, err = p.Forum.AreaList(r.Context()); err != nil {
		return err
	}
	if view.Names, view.AssignTo, err = p.forumOffices(r); err != nil {
		return err
	}
	view.Answer, view.Note, view.Decision, view.Assign = r.NewForm(nil), r.NewForm(nil), r.NewForm(nil),
		r.NewForm(assigned(view.Thread))
	fill(&view)
	view.Answer, view.Note, view.Decision = view.Answer.Named("risposta"), view.Note.Named("nota"),
		view.Decision.Named("decisione")
	view.Assign = view.Assign.Named("assegnazione")
	f := r.Frame(r.L.Kept(view.Thread.Title, "forum.thread.taken")).With(r.T("forum.desk.title"), "/desk/forum")
	return r.Page(status, forumThread(f, view))
}

func repliesPaging(t forum.ThreadView, from int64) (p ui.Paging) {
	at := func(number int64) string {
		return deskui.ThreadPath(t.Thread.ID) + "?" + ui.CursorParam + "=" + strconv.FormatInt(number, 10) +
			"#risposte"
	}
	if from > 1 {
		p.First = at(1)
	}
	if t.Prev > 0 {
		p.Previous = at(t.Prev)
	}
	if t.Next > 0 {
		p.Next = at(t.Next)
	}
	return p
}

// answerThread publishes an office's answer, or shows how it will look.
func (p *Pages) answerThread(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	in := forum.AnswerInput{
		FormKey: string(form.Key()), Thread: id, Office: form.ID("office"),
		Source: form.Text("body", forum.MaxBody),
	}
	if form.Has("preview") && form.Err() == nil {
		return p.showThread(r, http.StatusOK, func(view *forumThreadPage) {
			view.Answer = r.NewForm(url.Values{"office": {string(in.Office)}, "body": {in.Source}})
			view.Answer.Key, view.Preview = string(form.Key()), p.Forum.Markdown().HTML(in.Source)
		})
	}
	if err = form.Err(); err == nil {
		_, err = p.Forum.Answer(r.Context(), r.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showThread(r, http.StatusUnprocessableEntity,
			func(view *forumThreadPage) { view.Answer = again })
	}
	if err != nil {
		return err
	}
	return r.Redirect("/desk/forum/"+string(id), civic.Msg("forum.desk.answer.done"))
}

// addForumNote keeps a note on a discussion.
func (p *Pages) addForumNote(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	in := forum.NoteInput{FormKey: string(form.Key()), Thread: id, Text: form.Text("text", forum.MaxNote)}
	if err = form.Err(); err == nil {
		_, err = p.Forum.AddNote(r.Context(), r.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showThread(r, http.StatusUnprocessableEntity,
			func(view *forumThreadPage) { view.Note = again })
	}
	if err != nil {
		return err
	}
	return r.Redirect("/desk/forum/"+string(id)+"#note", civic.Msg("forum.desk.note.done"))
}

// decideThread closes, reopens, moves, hides or restores a discussion.
func (p *Pages) decideThread(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	in := deskui.ReadDecision(form, id, 0)
	if err = form.Err(); err == nil {
		_, err = p.Forum.Decide(r.Context(), r.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showThread(r, http.StatusUnprocessableEntity, func(view *forumThreadPage) {
			view.Decision = again
		})
	}
	if err != nil {
		return err
	}
	return r.Redirect("/desk/forum/"+string(id), civic.Msg("forum.desk.decided"))
}

// forumAreaPage is the form of an area; a new one has no slug yet.
type forumAreaPage struct {
	Form      ui.Form
	Slug      string
	Reference deskui.Reference
	Clashes   []ui.Clash // what somebody else stored meanwhile in fields that were typed into
}

// forumAreas lists the areas of the forum.
func (p *Pages) forumAreas(req *page.Request) error {
	areas, err := p.Forum.AreaList(req.Context())
	if err != nil {
		return err
	}
	r, err := deskui.ReadReference(req, p.Reference)
	if err != nil {
		return err
	}
	return req.Page(http.StatusOK, forumAreas(req.Frame(req.T("forum.desk.areas")), areas, r))
}

// newForumArea shows the form of a new area.
func (p *Pages) newForumArea(r *page.Request) error {
	form := r.NewForm(ui.Prefill("answer_days", strconv.Itoa(forum.DefaultAnswerDays)))
	return p.showArea(r, http.StatusOK, forumAreaPage{Form: form})
}

// editForumArea shows the form of an area.
func (p *Pages) editForumArea(r *page.Request) error {
	a, err := p.Forum.Area(r.Context(), civic.ID(r.Param("slug")))
	if err != nil {
		return err
	}
	return p.showArea(r, http.StatusOK, forumAreaPage{Slug: a.Slug(), Form: r.NewForm(areaValues(a))})
}

// areaValues returns what the form shows of an area.
func areaValues(a forum.Area) url.Values {
	closed := ""
	if a.Closed {
		closed = "1"
	}
	return ui.Prefill(
		"slug", a.Slug(), "name", a.Name, "description", a.Description, "district", string(a.District),
		"office",
		string(a.Office),
		"answer_days", strconv.Itoa(a.AnswerDays), "order", strconv.Itoa(a.Order), "closed", closed,
		"revision", strconv.FormatInt(a.Revision, 10), "shown", a.Shown(),
	)
}

func (p *Pages) showArea(r *page.Request, status int, view forumAreaPage) error {
	title := r.T("forum.desk.area.new")
	if view.Slug != "" {
		a, err := p.Forum.Area(r.Context(), civic.ID(view.Slug))
		if err != nil {
			return err
		}
		title = r.T("forum.desk.area.edit", civic.Args{"Name": a.Name})
	}
	var err error
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	f := r.Frame(title).With(r.T("forum.desk.areas"), "/desk/forum/areas")
	return r.Page(status, forumAreaForm(f, view))
}

// createForumArea makes an area.
func (p *Pages) createForumArea(r *page.Request) error {
	return p.saveArea(r, "", p.Forum.CreateArea)
}

// saveForumArea changes an area.
func (p *Pages) saveForumArea(r *page.Request) error {
	return p.saveArea(r, r.Param("slug"), p.Forum.SaveArea)
}
