package site

import (
	"html/template"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/page"
)

// SurveyFeed answers with the feed of the surveys that are open and of those that closed last.
func (p *Pages) SurveyFeed(r *page.Request) error {
	list, err := p.Surveys.Surveys(r.Context(), civic.PageRequest{})
	if err != nil {
		return err
	}
	f := r.Frame(r.T("surveys.list.title"))
	feed := newFeed(r, f.Title+" – "+f.Town.Name, "surveys", surveysPath)
	feed.Author = atomAuthor{f.Town.Name}
	for _, s := range append(list.Open, list.Over...) {
		feed.add(surveyEntry(r, s, f.Town.Name))
	}
	return feed.send(r)
}

func surveyEntry(r *page.Request, s surveys.Survey, author string) atomEntry {
	lang := spoken(r, s)
	updated := s.OpensAt
	if s.Phase != surveys.Open {
		updated = s.ClosesAt
	}
	if s.ResultsAt.After(updated) {
		updated = s.ResultsAt
	}
	return atomEntry{
		ID: r.URN("survey/" + string(s.ID)), Title: s.Title.In(lang), Published: stamp(s.OpensAt), Updated: stamp(updated), at: updated,
		Link: atomLink{"alternate", "text/html", r.Absolute(surveyPath(s.Slug))}, Author: atomAuthor{author},
		Content: atomContent{"html", "<p>" + template.HTMLEscapeString(s.Introduction.In(lang)) + "</p>"},
	}
}
