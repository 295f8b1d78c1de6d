package ui

import (
	"net/url"
	"time"
)

// Paging is where a list goes on; an empty address is not offered.
type Paging struct {
	First, Previous, Next string
	Backwards             bool // the list begins with the newest: what follows is older
}

// NewestFirst returns the Paging of a list that begins with the newest.
func (p Paging) NewestFirst() Paging {
	p.Backwards = true
	return p
}

// words returns the keys of what leads to the start of the list and to what follows.
func (p Paging) words() (first, next string) {
	if p.Backwards {
		return "core.pager.newest", "core.pager.older"
	}
	return "core.pager.first", "core.pager.next"
}

// PagingBy returns the Paging of a list at path whose query holds the filters: next is the cursor of what
// follows, and the cursor in query that of the part shown.
func PagingBy(path string, query url.Values, next string) Paging {
	var p Paging
	with := func(cursor string) string {
		q := url.Values{}
		for k, v := range query {
			if k != CursorParam {
				q[k] = v
			}
		}
		if cursor != "" {
			q.Set(CursorParam, cursor)
		}
		if len(q) == 0 {
			return path
		}
		return path + "?" + q.Encode()
	}
	if query.Get(CursorParam) != "" {
		p.First = with("")
	}
	if next != "" {
		p.Next = with(next)
	}
	return p
}

// CursorParam is the query parameter that carries a list's cursor.
const CursorParam = "da"

// Facet is one value a list can be narrowed by.
type Facet struct {
	Label  string
	URL    string // where choosing it, or taking it back when Chosen, leads
	Count  int
	Chosen bool
}

// Event is an entry of a timeline.
type Event struct {
	At      time.Time
	Icon    string // of the sprite
	Kind    string
	Title   string
	URL     string
	Note    string
	DayOnly bool   // the hour is not shown
	Open    string // says that something is left to do, and by when; empty when nothing is
	Late    string // says that this is overdue; empty when it is not
}
