package desk

import (
	"net/http"
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// resultsPage is what a questionnaire's responses come to.
type resultsPage struct {
	surveys.Questionnaire
	Now                             surveys.Phase
	Results                         surveys.Results
	Curve                           ui.Chart
	Questions                       []resultFigure
	MayExport, MayPublish, MayTexts bool
}

// resultFigure is what the answers to one question come to.
type resultFigure struct {
	surveys.QuestionResult
	Title    string
	Facts    []string
	Chart    ui.Chart
	HasTexts bool
	Said     []surveys.Meaning // that other words mean the same
	First    bool              // the first wording of its question
}

// SurveyResults shows the results of a questionnaire.
func (p *Pages) SurveyResults(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	q, results, err := p.Surveys.Results(v.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	page := resultsPage{Questionnaire: q, Now: q.Phase(civic.Now()), Results: results, Curve: curve(v, results),
		MayExport: q.Allows(v.Actor, surveys.PermExport), MayPublish: q.Allows(v.Actor, surveys.PermPublish), MayTexts: q.Allows(v.Actor, surveys.PermTexts)}
	seen := map[string]bool{}
	for _, m := range results.Questions {
		shown := figure(v, m)
		shown.Said, shown.First = saidOf(q, m), !seen[m.Question.Code]
		seen[m.Question.Code] = true
		page.Questions = append(page.Questions, shown)
	}
	f := surveyFrame(v, q, v.T("surveys.results.title_of", civic.Args{"Title": titleOf(v, q)}))
	return v.Page(http.StatusOK, surveyResults(f, page, v.NewForm(nil)))
}

// curve returns the chart of responses by day.
func curve(v *visit.Visit, r surveys.Results) ui.Chart {
	c := ui.Chart{ID: "risposte-per-giorno", Title: v.T("surveys.results.curve"), Kind: ui.LineChart, Folded: true,
		Columns: []string{v.T("surveys.results.day"), v.T("surveys.results.number")}}
	for _, d := range r.Days {
		label := d.Day
		if t, err := time.ParseInLocation(time.DateOnly, d.Day, civic.Rome()); err == nil {
			label = v.L.ShortDate(t)
		}
		c.Rows = append(c.Rows, ui.ChartRow{Label: label, Cells: []ui.ChartCell{{Value: float64(d.Responses), Text: v.L.Int(d.Responses)}}})
	}
	return c
}

func figure(v *visit.Visit, m surveys.QuestionResult) resultFigure {
	lang := string(v.Lang)
	f := resultFigure{QuestionResult: m, Title: m.Question.Text.In(lang), HasTexts: !m.Question.Coded() || m.Question.Other}
	f.Facts = []string{v.T("surveys.results.counts", civic.Args{"Answered": m.Answered, "NotGiven": m.NotGiven, "NotShown": m.NotShown})}
	if m.Question.Numeric() && m.Answered > 0 {
		low, high := m.Question.Bounds()
		f.Facts = append(f.Facts, v.T("surveys.results.mean_is", civic.Args{"Mean": v.L.Decimal(m.Mean, 2), "Low": low, "High": high}))
	}
	if m.Question.Kind == surveys.NPS && m.Answered > 0 {
		f.Facts = append(f.Facts, v.T("surveys.results.nps_is", civic.Args{"Score": v.L.Decimal(m.Promoters.Score, 1),
			"Promoters": v.L.Percent(m.Promoters.Promoters, 1), "Detractors": v.L.Percent(m.Promoters.Detractors, 1)}))
	}
	var rows []ui.Counted
	for _, row := range m.Rows(lang, v.T("surveys.other")) {
		rows = append(rows, ui.Counted(row))
	}
	f.Chart = ui.CountChart(v.L, figureID(m), f.Title, rows, v.T("surveys.results.answer"), v.T("surveys.results.number"), v.T("surveys.results.share"))
	return f
}

// figureID returns the id of a result in its page.
func figureID(m surveys.QuestionResult) string {
	return "domanda-" + m.Question.Code + "-" + strconv.Itoa(m.Versions[0])
}

// textsPage is the free texts answered to a question.
type textsPage struct {
	surveys.Questionnaire
	Question surveys.Question
	Texts    []surveys.TextAnswer
	Paging   ui.Paging
}

// SurveyTexts lists the free texts answered to a question.
func (p *Pages) SurveyTexts(v *visit.Visit) error {
	q, err := p.survey(v)
	if err != nil {
		return err
	}
	question, texts, err := p.Surveys.Texts(v.Context(), v.Actor, q.ID, v.Param("code"), v.PageRequest())
	if err != nil {
		return err
	}
	page := textsPage{q, question, texts.Items, ui.PagingBy(v.Path(), v.Queries(), texts.Next)}
	frame := surveyFrame(v, q, question.Text.In(string(v.Lang))).With(v.T("surveys.desk.results"), surveyPath(q.ID)+"/results")
	return v.Page(http.StatusOK, surveyTexts(frame, page))
}

// PublishSurveyResults makes the results public, or takes them back.
func (p *Pages) PublishSurveyResults(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	act, message := p.Surveys.PublishResults, "surveys.desk.results_published"
	if v.Form().Has("withdraw") {
		act, message = p.Surveys.WithdrawResults, "surveys.desk.results_withdrawn"
	}
	if _, err := act(v.Context(), v.Actor, id); err != nil {
		return err
	}
	return v.Redirect(surveyPath(id)+"/results", civic.Msg(message))
}

// DownloadSurveyResponses sends a table with one row for each response.
func (p *Pages) DownloadSurveyResponses(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	export, err := p.Surveys.ExportResponses(v.Context(), v.Actor, id, string(v.Lang), func(key string) string { return v.T(key) })
	if err != nil {
		return err
	}
	return v.Stream(export.Name, csvType, export.Write)
}

// DownloadSurveyResults sends a table of the results.
func (p *Pages) DownloadSurveyResults(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	export, err := p.Surveys.ExportResults(v.Context(), v.Actor, id, string(v.Lang), func(key string) string { return v.T(key) })
	if err != nil {
		return err
	}
	return v.Stream(export.Name, csvType, export.Write)
}
