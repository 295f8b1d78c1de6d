package site

import (
	"net/http"
	"net/url"
	"strconv"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/sitepage"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// ForumHome shows the areas with what goes on in them.
func (p *Pages) ForumHome(v *visit.Visit) error {
	areas, err := p.Forum.Areas(v.Context())
	if err != nil {
		return err
	}
	f := v.Frame(v.T("forum.title")).Describe(v.T("forum.lead")).Fed(v.T("core.feed.forum"), "/forum/feed.atom")
	return v.Page(http.StatusOK, forumHome(f, areas))
}

// forumAreaPage is the list of an area's discussions.
type forumAreaPage struct {
	Area    forum.Area
	Threads []forum.Thread
	State   forum.State // empty: all
	Paging  ui.Paging
}

// ForumArea shows the discussions of an area, the last active first.
func (p *Pages) ForumArea(v *visit.Visit) error {
	area, err := p.Forum.Area(v.Context(), civic.ID(v.Param("area")))
	if err != nil {
		return err
	}
	page := forumAreaPage{Area: area}
	if s := v.Query("stato"); s != "" {
		if page.State, err = forum.ParseState(s); err != nil {
			return err
		}
	}
	list, err := p.Forum.Threads(v.Context(), forum.ThreadFilter{Area: area.ID, State: page.State, Page: v.PageRequest()})
	if err != nil {
		return err
	}
	page.Threads, page.Paging = list.Items, ui.PagingBy(area.Path(), v.Queries(), list.Next)
	f := v.Frame(area.Name).With(v.T("forum.title"), "/forum").Describe(area.Description).Fed(area.Name, area.Path()+"/feed.atom")
	return v.Page(http.StatusOK, forumArea(f, page))
}

// ForumOverdue shows the questions whose promised answer is late.
func (p *Pages) ForumOverdue(v *visit.Visit) error {
	list, err := p.Forum.Overdue(v.Context(), v.PageRequest())
	if err != nil {
		return err
	}
	f := v.Frame(v.T("forum.overdue.title")).With(v.T("forum.title"), "/forum")
	return v.Page(http.StatusOK, forumOverdue(f, list.Items, ui.PagingBy("/forum/in-ritardo", v.Queries(), list.Next)))
}

// ForumRules shows the rules of the forum.
func (p *Pages) ForumRules(v *visit.Visit) error {
	page, err := p.worded(v, sitepage.ForumRules, v.T("forum.rules.lead"))
	if err != nil {
		return err
	}
	f := v.Frame(v.T("forum.rules.title")).With(v.T("forum.title"), "/forum")
	return v.Page(http.StatusOK, forumRules(f, page))
}

// ForumRegister shows the public register of moderation.
func (p *Pages) ForumRegister(v *visit.Visit) error {
	list, err := p.Forum.Register(v.Context(), v.PageRequest())
	if err != nil {
		return err
	}
	areas, err := p.areaNames(v)
	if err != nil {
		return err
	}
	f := v.Frame(v.T("forum.register.title")).With(v.T("forum.title"), "/forum")
	return v.Page(http.StatusOK, forumRegister(f, list.Items, areas, ui.PagingBy("/forum/registro", v.Queries(), list.Next).NewestFirst()))
}

func (p *Pages) areaNames(v *visit.Visit) (map[civic.ID]string, error) {
	areas, err := p.Forum.AreaList(v.Context())
	names := map[civic.ID]string{}
	for _, a := range areas {
		names[a.ID] = a.Name
	}
	return names, err
}

// forumThreadPage is a page of a discussion.
type forumThreadPage struct {
	forum.ThreadView
	Form    ui.Form // of a reply to the first post
	Sign    string  // how the reader's reply will be signed
	MayPost bool
	MayNote bool // at the desk
	Visitor bool
	Paging  ui.Paging
}

// ForumThread shows a page of a discussion. An address without the right readable part leads to the one with it.
func (p *Pages) ForumThread(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	from := readNumber(v.Query(ui.CursorParam))
	view, err := p.Forum.ThreadPage(v.Context(), v.Actor, id, forum.PageAt{With: from})
	if err != nil {
		return err
	}
	if path := view.Thread.Path(); v.Param("slug") != view.Thread.Slug {
		if q := v.Queries().Encode(); q != "" {
			path += "?" + q
		}
		return v.Moved(path)
	}
	page := &forumThreadPage{ThreadView: view, Paging: threadPaging(view), Visitor: v.Actor.Account == ""}
	page.MayPost = v.Actor.Allowed(forum.PermPost) && view.Thread.TakesReplies() == nil
	page.MayNote = v.Actor.Allowed(forum.PermNote)
	if page.MayPost {
		page.Form = v.NewForm(nil)
		if page.Sign, err = p.Forum.Signature(v.Context(), v.Actor); err != nil {
			return err
		}
	}
	f := p.threadFrame(v, view.Thread.Title, view.Thread, view.Area).Describe(excerpt(words(string(view.First.HTML))))
	f = f.Fed(view.Thread.Title, "/forum/discussioni/"+string(view.Thread.ID)+"/feed.atom")
	return v.Page(http.StatusOK, forumThread(f, page))
}

func (p *Pages) threadFrame(v *visit.Visit, title string, t forum.Thread, a forum.Area) ui.Frame {
	f := v.Frame(title).With(v.T("forum.title"), "/forum").With(a.Name, a.Path())
	if title != t.Title {
		f = f.With(t.Title, t.Path())
	}
	return f
}

// below returns the frame of a page that belongs to a discussion.
func (p *Pages) below(v *visit.Visit, title string, t forum.Thread) (ui.Frame, error) {
	area, err := p.Forum.Area(v.Context(), t.Area)
	return p.threadFrame(v, title, t, area), err
}

// threadPaging returns where a discussion goes on: its pages are named by the number they begin with.
func threadPaging(view forum.ThreadView) ui.Paging {
	at := func(number int64) string {
		return view.Thread.Path() + "?" + url.Values{ui.CursorParam: {strconv.FormatInt(number, 10)}}.Encode() + "#risposte"
	}
	var paging ui.Paging
	if view.Prev != 0 {
		paging.First = view.Thread.Path() + "#risposte"
	}
	if view.Prev != 0 {
		paging.Previous = at(view.Prev)
	}
	if view.Next != 0 {
		paging.Next = at(view.Next)
	}
	return paging
}

// readNumber returns the number of a post, 0 when s is none.
func readNumber(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// postAt returns the discussion and post that a path names, or NotFound.
func postAt(v *visit.Visit) (civic.ID, int64, error) {
	id, err := v.ID("id")
	number := readNumber(v.Param("number"))
	if err == nil && number == 0 {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	return id, number, err
}

// ForumHistory shows how a post came to read as it does.
func (p *Pages) ForumHistory(v *visit.Visit) error {
	id, number, err := postAt(v)
	if err != nil {
		return err
	}
	history, err := p.Forum.History(v.Context(), v.Actor, id, number)
	if err != nil {
		return err
	}
	f, err := p.below(v, v.T("forum.history.title", civic.Args{"Number": number}), history.Thread)
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, forumHistory(f, history))
}
