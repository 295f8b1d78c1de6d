package desk

import (
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
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

// ForumList shows the discussions that wait for an official answer, the overdue ones first.
func (p *Pages) ForumList(v *visit.Visit) error {
	page := forumListPage{Mine: v.Query("di") == "miei", MayEdit: v.Actor.Allowed(forum.PermAreas)}
	list, err := p.Forum.Awaiting(v.Context(), v.Actor, forum.AwaitingFilter{Mine: page.Mine, Page: v.PageRequest()})
	if err != nil {
		return err
	}
	if page.Areas, err = p.areaNames(v); err != nil {
		return err
	}
	if page.Offices, _, err = p.forumOffices(v); err != nil {
		return err
	}
	page.Threads, page.Paging = list.Items, ui.PagingBy("/desk/forum", v.Queries(), list.Next)
	return v.Page(http.StatusOK, forumList(v.Frame(v.T("forum.desk.title")), page))
}

// forumOffices returns what the offices are called, and those to which something can be given.
func (p *Pages) forumOffices(v *visit.Visit) (map[civic.ID]string, []ui.Option, error) {
	offices, err := p.CRM.Offices(v.Context())
	names, options := map[civic.ID]string{}, []ui.Option{{Label: v.T("forum.desk.assign.none")}}
	for _, o := range offices {
		names[o.ID] = o.Name
		if !o.Inactive {
			options = append(options, ui.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	return names, options, err
}

func (p *Pages) areaNames(v *visit.Visit) (map[civic.ID]string, error) {
	areas, err := p.Forum.AreaList(v.Context())
	names := map[civic.ID]string{}
	for _, a := range areas {
		names[a.ID] = a.Name
	}
	return names, err
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

// ForumThread shows a discussion with the desk's notes.
func (p *Pages) ForumThread(v *visit.Visit) error {
	return p.showThread(v, http.StatusOK, func(*forumThreadPage) {})
}

// showThread shows a discussion after fill has put back the form that was sent.
func (p *Pages) showThread(v *visit.Visit, status int, fill func(*forumThreadPage)) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	page := forumThreadPage{Moderator: v.Actor.Allowed(forum.PermModerate), MayAssign: v.Actor.Allowed(forum.PermAssign)}
	from, _ := strconv.ParseInt(v.Query(ui.CursorParam), 10, 64)
	if page.DeskView, err = p.Forum.DeskThread(v.Context(), v.Actor, id, forum.PageAt{With: from}); err != nil {
		return err
	}
	page.Paging = repliesPaging(page.ThreadView, from)
	if page.Areas, err = p.Forum.AreaList(v.Context()); err != nil {
		return err
	}
	if page.Names, page.AssignTo, err = p.forumOffices(v); err != nil {
		return err
	}
	page.Answer, page.Note, page.Decision, page.Assign = v.NewForm(nil), v.NewForm(nil), v.NewForm(nil), v.NewForm(assigned(page.Thread))
	fill(&page)
	page.Answer, page.Note, page.Decision = page.Answer.Named("risposta"), page.Note.Named("nota"), page.Decision.Named("decisione")
	page.Assign = page.Assign.Named("assegnazione")
	f := v.Frame(page.Thread.Title).With(v.T("forum.desk.title"), "/desk/forum")
	return v.Page(status, forumThread(f, page))
}

func repliesPaging(t forum.ThreadView, from int64) (p ui.Paging) {
	at := func(number int64) string {
		return deskPath(t.Thread.ID) + "?" + ui.CursorParam + "=" + strconv.FormatInt(number, 10) + "#risposte"
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

// AnswerThread publishes an office's answer, or shows how it will look.
func (p *Pages) AnswerThread(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	form := v.Form()
	in := forum.AnswerInput{FormKey: string(form.Key()), Thread: id, Office: form.ID("office"), Source: form.Text("body", forum.MaxBody)}
	if form.Has("preview") && form.Err() == nil {
		return p.showThread(v, http.StatusOK, func(page *forumThreadPage) {
			page.Answer = v.NewForm(url.Values{"office": {string(in.Office)}, "body": {in.Source}})
			page.Answer.Key, page.Preview = string(form.Key()), p.Forum.Markdown().HTML(in.Source)
		})
	}
	if err = form.Err(); err == nil {
		_, err = p.Forum.Answer(v.Context(), v.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showThread(v, http.StatusUnprocessableEntity, func(page *forumThreadPage) { page.Answer = again })
	}
	if err != nil {
		return err
	}
	return v.Redirect("/desk/forum/"+string(id), civic.Msg("forum.desk.answer.done"))
}

// AddForumNote keeps a note on a discussion.
func (p *Pages) AddForumNote(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	form := v.Form()
	in := forum.NoteInput{FormKey: string(form.Key()), Thread: id, Text: form.Text("text", forum.MaxNote)}
	if err = form.Err(); err == nil {
		_, err = p.Forum.AddNote(v.Context(), v.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showThread(v, http.StatusUnprocessableEntity, func(page *forumThreadPage) { page.Note = again })
	}
	if err != nil {
		return err
	}
	return v.Redirect("/desk/forum/"+string(id)+"#note", civic.Msg("forum.desk.note.done"))
}

// DecideThread closes, reopens, moves, hides or restores a discussion.
func (p *Pages) DecideThread(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	form := v.Form()
	in := readDecision(form, id, 0)
	if err = form.Err(); err == nil {
		_, err = p.Forum.Decide(v.Context(), v.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showThread(v, http.StatusUnprocessableEntity, func(page *forumThreadPage) { page.Decision = again })
	}
	if err != nil {
		return err
	}
	return v.Redirect("/desk/forum/"+string(id), civic.Msg("forum.desk.decided"))
}

func readDecision(form *visit.Form, thread civic.ID, number int64) forum.DecisionInput {
	return forum.DecisionInput{
		Thread: thread, Number: number, Round: form.Int("round"), Action: forum.Action(form.String("action")), Rule: form.String("rule"),
		Reason: form.Text("reason", forum.MaxReason), Version: form.Int("version"), To: form.ID("to"),
	}
}

// forumAreaPage is the form of an area; a new one has no slug yet.
type forumAreaPage struct {
	Form      ui.Form
	Slug      string
	Reference reference
	Clashes   []ui.Clash // what somebody else stored meanwhile in fields that were typed into
}

// ForumAreas lists the areas of the forum.
func (p *Pages) ForumAreas(v *visit.Visit) error {
	areas, err := p.Forum.AreaList(v.Context())
	if err != nil {
		return err
	}
	r, err := p.reference(v)
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, forumAreas(v.Frame(v.T("forum.desk.areas")), areas, r))
}

// NewForumArea shows the form of a new area.
func (p *Pages) NewForumArea(v *visit.Visit) error {
	form := v.NewForm(ui.Prefill("answer_days", strconv.Itoa(forum.DefaultAnswerDays)))
	return p.showArea(v, http.StatusOK, forumAreaPage{Form: form})
}

// EditForumArea shows the form of an area.
func (p *Pages) EditForumArea(v *visit.Visit) error {
	a, err := p.Forum.Area(v.Context(), civic.ID(v.Param("slug")))
	if err != nil {
		return err
	}
	return p.showArea(v, http.StatusOK, forumAreaPage{Slug: a.Slug(), Form: v.NewForm(areaValues(a))})
}

// areaValues returns what the form shows of an area.
func areaValues(a forum.Area) url.Values {
	closed := ""
	if a.Closed {
		closed = "1"
	}
	return ui.Prefill(
		"slug", a.Slug(), "name", a.Name, "description", a.Description, "district", string(a.District), "office", string(a.Office),
		"answer_days", strconv.Itoa(a.AnswerDays), "order", strconv.Itoa(a.Order), "closed", closed,
		"revision", strconv.FormatInt(a.Revision, 10), "shown", a.Shown(),
	)
}

func (p *Pages) showArea(v *visit.Visit, status int, page forumAreaPage) error {
	title := v.T("forum.desk.area.new")
	if page.Slug != "" {
		title = v.T("forum.desk.area.edit", civic.Args{"Name": page.Form.Value("name")})
	}
	var err error
	if page.Reference, err = p.reference(v); err != nil {
		return err
	}
	f := v.Frame(title).With(v.T("forum.desk.areas"), "/desk/forum/areas")
	return v.Page(status, forumAreaForm(f, page))
}

// CreateForumArea makes an area.
func (p *Pages) CreateForumArea(v *visit.Visit) error {
	return p.saveArea(v, "", p.Forum.CreateArea)
}

// SaveForumArea changes an area.
func (p *Pages) SaveForumArea(v *visit.Visit) error {
	return p.saveArea(v, v.Param("slug"), p.Forum.SaveArea)
}
