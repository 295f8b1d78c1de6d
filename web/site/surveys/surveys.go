package surveys

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/page"
	"ascolto/web/site/siteui"
	"ascolto/web/ui"
)

func surveyPage(slug string, n int) string {
	return siteui.SurveyPath(slug) + "/pagina/" + strconv.Itoa(n)
}
func surveySummaryPath(slug string) string { return siteui.SurveyPath(slug) + "/riepilogo" }
func surveySentPath(slug string) string    { return siteui.SurveyPath(slug) + "/inviato" }
func surveyCookie(slug string) string      { return page.SurveyCookie + "-" + slug }
func surveyFrame(r *page.Request, title string) ui.Frame {
	return r.Frame(title).With(r.T("surveys.list.title"), siteui.SurveysPath)
}

// spoken returns the language in which a survey talks to this reader.
func spoken(r *page.Request, s surveys.Survey) string { return siteui.SpokenIn(string(r.Lang), s) }

// respondent returns who answers the survey that the address names.
func respondent(req *page.Request) surveys.Respondent {
	slug := req.Param("slug")
	r := surveys.Respondent{By: req.Actor, Slug: slug, Language: string(req.Lang)}
	if _, err := surveys.ParseSlug(slug); err == nil {
		r.Token = req.Remembered(surveyCookie(slug))
	}
	return r
}

// remember keeps the token of a draft, or that it was sent, in the browser until nothing is taken any more.
func remember(r *page.Request, s surveys.Survey, token string) {
	const least, most = time.Hour, 400 * 24 * time.Hour // browsers keep no cookie for longer
	r.Remember(surveyCookie(s.Slug), token, min(max(time.Until(s.GraceEnds), least), most))
}

// surveyList lists what can be answered, what is coming, and what is over.
func (p *Pages) surveyList(r *page.Request) error {
	list, err := p.Surveys.Surveys(r.Context(), r.PageRequest())
	if err != nil {
		return err
	}
	frame := r.Frame(r.T("surveys.list.title")).Describe(r.T("surveys.list.lead")).Fed(
		r.T("core.feed.surveys"),
		siteui.SurveysPath+"/feed.atom")
	return r.Page(http.StatusOK,
		surveyList(frame, list, ui.PagingBy(siteui.SurveysPath, r.Queries(), list.Next)))
}

// introduction is the first page of a survey.
type introduction struct {
	Survey   surveys.Survey
	Lang     string
	Standing surveys.Standing
	SignIn   string // where to sign in first; empty when that is not needed
}

// survey shows what a survey is about, who may answer, until when, and what becomes of the answers.
func (p *Pages) survey(req *page.Request) error {
	r := respondent(req)
	survey, err := p.Surveys.Survey(req.Context(), r.Slug)
	if err != nil {
		return err
	}
	view := introduction{Survey: survey, Lang: spoken(req, survey)}
	if view.Standing, err = p.Surveys.Standing(req.Context(), r); err != nil {
		return err
	}
	if survey.Participation == surveys.Known && req.Actor.Account == "" {
		view.SignIn = "/accedi?" + url.Values{"ritorno": {siteui.SurveyPath(r.Slug)}}.Encode()
	}
	frame := surveyFrame(req,
		survey.Title.In(view.Lang)).Describe(siteui.Excerpt(survey.Introduction.In(view.Lang)))
	return req.Page(http.StatusOK, surveyIntroduction(frame, view, req.NewForm(nil)))
}

// startSurvey begins a response, or goes on with the one there is.
func (p *Pages) startSurvey(req *page.Request) error {
	r := respondent(req)
	token, err := p.Surveys.Start(req.Context(), r)
	if err != nil {
		return p.offSurvey(req, r, err)
	}
	survey, err := p.Surveys.Survey(req.Context(), r.Slug)
	if err != nil {
		return err
	}
	remember(req, survey, token)
	return req.Redirect(siteui.SurveyPath(r.Slug) + "/pagina")
}

