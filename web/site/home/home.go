package home

import (
	"net/http"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/page"
	"ascolto/web/site/siteui"
	"ascolto/web/ui"
)

// homePage is the start page: what can be answered and what is talked about now.
type homePage struct {
	Surveys []surveys.Survey
	Threads []forum.Thread
	Areas   map[civic.ID]string // names of the threads' areas
}

// homeEntries bounds each list of the start page.
const homeEntries = 6

// home shows the start page.
func (p *Pages) home(r *page.Request) error {
	open, err := p.Surveys.Surveys(r.Context(), civic.PageRequest{Size: 1})
	if err != nil {
		return err
	}
	threads, err := p.Forum.Threads(r.Context(),
		forum.ThreadFilter{Page: civic.PageRequest{Size: homeEntries}})
	if err != nil {
		return err
	}
	areas, err := siteui.AreaNames(r, p.Forum)
	if err != nil {
		return err
	}
	view := homePage{Surveys: open.Open[:min(len(open.Open), homeEntries)], Threads: threads.Items,
		Areas: areas}
	f := r.Frame(r.T("core.home")).Describe(r.T("site.home.lead"))
	f = f.Fed(r.T("core.feed.forum"), "/forum/feed.atom").Fed(r.T("core.feed.surveys"),
		siteui.SurveysPath+"/feed.atom")
	return r.Page(http.StatusOK, home(f, view))
}

func until(f ui.Frame, s surveys.Survey) civic.Args {
	return civic.Args{"Until": f.L.Deadline(s.ClosesAt)}
}
func replies(t forum.Thread) civic.Args { return civic.Args{"Count": t.Replies} }
