package find

import (
	"cmp"
	"errors"
	"html"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/textfold"
	"ascolto/search"
	"ascolto/surveys"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// results is a page of what was found.
type results struct {
	Path        string
	Text        string
	Asked       bool // a text or a filter was given; without one the newest is shown
	Fault       string
	Total       int
	Hits        []hit
	Similar     bool   // the hits are written one letter off
	Exact       string // the way back from similar hits that were asked for
	Likely      string // the way to similar hits, when there are any
	LikelyCount int
	All         string // the way out of one discussion
	Groups      []group
	Paging      ui.Paging
}

// narrows reports whether there is a filter to choose: without one what was found has the whole width.
func (r results) narrows() bool { return len(r.Groups) > 0 }

// hit is one thing found: Title and Snippet are safe HTML of the index.
type hit struct {
	Kind     string
	Path     string
	Title    string
	Mark     string // tells a person apart from others of the name
	Snippet  string
	At       time.Time
	More     string // says how many others of its discussion match
	MorePath string
}

// group is a list of filters.
type group struct {
	Title  string
	Facets []ui.Facet
}

type view func(ui.Frame, results) templ.Component

func messageOf(err error) civic.Message {
	var e *civic.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return civic.Msg("error.internal")
}

// foundKey names a page of what everybody may find: the address of its own way to ask, and the language of
// its words.
type foundKey struct {
	address string
	lang    locale.Lang
}

// fillPublic is fill, which it spares where the matter is public and the same was asked for since something
// changed last: such a page holds nothing about the person who asks.
func (p *Pages) fillPublic(r *page.Request, a asked, scopes []search.Scope, view *results) error {
	key := foundKey{a.address("p", strconv.Itoa(a.page)), r.Lang}
	if !slices.Equal(scopes, []search.Scope{search.Public}) || a.path != publicRoom().path ||
		len(key.address) > longestKept {
		return p.fill(r, a, scopes, view)
	}
	edition := p.Edition()
	if kept, ok := p.found.Get(edition, key); ok {
		*view = kept
		return nil
	}
	err := p.fill(r, a, scopes, view)
	if err == nil {
		p.found.Put(edition, key, *view)
	}
	return err
}

// longestKept bounds the address of a page that is kept.
const longestKept = 500

// fill puts what was found into page.
func (p *Pages) fill(r *page.Request, a asked, scopes []search.Scope, view *results) error {
	found, err := p.Search.Search(r.Context(), a.query(scopes))
	if err != nil {
		return err
	}
	if a, found, err = p.spelled(r, a, found, scopes, view); err != nil {
		return err
	}
	if view.Hits, err = p.visible(r, a, found.Hits); err != nil {
		return err
	}
	if err := p.CRM.Shown(r.Context(), r.Actor, people(found.Hits)); err != nil {
		return err
	}
	view.Total = found.Total
	kinds, err := p.kinds(r, a, found, scopes)
	if err != nil {
		return err
	}
	names, err := p.names(r, a.room)
	if err != nil {
		return err
	}
	if a.within != "" {
		view.All = a.address("in", "")
	}
	view.Groups = append(view.Groups, kinds)
	for _, name := range a.room.facets {
		view.Groups = append(view.Groups,
			group{Title: r.T("search.facet." + name), Facets: a.choices(name, found.Facets[name], names)})
	}
	view.Groups = slices.DeleteFunc(view.Groups, func(g group) bool { return len(g.Facets) == 0 })
	view.Paging = a.paging(cmp.Or(found.Groups, found.Total))
	return nil
}

// spelled tells on the page of hits that are only like what was asked: where nothing is written as it was
// asked they are shown at once, else the page links to them. It returns what is then asked, and found.
func (p *Pages) spelled(r *page.Request, a asked, found search.Result, scopes []search.Scope,
	view *results) (asked, search.Result, error) {
	if a.similar {
		view.Similar, view.Exact = true, a.address("simili", "")
		return a, found, nil
	}
	if a.text == "" {
		return a, found, nil
	}
	like := a
	like.similar = true
	if found.Total > 0 {
		view.Likely, view.LikelyCount = a.address("simili", "1"), found.Alike
		return a, found, nil
	}
	similar, err := p.Search.Search(r.Context(), like.query(scopes))
	if err != nil || similar.Total == 0 {
		return a, found, err
	}
	view.Similar = true
	return like, similar, nil
}

// people returns how many hits name somebody.
func people(hits []search.Hit) int {
	n := 0
	for _, h := range hits {
		if h.Kind == crm.DocContact || h.Kind == crm.DocInteraction || h.Kind == requests.DocRequest {
			n++
		}
	}
	return n
}

// visible leaves out what was hidden since the index last heard of it.
func (p *Pages) visible(r *page.Request, a asked, hits []search.Hit) ([]hit, error) {
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	findable, err := p.Forum.Findable(r.Context(), r.Actor, ids...)
	if err != nil {
		return nil, err
	}
	marks, err := p.marks(r, hits)
	if err != nil {
		return nil, err
	}
	nameless := html.EscapeString(ui.Person{}.Called(r.L))
	var out []hit
	for _, h := range hits {
		if !findable[h.ID] {
			continue
		}
		shown := hit{Kind: r.T("search.one." + h.Kind), Path: pathOf(h), Title: cmp.Or(titleOf(r, h), nameless),
			Mark: marks[h.ID], Snippet: h.Snippet, At: h.At}
		if h.More > 0 {
			shown.More, shown.MorePath = r.T(moreKey(h.Kind), count(h.More)), a.address("in", h.Group)
		}
		out = append(out, shown)
	}
	return out, nil
}

// titleOf returns the title of what was found as safe HTML, in words when it went with an erasure.
func titleOf(r *page.Request, h search.Hit) string {
	switch h.Kind {
	case crm.DocInteraction:
		return r.L.Kept(h.Title, "crm.interaction.taken")
	case requests.DocRequest:
		return r.L.Kept(h.Title, "requests.taken")
	}
	return r.L.Kept(h.Title, "forum.thread.taken")
}

// pathOf returns the page that shows what was found: its permalink where it is published, else the desk's
// page. Documents that were indexed when their domain still told the desk's page lead there too.
func pathOf(h search.Hit) string {
	if h.Path != "" {
		return h.Path
	}
	_, id, _ := strings.Cut(h.ID, "/")
	switch h.Kind {
	case crm.DocContact:
		return "/desk/contacts/" + id
	case crm.DocInteraction:
		return "/desk/interactions/" + id
	case requests.DocRequest:
		return "/desk/requests/" + id
	case surveys.DocSurvey:
		return "/desk/surveys/" + id
	case forum.KindNote:
		return "/desk/forum/" + strings.TrimPrefix(h.Group, forum.GroupNotes+"/")
	}
	return ""
}

// marks returns what tells the people among hits apart from others of the name, by the hit.
func (p *Pages) marks(r *page.Request, hits []search.Hit) (map[string]string, error) {
	var ids []civic.ID
	for _, h := range hits {
		if id, ok := strings.CutPrefix(h.ID, crm.DocContact+"/"); ok {
			ids = append(ids, civic.ID(id))
		}
	}
	found, err := p.CRM.MarksOf(r.Context(), r.Actor, ids)
	marks := make(map[string]string, len(found))
	for id, m := range found {
		person := ui.Person{Name: m.Name, BirthYear: m.BirthYear, District: m.District, Reach: m.Reach()}
		marks[crm.DocContact+"/"+string(id)] = person.Mark(r.L)
	}
	return marks, err
}

// moreKey returns the words for the other hits of a discussion.
func moreKey(kind string) string {
	if kind == forum.KindNote {
		return "search.more.notes"
	}
	return "search.more.posts"
}

// kinds returns the kinds under the other filters, with how many hits each has: found knows it, unless one
// kind is chosen.
func (p *Pages) kinds(r *page.Request, a asked, found search.Result, scopes []search.Scope) (group, error) {
	g := group{Title: r.T("search.kind")}
	counts := found.Facets
	if a.kind != "" {
		q := a.query(scopes)
		q.Kinds, q.Count = a.room.kinds, []string{search.KindFacet}
		var err error
		if counts, err = p.Search.Counts(r.Context(), q); err != nil {
			return g, err
		}
	}
	hits := map[string]int{}
	for _, c := range counts[search.KindFacet] {
		hits[c.Value] = c.Count
	}
	for _, kind := range a.room.kinds {
		chosen := a.kind == kind
		if hits[kind] == 0 && !chosen {
			continue
		}
		next := kind
		if chosen {
			next = ""
		}
		g.Facets = append(g.Facets,
			ui.Facet{
				Label: r.T("search.kind." + kind), URL: a.address("kind", next), Count: hits[kind],
				Chosen: chosen,
			})
	}
	return g, nil
}

// mostChoices bounds how many values of one facet are offered.
const mostChoices = 12

// choices returns the values of a facet, the most frequent first and those of one count by name; the chosen
// one with the way to take it back.
func (a asked) choices(name string, counts []search.FacetCount, names facetNames) []ui.Facet {
	label := func(c search.FacetCount) string { return cmp.Or(names[name][c.Value], c.Value) }
	inOrder := slices.SortedFunc(slices.Values(counts), func(a, b search.FacetCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), textfold.Compare(label(a), label(b)))
	})
	var out []ui.Facet
	for _, c := range inOrder {
		f := ui.Facet{
			Label: label(c), URL: a.address(name, c.Value), Count: c.Count,
			Chosen: a.facets.Get(name) == c.Value,
		}
		if f.Chosen {
			f.URL = a.address(name, "")
		}
		if f.Chosen || len(out) < mostChoices {
			out = append(out, f)
		}
	}
	return out
}

func (a asked) paging(total int) ui.Paging {
	var p ui.Paging
	at := func(n int) string { return a.address("p", strconv.Itoa(n)) }
	switch {
	case a.page == 2:
		p.Previous = a.address("p", "")
	case a.page > 2:
		p.Previous = at(a.page - 1)
	}
	if a.page*pageSize < total && a.page < lastPage {
		p.Next = at(a.page + 1)
	}
	return p
}

func count(n int) civic.Args { return civic.Args{"Count": n} }
