package site

import (
	"html/template"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/visit"
)

// SurveyFeed answers with the feed of the surveys that are open and of those that closed last.
func (p *Pages) SurveyFeed(v *visit.Visit) error {
	list, err := p.Surveys.Surveys(v.Context(), civic.PageRequest{})
	if err != nil {
		return err
	}
	f := v.Frame(v.T("surveys.list.title"))
	feed := newFeed(v, f.Title+" – "+f.Town.Name, "surveys", surveysPath)
	feed.Author = atomAuthor{f.Town.Name}
	for _, s := range append(list.Open, list.Over...) {
		feed.add(surveyEntry(v, s, f.Town.Name))
	}
	return feed.send(v)
}

func surveyEntry(v *visit.Visit, s surveys.Survey, author string) atomEntry {
	lang := spoken(v, s)
	updated := s.OpensAt
	if s.Phase != surveys.Open {
		updated = s.ClosesAt
	}
	if s.ResultsAt.After(updated) {
		updated = s.ResultsAt
	}
	return atomEntry{
		ID: v.URN("survey/" + string(s.ID)), Title: s.Title.In(lang), Published: stamp(s.OpensAt), Updated: stamp(updated), at: updated,
		Link: atomLink{"alternate", "text/html", v.Absolute(surveyPath(s.Slug))}, Author: atomAuthor{author},
		Content: atomContent{"html", "<p>" + template.HTMLEscapeString(s.Introduction.In(lang)) + "</p>"},
	}
}
