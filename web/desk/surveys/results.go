package surveys

import (
	"net/http"
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/surveys"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// resultsPage is what a questionnaire's responses come to.
type resultsPage struct {
	surveys.Questionnaire
	Now                             surveys.Phase
	Results                         surveys.Results
	Curve                           ui.Chart
	Questions                       []resultFigure
	MayExport, MayPublish, MayTexts bool

	Task work.Task // that makes the table of responses; its id is empty when there is none
	Held bool      // the reader stopped the refreshing
}

// resultFigure is what the answers to one question come to.
type resultFigure struct {
	surveys.QuestionResult
	Title    string
	Facts    []string
	Chart    ui.Chart
	Rows     []rowFigure
	HasTexts bool
	Said     []surveys.Meaning // that other words mean the same
	First    bool              // the first wording of its question
}

// surveyResults shows the results of a questionnaire.
func (p *Pages) surveyResults(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	q, results, err := p.Surveys.Results(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	view := resultsPage{Questionnaire: q, Now: q.Phase(civic.Now()), Results: results,
		Curve:     curve(r, results),
		MayExport: q.Allows(r.Actor, surveys.PermExport), MayPublish: q.Allows(r.Actor, surveys.PermPublish),
		MayTexts: q.Allows(r.Actor, surveys.PermTexts), Held: r.Query("hold") != ""}
	if view.Task, err = p.responsesTask(r, q.ID); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, m := range results.Questions {
		shown := figure(r, m)
		shown.Said, shown.First = saidOf(q, m), !seen[m.Question.Code]
		seen[m.Question.Code] = true
		view.Questions = append(view.Questions, shown)
	}
	f := surveyFrame(r, q, r.T("surveys.results.title_of", civic.Args{"Title": titleOf(r, q)}))
	if view.Task.Open() && !view.Held {
		f.Renew = deskui.RenewEvery
	}
	return r.Page(http.StatusOK, surveyResults(f, view, r.NewForm(nil)))
}

// responsesTask returns the task that makes the table of a questionnaire's responses for the reader, or made
// it and has the file; the zero Task when there is none.
func (p *Pages) responsesTask(r *page.Request, id civic.ID) (work.Task, error) {
	t, found, err := p.Work.Latest(r.Context(), r.Actor, surveys.WorkResponses, surveys.InputSurvey,
		string(id))
	if !found || t.State == work.Cancelled || t.TakenOff {
		return work.Task{}, err
	}
	return t, err
}

// curve returns the chart of responses by day.
func curve(req *page.Request, r surveys.Results) ui.Chart {
	c := ui.Chart{
		ID: "risposte-per-giorno", Title: req.T("surveys.results.curve"), Kind: ui.LineChart, Folded: true,
		Columns: []string{req.T("surveys.results.day"), req.T("surveys.results.number")}}
	for _, d := range r.Days {
		label := d.Day
		if t, err := time.ParseInLocation(time.DateOnly, d.Day, civic.Rome()); err == nil {
			label = req.L.ShortDate(t)
		}
		c.Rows = append(c.Rows,
			ui.ChartRow{
				Label: label,
				Cells: []ui.ChartCell{{Value: float64(d.Responses), Text: req.L.Int(d.Responses)}},
			})
	}
	return c
}

func figure(r *page.Request, m surveys.QuestionResult) resultFigure {
	lang := string(r.Lang)
	f := resultFigure{QuestionResult: m, Title: m.Question.Text.In(lang), HasTexts: m.Question.ReadOneByOne()}
	f.Facts = []string{
		r.T("surveys.results.counts",
			civic.Args{"Answered": m.Answered, "NotGiven": m.NotGiven, "NotShown": m.NotShown}),
	}
	for _, fact := range m.Facts() {
		f.Facts = append(f.Facts, r.L.Message(fact.Sentence(r.L)))
	}
	f.Chart = optionChart(r, figureID(m), f.Title, m.Options)
	for _, row := range m.Rows {
		title := row.Label.In(lang)
		f.Rows = append(f.Rows,
			rowFigure{row, title, optionChart(r, figureID(m)+"-"+row.Code, title, row.Options)})
	}
	return f
}

// rowFigure is what the answers to one row of a question come to.
type rowFigure struct {
	surveys.RowResult
	Title string
	Chart ui.Chart
}

func optionChart(r *page.Request, id, title string, options []surveys.OptionResult) ui.Chart {
	var rows []ui.Counted
	for _, row := range surveys.Counted(options, string(r.Lang), r.T("surveys.other")) {
		rows = append(rows, ui.Counted(row))
	}
	return ui.CountChart(r.L, id, title, rows, r.T("surveys.results.answer"),
		r.T("surveys.results.number"), r.T("surveys.results.share"))
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

// surveyTexts lists the free texts answered to a question.
func (p *Pages) surveyTexts(r *page.Request) error {
	q, err := p.readSurvey(r)
	if err != nil {
		return err
	}
	question, texts, err := p.Surveys.Texts(r.Context(), r.Actor, q.ID, r.Param("code"), r.PageRequest())
	if err != nil {
		return err
	}
	view := textsPage{q, question, texts.Items, ui.PagingBy(r.Path(), r.Queries(), texts.Next)}
	frame := surveyFrame(r, q, question.Text.In(string(r.Lang))).With(r.T("surveys.desk.results"),
		deskui.SurveyPath(q.ID)+"/results")
	return r.Page(http.StatusOK, surveyTexts(frame, view))
}

// surveyFile sends a file that was answered.
func (p *Pages) surveyFile(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	file, err := r.ID("file")
	if err != nil {
		return err
	}
	f, content, err := p.Surveys.OpenFile(r.Context(), r.Actor, id, file)
	if err != nil {
		return err
	}
	return r.File(f, content)
}

func filePath(survey, file civic.ID) string {
	return deskui.SurveyPath(survey) + "/files/" + string(file)
}

// readKey is the text that leads to the answers to a question that are read one by one.
func readKey(q surveys.Question) string {
	if q.Kind == surveys.File {
		return "surveys.desk.read_files"
	}
	return "surveys.desk.read_texts"
}

// publishSurveyResults makes the results public, or takes them back.
func (p *Pages) publishSurveyResults(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	act, message := p.Surveys.PublishResults, "surveys.desk.results_published"
	if r.Form().Has("withdraw") {
		act, message = p.Surveys.WithdrawResults, "surveys.desk.results_withdrawn"
	}
	if _, err := act(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Redirect(deskui.SurveyPath(id)+"/results", civic.Msg(message))
}

// askSurveyResponses sends the table of responses at once, or, when it is large, has it made.
func (p *Pages) askSurveyResponses(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	task, long, err := p.Surveys.LongResponseExport(r.Context(), r.Actor, id, string(r.Lang), sayer(r))
	if err != nil {
		return err
	}
	return deskui.Export(r, p.Work, task, long, deskui.SurveyPath(id)+"/responses.csv")
}

// sayer gives the texts of the interface in the reader's language.
func sayer(r *page.Request) surveys.Say { return func(key string) string { return r.T(key) } }

// downloadSurveyResponses sends a table with one row for each response.
func (p *Pages) downloadSurveyResponses(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	export, err := p.Surveys.ExportResponses(r.Context(), r.Actor, id, string(r.Lang), sayer(r))
	if err != nil {
		return err
	}
	return r.Stream(export.Name, deskui.CSV, export.Write)
}

// downloadSurveyResults sends a table of the results.
func (p *Pages) downloadSurveyResults(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	export, err := p.Surveys.ExportResults(r.Context(), r.Actor, id, string(r.Lang), sayer(r))
	if err != nil {
		return err
	}
	return r.Stream(export.Name, deskui.CSV, export.Write)
}
