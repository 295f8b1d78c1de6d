package forum

import (
	"net/http"
	"net/url"
	"strconv"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/sitepage"
	"ascolto/web/page"
	"ascolto/web/site/siteui"
	"ascolto/web/ui"
)

// forumHome shows the areas with what goes on in them.
func (p *Pages) forumHome(r *page.Request) error {
	areas, err := p.Forum.Areas(r.Context())
	if err != nil {
		return err
	}
	f := r.Frame(r.T("forum.title")).Describe(r.T("forum.lead")).Fed(r.T("core.feed.forum"),
		"/forum/feed.atom")
	return r.Page(http.StatusOK, forumHome(f, areas))
}

// forumAreaPage is the list of an area's discussions.
type forumAreaPage struct {
	Area    forum.Area
	Threads []forum.Thread
	State   forum.State // empty: all
	Paging  ui.Paging
}

// forumArea shows the discussions of an area, the last active first.
func (p *Pages) forumArea(r *page.Request) error {
	area, err := p.Forum.Area(r.Context(), civic.ID(r.Param("area")))
	if err != nil {
		return err
	}
	view := forumAreaPage{Area: area}
	if s := r.Query("stato"); s != "" {
		if view.State, err = forum.ParseState(s); err != nil {
			return err
		}
	}
	list, err := p.Forum.Threads(r.Context(),
		forum.ThreadFilter{Area: area.ID, State: view.State, Page: r.PageRequest()})
	if err != nil {
		return err
	}
	view.Threads, view.Paging = list.Items, ui.PagingBy(area.Path(), r.Queries(), list.Next)
	f := r.Frame(area.Name).With(r.T("forum.title"), "/forum").Describe(area.Description).Fed(area.Name,
		area.Path()+"/feed.atom")
	return r.Page(http.StatusOK, forumArea(f, view))
}

// forumOverdue shows the questions whose promised answer is late.
func (p *Pages) forumOverdue(r *page.Request) error {
	list, err := p.Forum.Overdue(r.Context(), r.PageRequest())
	if err != nil {
		return err
	}
	f := r.Frame(r.T("forum.overdue.title")).With(r.T("forum.title"), "/forum")
	return r.Page(http.StatusOK,
		forumOverdue(f, list.Items, ui.PagingBy("/forum/in-ritardo", r.Queries(), list.Next)))
}

// forumRules shows the rules of the forum.
func (p *Pages) forumRules(r *page.Request) error {
	view, err := siteui.ReadText(r, p.Texts, sitepage.ForumRules, r.T("forum.rules.lead"))
	if err != nil {
		return err
	}
	f := r.Frame(r.T("forum.rules.title")).With(r.T("forum.title"), "/forum")
	return r.Page(http.StatusOK, forumRules(f, view))
}

// forumRegister shows the public register of moderation.
func (p *Pages) forumRegister(r *page.Request) error {
	list, err := p.Forum.Register(r.Context(), r.PageRequest())
	if err != nil {
		return err
	}
	areas, err := siteui.AreaNames(r, p.Forum)
	if err != nil {
		return err
	}
	f := r.Frame(r.T("forum.register.title")).With(r.T("forum.title"), "/forum")
	return r.Page(http.StatusOK,
		forumRegister(f, list.Items, areas,
			ui.PagingBy("/forum/registro", r.Queries(), list.Next).NewestFirst()))
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
	Memory  *Memory
}

// forumThread shows a page of a discussion. An address without the right readable part leads to the one with
// it.
func (p *Pages) forumThread(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	from := readNumber(r.Query(ui.CursorParam))
	view, err := p.Forum.ThreadPage(r.Context(), r.Actor, id, forum.PageAt{With: from})
	if err != nil {
		return err
	}
	if path := view.Thread.Path(); r.Param("slug") != view.Thread.Slug {
		if q := r.Queries().Encode(); q != "" {
			path += "?" + q
		}
		return r.Moved(path)
	}
	shown := &forumThreadPage{
		ThreadView: view, Paging: threadPaging(view), Visitor: r.Actor.Account == "", Memory: p.Memory,
	}
	if from > 1 && !shown.has(from) { // so that what is kept of pages is not filled with addresses of nothing
		return r.Redirect(view.Thread.Path())
	}
	shown.MayPost = r.Actor.Allowed(forum.PermPost) && view.Thread.TakesReplies() == nil
	shown.MayNote = r.Actor.Allowed(forum.PermNote)
	if shown.MayPost {
		shown.Form = r.NewForm(nil)
		if shown.Sign, err = p.Forum.Signature(r.Context(), r.Actor); err != nil {
			return err
		}
	}
	title := threadTitle(r, view.Thread)
	f := p.threadFrame(r, title, view.Thread,
		view.Area).Describe(siteui.Excerpt(siteui.Words(string(view.First.HTML))))
	f = f.Fed(title, "/forum/discussioni/"+string(view.Thread.ID)+"/feed.atom")
	return r.Page(http.StatusOK, forumThread(f, shown))
}

func (p *Pages) threadFrame(r *page.Request, title string, t forum.Thread, a forum.Area) ui.Frame {
	f := r.Frame(title).With(r.T("forum.title"), "/forum").With(a.Name, a.Path())
	if own := threadTitle(r, t); title != own {
		f = f.With(own, t.Path())
	}
	return f
}

// threadTitle returns the title of a discussion, in words when it went with an erasure.
func threadTitle(r *page.Request, t forum.Thread) string {
	return r.L.Kept(t.Title, "forum.thread.taken")
}

// below returns the frame of a page that belongs to a discussion.
func (p *Pages) below(r *page.Request, title string, t forum.Thread) (ui.Frame, error) {
	area, err := p.Forum.Area(r.Context(), t.Area)
	return p.threadFrame(r, title, t, area), err
}

// threadPaging returns where a discussion goes on: its pages are named by the number they begin with.
func threadPaging(view forum.ThreadView) ui.Paging {
	at := func(number int64) string {
		return view.Thread.Path() + "?" +
			url.Values{ui.CursorParam: {strconv.FormatInt(number, 10)}}.Encode() +
			"#risposte"
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
func postAt(r *page.Request) (civic.ID, int64, error) {
	id, err := r.ID("id")
	number := readNumber(r.Param("number"))
	if err == nil && number == 0 {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	return id, number, err
}

// forumHistory shows how a post came to read as it does.
func (p *Pages) forumHistory(r *page.Request) error {
	id, number, err := postAt(r)
	if err != nil {
		return err
	}
	history, err := p.Forum.History(r.Context(), r.Actor, id, number)
	if err != nil {
		return err
	}
	f, err := p.below(r, r.T("forum.history.title", civic.Args{"Number": number}), history.Thread)
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, forumHistory(f, history))
}
