package site

import (
	"net/http"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// homePage is the start page: what can be answered and what is talked about now.
type homePage struct {
	Surveys []surveys.Survey
	Threads []forum.Thread
	Areas   map[civic.ID]string // names of the threads' areas
}

// homeEntries bounds each list of the start page.
const homeEntries = 6

// Home shows the start page.
func (p *Pages) Home(v *visit.Visit) error {
	open, err := p.Surveys.Surveys(v.Context(), civic.PageRequest{Size: 1})
	if err != nil {
		return err
	}
	threads, err := p.Forum.Threads(v.Context(), forum.ThreadFilter{Page: civic.PageRequest{Size: homeEntries}})
	if err != nil {
		return err
	}
	areas, err := p.areaNames(v)
	if err != nil {
		return err
	}
	page := homePage{Surveys: open.Open[:min(len(open.Open), homeEntries)], Threads: threads.Items, Areas: areas}
	f := v.Frame(v.T("core.home")).Describe(v.T("site.home.lead"))
	f = f.Fed(v.T("core.feed.forum"), "/forum/feed.atom").Fed(v.T("core.feed.surveys"), surveysPath+"/feed.atom")
	return v.Page(http.StatusOK, home(f, page))
}

func until(f ui.Frame, s surveys.Survey) civic.Args {
	return civic.Args{"Until": f.L.Deadline(s.ClosesAt)}
}
func replies(t forum.Thread) civic.Args { return civic.Args{"Count": t.Replies()} }