// offSurvey leads back to the introduction, which says what can be done, when the reason is that there is no
// draft to go on with or that it was sent.
func (p *Pages) offSurvey(req *page.Request, r surveys.Respondent, err error) error {
	switch code := civic.CodeOf(err); {
	case code == civic.Conflict, code == civic.NotFound && p.exists(req, r.Slug):
		return req.Redirect(siteui.SurveyPath(r.Slug))
	default:
		return err
	}
}

func (p *Pages) exists(r *page.Request, slug string) bool {
	_, err := p.Surveys.Survey(r.Context(), slug)
	return err == nil
}

// surveyPlace leads to the page where the respondent goes on.
func (p *Pages) surveyPlace(req *page.Request) error {
	r := respondent(req)
	place, err := p.Surveys.Page(req.Context(), r, 0)
	if err != nil {
		return p.offSurvey(req, r, err)
	}
	return req.Redirect(surveyPage(r.Slug, place.Number))
}

// surveyPage shows one page of questions with the answers there are.
func (p *Pages) surveyPage(req *page.Request) error {
	r := respondent(req)
	number := pageNumber(req)
	place, err := p.Surveys.Page(req.Context(), r, number)
	if err != nil {
		return p.offSurvey(req, r, err)
	}
	if place.Number != number {
		return req.Redirect(surveyPage(r.Slug, place.Number))
	}
	form := req.NewForm(answered(place, string(req.Lang)))
	form.Attached = attached(place)
	return req.Page(http.StatusOK,
		surveyQuestions(questionsFrame(req, place), newQuestionsPage(req, place), form))
}

// pageNumber returns the number in the address; one that is none is a page that no survey has.
func pageNumber(r *page.Request) int {
	n, err := strconv.Atoi(r.Param("number"))
	if err != nil || n < 1 {
		return -1
	}
	return n
}

// saveSurveyPage stores the answers of a page and leads on, back or away.
func (p *Pages) saveSurveyPage(req *page.Request) error {
	r, form := respondent(req), req.Form()
	number, destination := pageNumber(req), form.String("vai")
	typed, refused, err := p.answersWithFiles(req, r, number)
	if err != nil {
		return p.offSurvey(req, r, err)
	}
	place, err := p.Surveys.SavePage(req.Context(), r, number, typed, destination != "")
	if destination == "" { // who leaves is not held up
		err = withRefused(err, refused)
	}
	if civic.CodeOf(err) == civic.Invalid {
		again, _ := form.Again(err)
		return req.Page(http.StatusUnprocessableEntity,
			surveyQuestions(questionsFrame(req, place), newQuestionsPage(req, place), again))
	}
	switch {
	case civic.CodeOf(err) == civic.NotFound && len(p.recountPage(req)) > 0:
		return civic.Wrap(civic.Gone, surveys.DraftGone, err) // a page that gives back what was answered
	case err != nil:
		return p.offSurvey(req, r, err)
	case destination == leave:
		return req.Redirect(siteui.SurveyPath(r.Slug), savedMessages(req, place, civic.Msg("surveys.saved"))...)
	case destination == back && place.Previous != 0:
		return req.Redirect(surveyPage(r.Slug, place.Previous), savedMessages(req, place)...)
	case destination == back:
		return req.Redirect(siteui.SurveyPath(r.Slug), savedMessages(req, place)...)
	case place.Next != 0:
		return req.Redirect(surveyPage(r.Slug, place.Next))
	}
	return req.Redirect(surveySummaryPath(r.Slug))
}

// savedMessages returns messages with one about each question whose answer could not be kept.
func savedMessages(r *page.Request, place surveys.ResponsePage, messages ...civic.Message) []civic.Message {
	for _, q := range place.Dropped {
		messages = append(messages, civic.Message{Key: "surveys.not_kept",
			Args: civic.Args{"Question": q.Text.In(spoken(r, place.Survey))}})
	}
	return messages
}

// Where a page's further buttons lead.
const (
	back  = "indietro"
	leave = "esci"
)

