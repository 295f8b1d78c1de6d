package surveys

import (
	"html/template"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/page"
	"ascolto/web/site/siteui"
)

// surveyFeed answers with the feed of the surveys that are open and of those that closed last.
func (p *Pages) surveyFeed(r *page.Request) error {
	list, err := p.Surveys.Surveys(r.Context(), civic.PageRequest{})
	if err != nil {
		return err
	}
	f := r.Frame(r.T("surveys.list.title"))
	feed := siteui.NewFeed(r, f.Title+" – "+f.Town.Name, "surveys", siteui.SurveysPath)
	feed.Author = siteui.Author{Name: f.Town.Name}
	for _, s := range append(list.Open, list.Over...) {
		feed.Add(surveyEntry(r, s, f.Town.Name))
	}
	return feed.Send(r)
}

func surveyEntry(r *page.Request, s surveys.Survey, author string) siteui.Entry {
	lang := spoken(r, s)
	updated := s.OpensAt
	if s.Phase != surveys.Open {
		updated = s.ClosesAt
	}
	if s.ResultsAt.After(updated) {
		updated = s.ResultsAt
	}
	return siteui.Entry{
		ID: r.URN("survey/" + string(s.ID)), Title: s.Title.In(lang), Published: siteui.Stamp(s.OpensAt),
		Updated: siteui.Stamp(updated), At: updated,
		Link:   siteui.Link{Rel: "alternate", Type: "text/html", Href: r.Absolute(siteui.SurveyPath(s.Slug))},
		Author: siteui.Author{Name: author},
		Content: siteui.Content{
			Type: "html", Text: "<p>" + template.HTMLEscapeString(s.Introduction.In(lang)) + "</p>",
		},
	}
}
