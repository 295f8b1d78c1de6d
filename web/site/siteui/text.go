package siteui

import (
	"slices"
	"strconv"

	"ascolto/internal/civic"
	"ascolto/internal/sitepage"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// TextPage is a page of text.
type TextPage struct {
	Lead     string
	Passages []ui.Passage
	History  textHistory
}

// textHistory is what a page of text says about its versions; the zero value says nothing.
type textHistory struct {
	Shown   sitepage.Version
	Earlier bool               // Shown is not in force any more
	All     []sitepage.Version // newest first, as many as a page lists
	Path    string
	Paging  ui.Paging // to more of them
}

// Titled returns the passages that the index of the page leads to.
func (p TextPage) Titled() []ui.Passage {
	return slices.DeleteFunc(slices.Clone(p.Passages), func(x ui.Passage) bool { return x.Title == "" })
}

func textDate(f ui.Frame, v sitepage.Version) civic.Args {
	return civic.Args{"Number": strconv.FormatInt(v.Number, 10), "Date": f.L.Date(v.At)}
}

// versionParam names the version of a page that is asked for.
const versionParam = "versione"

// ReadText returns a page of text as the municipality worded it, else as it comes with the program. A version
// of before is shown when the query asks for one.
func ReadText(r *page.Request, from *sitepage.Service, key sitepage.Key, lead string) (TextPage, error) {
	f := TextPage{Lead: lead, Passages: ui.StandardText(string(key), r.L, r.Town())}
	current, err := from.Current(r.Context(), key)
	if err != nil || current.Number == 0 {
		return f, err
	}
	shown := current
	if asked := r.Query(versionParam); asked != "" {
		number, err := strconv.ParseInt(asked, 10, 64)
		if err != nil {
			return f, civic.NewError(civic.NotFound, "error.not_found")
		}
		if shown, err = from.Version(r.Context(), key, number); err != nil {
			return f, err
		}
	}
	all, err := from.Versions(r.Context(), key,
		civic.PageRequest{Size: civic.MaxPageSize, Cursor: r.Query(ui.CursorParam)})
	f.History = textHistory{
		Shown: shown, Earlier: shown.Number != current.Number, All: all.Items, Path: r.Path(),
		Paging: ui.PagingBy(r.Path(), r.Queries(), all.Next).NewestFirst(),
	}
	if shown.Own() {
		f.Passages = reworded(f.Passages, shown.In(string(r.Lang)))
	}
	return f, err
}

// reworded returns the passages that every wording keeps, around those of a text: the last of them stands
// after it.
func reworded(standard []ui.Passage, text string) []ui.Passage {
	var before, after, own []ui.Passage
	passed := false
	for _, p := range standard {
		switch {
		case !p.Kept:
			passed = true
		case passed:
			after = append(after, p)
		default:
			before = append(before, p)
		}
	}
	for _, s := range sitepage.Sections(text) {
		own = append(own, ui.Passage{ID: s.ID, Title: s.Title, HTML: s.HTML})
	}
	return slices.Concat(before, own, after)
}