// surveySummary shows all answers before they are sent.
func (p *Pages) surveySummary(req *page.Request) error {
	r := respondent(req)
	summary, err := p.Surveys.Summary(req.Context(), r)
	if err != nil {
		return p.offSurvey(req, r, err)
	}
	if summary.Incomplete != 0 {
		return req.Redirect(surveyPage(r.Slug, summary.Incomplete))
	}
	frame := surveyFrame(req,
		req.T("surveys.summary.title")).With(summary.Survey.Title.In(spoken(req, summary.Survey)),
		siteui.SurveyPath(r.Slug)).Step()
	return req.Page(http.StatusOK, surveySummary(frame, newSummaryPage(req, summary), req.NewForm(nil)))
}

// sendSurvey sends the response.
func (p *Pages) sendSurvey(req *page.Request) error {
	r := respondent(req)
	err := p.Surveys.Send(req.Context(), r, string(req.Lang))
	if civic.CodeOf(err) == civic.Invalid {
		return p.unsent(req, r, err)
	}
	if err != nil {
		return p.offSurvey(req, r, err)
	}
	survey, err := p.Surveys.Survey(req.Context(), r.Slug)
	if err != nil {
		return err
	}
	remember(req, survey, surveys.SubmittedToken)
	return req.Redirect(surveySentPath(r.Slug))
}

// unsent shows the summary again with what is missing.
func (p *Pages) unsent(req *page.Request, r surveys.Respondent, why error) error {
	summary, err := p.Surveys.Summary(req.Context(), r)
	if err != nil {
		return p.offSurvey(req, r, err)
	}
	again, _ := req.Form().Again(why)
	frame := surveyFrame(req,
		req.T("surveys.summary.title")).With(summary.Survey.Title.In(spoken(req, summary.Survey)),
		siteui.SurveyPath(r.Slug)).Step()
	return req.Page(http.StatusUnprocessableEntity, surveySummary(frame, newSummaryPage(req, summary), again))
}

// surveySent thanks for the response.
func (p *Pages) surveySent(req *page.Request) error {
	r := respondent(req)
	survey, err := p.Surveys.Survey(req.Context(), r.Slug)
	if err != nil {
		return err
	}
	standing, err := p.Surveys.Standing(req.Context(), r)
	if err != nil {
		return err
	}
	if standing != surveys.Submitted {
		return req.Redirect(siteui.SurveyPath(r.Slug))
	}
	return req.Page(http.StatusOK,
		surveySent(surveyFrame(req, req.T("surveys.sent.title")),
			introduction{Survey: survey, Lang: spoken(req, survey)}))
}

// surveyResults shows the results that were made public.
func (p *Pages) surveyResults(r *page.Request) error {
	survey, results, err := p.Surveys.PublicResults(r.Context(), r.Param("slug"))
	if err != nil {
		return err
	}
	view := newResultsPage(r, survey, results)
	frame := surveyFrame(r, r.T("surveys.results.title_of", civic.Args{"Title": survey.Title.In(view.Lang)}))
	return r.Page(http.StatusOK, surveyResults(frame, view))
}

// surveyPreview shows staff a page of a questionnaire as citizens will see it; nothing can be sent from it.
func (p *Pages) surveyPreview(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	number, _ := strconv.Atoi(r.Query("pagina")) // anything else is the first page
	preview, err := p.Surveys.Preview(r.Context(), r.Actor, id, number)
	if err != nil {
		return err
	}
	view := newQuestionsPage(r, preview.Page)
	view.Preview, view.Conditional = string(id), preview.Conditional
	frame := r.Frame(
		r.T("surveys.preview.title", civic.Args{"Title": preview.Page.Survey.Title.In(view.Lang)}),
	).
		With(r.T("surveys.desk.title"), "/desk/surveys").With(preview.Page.Survey.Title.In(view.Lang),
		"/desk/surveys/"+string(id)).Step()
	return r.Page(http.StatusOK, surveyQuestions(frame, view, r.NewForm(nil)))
}
