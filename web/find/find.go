// Package find has the search pages: one for everybody, one for staff, which differ in what may be found.
package find

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/memo"
	"ascolto/internal/reference"
	"ascolto/search"
	"ascolto/surveys"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// Pages answers searches.
type Pages struct {
	Search    *search.Index
	CRM       *crm.Service
	Requests  *requests.Service
	Reference *reference.Service
	Surveys   *surveys.Service
	Forum     *forum.Service

	found memo.Reads[foundKey, results]    // what everybody may find
	named memo.Reads[namesKey, facetNames] // the words for the values of facets
}

// room is one of the two search pages: its path, and what it offers to find and to narrow by.
type room struct {
	path   string
	kinds  []string
	prefer []string // of them: a discussion before its posts, which carry its title
	facets []string
}

func publicRoom() room {
	return room{path: "/cerca", kinds: []string{surveys.DocSurvey, forum.KindThread, forum.KindPost},
		prefer: []string{surveys.DocSurvey, forum.KindThread}, facets: []string{"area", "district", "year"}}
}

func deskRoom() room {
	return room{
		path: "/desk/search",
		kinds: []string{
			crm.DocContact, crm.DocInteraction, requests.DocRequest, surveys.DocSurvey, forum.KindThread,
			forum.KindPost, forum.KindNote,
		},
		prefer: []string{crm.DocContact, surveys.DocSurvey, forum.KindThread},
		facets: []string{"district", "office", "tag", "channel", "area", "year"},
	}
}

// Public searches what everybody may find.
func (p *Pages) Public(r *page.Request) error {
	return p.answer(r, publicRoom(), []search.Scope{search.Public}, r.Frame(r.T("search.title")),
		publicResults)
}

// Desk searches what this member of staff may find, the public matter included.
func (p *Pages) Desk(r *page.Request) error {
	scopes, err := p.scopes(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return p.answer(r, deskRoom(), scopes, r.Frame(r.T("search.desk.title")), deskResults)
}

// scopes returns what by may find.
func (p *Pages) scopes(ctx context.Context, by civic.Actor) ([]search.Scope, error) {
	scopes := []search.Scope{search.Public}
	for _, domain := range []func(context.Context, civic.Actor) ([]search.Scope, error){
		p.CRM.Scopes, p.Requests.Scopes, p.Surveys.Scopes,
	} {
		more, err := domain(ctx, by)
		if err != nil {
			return nil, err
		}
		scopes = append(scopes, more...)
	}
	if by.Allowed(forum.PermNote) {
		scopes = append(scopes, forum.ScopeStaff)
	}
	return scopes, nil
}

// asked is what the query of a request asks for.
type asked struct {
	room
	text    string
	kind    string // empty: all kinds of the room
	facets  url.Values
	similar bool   // what is written one letter off, which is shown apart
	within  string // in one discussion alone, every hit of it
	reader  string // the language of the page
	page    int    // from 1
}

// read returns what the request asks for; what it cannot mean is left out.
func read(req *page.Request, r room) asked {
	query := req.Queries()
	a := asked{room: r, text: query.Get("q"), facets: url.Values{}, similar: query.Get("simili") != "",
		within: query.Get("in"), reader: string(req.Lang), page: 1}
	for _, k := range r.kinds {
		if query.Get("kind") == k {
			a.kind = k
		}
	}
	for _, name := range r.facets {
		if value := query.Get(name); value != "" {
			a.facets.Set(name, value)
		}
	}
	if n, err := strconv.Atoi(query.Get("p")); err == nil && n > 1 && n <= lastPage {
		a.page = n
	}
	return a
}

// The size of a page of results, and the last page the index goes to.
const (
	pageSize = 20
	lastPage = 50
)

// query returns the question to the index.
func (a asked) query(scopes []search.Scope) search.Query {
	q := search.Query{Text: a.text, Scopes: scopes, Kinds: a.kinds, Prefer: a.prefer, Facets: a.facets,
		Count: append([]string{search.KindFacet}, a.room.facets...), From: (a.page - 1) * pageSize,
		Size:   pageSize,
		Reader: a.reader, Spelling: search.Exact, Alike: !a.similar, Grouped: a.within == "",
		Within: a.within}
	if a.similar {
		q.Spelling = search.Similar
	}
	if a.kind != "" {
		q.Kinds = []string{a.kind}
	}
	return q
}

// address returns the search page with one parameter changed, on its first page; an empty value takes the
// parameter out.
func (a asked) address(name, value string) string {
	q := url.Values{}
	set := func(k, v string) {
		if v != "" {
			q.Set(k, v)
		}
	}
	set("q", a.text)
	set("kind", a.kind)
	set("in", a.within)
	if a.similar {
		set("simili", "1")
	}
	for k := range a.facets {
		set(k, a.facets.Get(k))
	}
	q.Del(name)
	set(name, value)
	if len(q) == 0 {
		return a.path
	}
	return a.path + "?" + q.Encode()
}

// answer searches and shows the page. A text the index refuses, and an index that is away, are told on the
// page itself, so that the person can mend the text or try again.
func (p *Pages) answer(req *page.Request, r room, scopes []search.Scope, f ui.Frame, show view) error {
	a := read(req, r)
	shown := results{
		Path: r.path, Text: a.text, Asked: a.text != "" || a.kind != "" || a.within != "" ||
			len(a.facets) > 0,
	}
	status := http.StatusOK
	err := p.fillPublic(req, a, scopes, &shown)
	switch civic.CodeOf(err) {
	case "":
	case civic.Invalid:
		status = http.StatusBadRequest
	case civic.Unavailable:
		status = http.StatusServiceUnavailable
	default:
		return err
	}
	if err != nil {
		shown.Fault = req.L.Message(messageOf(err))
	}
	return req.Page(status, show(f, shown))
}
