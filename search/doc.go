// Package search keeps one Bleve index over everything that can be found, and knows no domain. A domain gives
// a Doc for each thing it has; a search takes the scopes its actor may read. The index is derived: it can be
// thrown away and rebuilt from the domains' documents at any time.
package search

import (
	"context"
	"iter"
	"time"
)

// Scope says who may find a document.
type Scope string

// Public is what everybody may find. Other scopes are named by the domains ("staff", "office/<id>").
const Public Scope = "public"

// Doc is one thing that can be found. Facet values are matched exactly and counted; Title and Text, in
// whatever language, are analysed as Italian.
type Doc struct {
	ID    string // "<kind>/<id>", unique in the index
	Kind  string // "thread", "post", "contact", …
	Scope Scope
	Also  []Scope // who may find it besides
	Title string
	Text  string
	// the same in other languages, by BCP 47 tag: found too, and shown to who reads them
	Others map[string]Wording
	// of a larger thing, whose Title it repeats: shown, and only its own words find it
	Part  bool
	Group string // the larger thing, for searches that show one hit for it; empty is itself
	// of people and organisations: found by part, by beginning, with or without apostrophes and spaces
	Names []string
	// e-mail addresses, telephone numbers, protocol numbers: found whole, by part, by beginning, phones also
	// by last digits
	Codes   []string
	Path    string              // the permalink of what is published, where Kind and ID do not tell
	At      time.Time           // when it came to be; newer ranks a little higher
	Facets  map[string][]string // "district": {"q2"}, "tag": …; only the names in FacetNames are kept
	Deleted bool                // remove it from the index instead
}

// Wording is what a document says in one language.
type Wording struct {
	Title string `json:"t,omitempty"` // empty is the document's own
	Text  string `json:"x,omitempty"`
}

// FacetNames lists the facets a Doc may carry, and by which a search may filter and count.
func FacetNames() []string {
	return []string{"area", "district", "office", "tag", "topic", "consent", "channel", "status", "fact",
		"year"}
}

// KindFacet counts hits by the kind of document; to filter by it there is Query.Kinds.
const KindFacet = "kind"

// Source lists a domain's documents for a rebuild or a catch-up.
type Source interface {
	// SearchDocs yields a Doc for every document changed at or after since (all when since is zero); what
	// must not be found any more comes with Deleted set. It stops at the first error.
	SearchDocs(ctx context.Context, since time.Time) iter.Seq2[Doc, error]
}

// Query is what a person asks. Text is plain words, with "quotes" for phrases; it is never Bleve's query
// syntax. One or two words must all be found, of more two thirds. A word is found inflected and without its
// accents, and as Spelling says with one typing error; a word in quotes only as it is written, but for
// accents. An empty text matches all.
type Query struct {
	Text string // at most 200 characters; words after the sixteenth are not looked for
	// the BCP 47 tag of the language that hits are shown in, where they have it; empty is their own
	Reader string
	Kinds  []string
	Scopes []Scope             // at least one; nothing outside them is found or counted
	Facets map[string][]string // all names must match, each with any of its values
	Prefer []string            // kinds that rank before others that match about as well
	Spelling
	Alike   bool     // count also what Similar would find
	Grouped bool     // one hit for all that have the same Doc.Group: the best
	Within  string   // only of this Doc.Group; empty is everywhere
	Count   []string // the facets to count, from FacetNames, or KindFacet
	From    int      // at most 1,000
	Size    int      // at most 100; 20 when it is not set
}

// Spelling says what becomes of typing errors in words of five letters and more.
type Spelling int

// The ways to take typing errors: one letter off is found too and ranks last, is not found, or is all that is
// found.
const (
	Forgiving Spelling = iota
	Exact
	Similar
)

// Hit is one result: Title and Snippet are safe HTML in which only <mark> occurs.
type Hit struct {
	ID, Kind, Path string
	Title, Snippet string
	At             time.Time
	Facets         map[string][]string
	Group          string
	More           int // how many other documents of the group match, in a grouped search
}

// FacetCount is how many hits carry a value.
type FacetCount struct {
	Value string
	Count int
}

// Result is a page of hits, the number of all documents that match, and the facet counts asked for. A grouped
// search says too how many groups they are in, as far as it collects matches, 1,100; those after count one
// each.
type Result struct {
	Hits   []Hit
	Total  int
	Groups int // 0 when the search is not grouped
	// how many documents match one letter off; 0 when Query.Alike is not set, or nothing else matches
	Alike  int
	Facets map[string][]FacetCount
}
