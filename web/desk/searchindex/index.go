package searchindex

import (
	"net/http"

	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/search"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// searchIndexPage is how the search index stands.
type searchIndexPage struct {
	Size     int
	Complete bool      // it has held everything
	Behind   bool      // something put lately is not in it yet
	Task     work.Task // that makes it anew, or did last; its id is empty when none is known
	Held     bool
	Form     ui.Form
}

// searchIndex shows how the search index of the process that answers stands.
func (p *Pages) searchIndex(r *page.Request) (err error) {
	view := searchIndexPage{
		Complete: !p.Search.NeedsRebuild(), Behind: p.Search.Behind(), Held: r.Query("hold") != "",
		Form: r.NewForm(nil),
	}
	if view.Size, err = p.Search.Size(r.Context()); err != nil {
		return err
	}
	view.Task, err = p.Work.Task(r.Context(), r.Actor, p.Search.RebuildID())
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return err
	}
	f := r.Frame(r.T("search.index.title"))
	if view.Task.Open() && !view.Held {
		f.Renew = deskui.RenewEvery
	}
	return r.Page(http.StatusOK, indexDetails(f, view))
}

// rebuildSearchIndex has the search index made anew, and leads to the page that shows how far that is.
func (p *Pages) rebuildSearchIndex(r *page.Request) error {
	if err := r.Form().Err(); err != nil {
		return err
	}
	_, err := p.Work.Require(r.Context(), r.Actor, work.Need{
		ID: p.Search.RebuildID(), Kind: search.WorkRebuild,
		Input: map[string]string{search.InputIndex: p.Search.Name()},
	})
	if err != nil {
		return err
	}
	return r.Redirect(deskui.IndexPath, civic.Msg("search.index.asked"))
}
