package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// The addresses of a survey.
const surveysPath = "/sondaggi"

func surveyPath(slug string) string        { return surveysPath + "/" + slug }
func surveyPage(slug string, n int) string { return surveyPath(slug) + "/pagina/" + strconv.Itoa(n) }
func surveySummaryPath(slug string) string { return surveyPath(slug) + "/riepilogo" }
func surveySentPath(slug string) string    { return surveyPath(slug) + "/inviato" }
func surveyResultsPath(slug string) string { return surveyPath(slug) + "/risultati" }
func surveyCookie(slug string) string      { return visit.SurveyCookie + "-" + slug }
func surveyFrame(v *visit.Visit, title string) ui.Frame {
	return v.Frame(title).With(v.T("surveys.list.title"), surveysPath)
}

// spoken returns the language in which a survey talks to this reader.
func spoken(v *visit.Visit, s surveys.Survey) string { return spokenIn(string(v.Lang), s) }

func spokenIn(lang string, s surveys.Survey) string {
	if slices.Contains(s.Languages, lang) {
		return lang
	}
	return surveys.Italian
}

// respondent returns who answers the survey that the address names.
func respondent(v *visit.Visit) surveys.Respondent {
	slug := v.Param("slug")
	r := surveys.Respondent{By: v.Actor, Slug: slug}
	if _, err := surveys.ParseSlug(slug); err == nil {
		r.Token = v.Remembered(surveyCookie(slug))
	}
	return r
}

// remember keeps the token of a sheet, or that it was sent, in the browser until nothing is taken any more.
func remember(v *visit.Visit, s surveys.Survey, token string) {
	const least, most = time.Hour, 400 * 24 * time.Hour // browsers keep no cookie for longer
	v.Remember(surveyCookie(s.Slug), token, min(max(time.Until(s.GraceEnds), least), most))
}

// SurveyList lists what can be answered, what is coming, and what is over.
func (p *Pages) SurveyList(v *visit.Visit) error {
	list, err := p.Surveys.Surveys(v.Context(), v.PageRequest())
	if err != nil {
		return err
	}
	frame := v.Frame(v.T("surveys.list.title")).Describe(v.T("surveys.list.lead")).Fed(v.T("core.feed.surveys"), surveysPath+"/feed.atom")
	return v.Page(http.StatusOK, surveyList(frame, list, ui.PagingBy(surveysPath, v.Queries(), list.Next)))
}

// introduction is the first page of a survey.
type introduction struct {
	Survey   surveys.Survey
	Lang     string
	Standing surveys.Standing
	SignIn   string // where to sign in first; empty when that is not needed
}

// Survey shows what a survey is about, who may answer, until when, and what becomes of the answers.
func (p *Pages) Survey(v *visit.Visit) error {
	r := respondent(v)
	survey, err := p.Surveys.Survey(v.Context(), r.Slug)
	if err != nil {
		return err
	}
	page := introduction{Survey: survey, Lang: spoken(v, survey)}
	if page.Standing, err = p.Surveys.Standing(v.Context(), r); err != nil {
		return err
	}
	if survey.Participation == surveys.Known && v.Actor.Account == "" {
		page.SignIn = "/accedi?" + url.Values{"ritorno": {surveyPath(r.Slug)}}.Encode()
	}
	frame := surveyFrame(v, survey.Title.In(page.Lang)).Describe(excerpt(survey.Introduction.In(page.Lang)))
	return v.Page(http.StatusOK, surveyIntroduction(frame, page, v.NewForm(nil)))
}

// StartSurvey begins a response, or goes on with the one there is.
func (p *Pages) StartSurvey(v *visit.Visit) error {
	r := respondent(v)
	token, err := p.Surveys.Start(v.Context(), r)
	if err != nil {
		return p.offSurvey(v, r, err)
	}
	survey, err := p.Surveys.Survey(v.Context(), r.Slug)
	if err != nil {
		return err
	}
	remember(v, survey, token)
	return v.Redirect(surveyPath(r.Slug) + "/pagina")
}

// offSurvey leads back to the introduction, which says what can be done, when the reason is that there is no sheet to go on
// with or that it was sent.
func (p *Pages) offSurvey(v *visit.Visit, r surveys.Respondent, err error) error {
	switch code := civic.CodeOf(err); {
	case code == civic.Conflict, code == civic.NotFound && p.exists(v, r.Slug):
		return v.Redirect(surveyPath(r.Slug))
	default:
		return err
	}
}

func (p *Pages) exists(v *visit.Visit, slug string) bool {
	_, err := p.Surveys.Survey(v.Context(), slug)
	return err == nil
}

// SurveyPlace leads to the page where the respondent goes on.
func (p *Pages) SurveyPlace(v *visit.Visit) error {
	r := respondent(v)
	place, err := p.Surveys.Page(v.Context(), r, 0)
	if err != nil {
		return p.offSurvey(v, r, err)
	}
	return v.Redirect(surveyPage(r.Slug, place.Number))
}

// SurveyPage shows one page of questions with the answers there are.
func (p *Pages) SurveyPage(v *visit.Visit) error {
	r := respondent(v)
	number := pageNumber(v)
	place, err := p.Surveys.Page(v.Context(), r, number)
	if err != nil {
		return p.offSurvey(v, r, err)
	}
	if place.Number != number {
		return v.Redirect(surveyPage(r.Slug, place.Number))
	}
	return v.Page(http.StatusOK, surveyQuestions(placeFrame(v, place), newPlacePage(v, place), v.NewForm(answered(place))))
}

// pageNumber returns the number in the address; one that is none is a page that no survey has.
func pageNumber(v *visit.Visit) int {
	n, err := strconv.Atoi(v.Param("number"))
	if err != nil || n < 1 {
		return -1
	}
	return n
}

// typedAnswers returns what a form says about questions: each field is named like the question it is of, but for the text beside "other".
func typedAnswers(form *visit.Form) surveys.Typed {
	typed := surveys.Typed{}
	for name, values := range form.AsSent() {
		code, isOther := strings.CutSuffix(name, surveys.OtherField(""))
		answer := typed[code]
		if isOther {
			answer.Other = values[0]
		} else {
			answer.Values = values
		}
		typed[code] = answer
	}
	return typed
}

// SaveSurveyPage stores the answers of a page and leads on, back or away.
func (p *Pages) SaveSurveyPage(v *visit.Visit) error {
	r, form := respondent(v), v.Form()
	number, destination := pageNumber(v), form.String("vai")
	place, err := p.Surveys.SavePage(v.Context(), r, number, typedAnswers(form), destination != "")
	if civic.CodeOf(err) == civic.Invalid {
		again, _ := form.Again(err)
		return v.Page(http.StatusUnprocessableEntity, surveyQuestions(placeFrame(v, place), newPlacePage(v, place), again))
	}
	switch {
	case err != nil:
		return p.offSurvey(v, r, err)
	case destination == leave:
		return v.Redirect(surveyPath(r.Slug), civic.Msg("surveys.saved"))
	case destination == back && place.Previous != 0:
		return v.Redirect(surveyPage(r.Slug, place.Previous))
	case destination == back:
		return v.Redirect(surveyPath(r.Slug))
	case place.Next != 0:
		return v.Redirect(surveyPage(r.Slug, place.Next))
	}
	return v.Redirect(surveySummaryPath(r.Slug))
}

// Where a page's further buttons lead.
const (
	back  = "indietro"
	leave = "esci"
)

// SurveySummary shows all answers before they are sent.
func (p *Pages) SurveySummary(v *visit.Visit) error {
	r := respondent(v)
	summary, err := p.Surveys.Summary(v.Context(), r)
	if err != nil {
		return p.offSurvey(v, r, err)
	}
	if summary.Incomplete != 0 {
		return v.Redirect(surveyPage(r.Slug, summary.Incomplete))
	}
	frame := surveyFrame(v, v.T("surveys.summary.title")).With(summary.Survey.Title.In(spoken(v, summary.Survey)), surveyPath(r.Slug)).Step()
	return v.Page(http.StatusOK, surveySummary(frame, newSummaryPage(v, summary), v.NewForm(nil)))
}

// SendSurvey sends the response.
func (p *Pages) SendSurvey(v *visit.Visit) error {
	r := respondent(v)
	err := p.Surveys.Send(v.Context(), r, string(v.Lang))
	if civic.CodeOf(err) == civic.Invalid {
		return p.unsent(v, r, err)
	}
	if err != nil {
		return p.offSurvey(v, r, err)
	}
	survey, err := p.Surveys.Survey(v.Context(), r.Slug)
	if err != nil {
		return err
	}
	remember(v, survey, surveys.SentToken)
	return v.Redirect(surveySentPath(r.Slug))
}

// unsent shows the summary again with what is missing.
func (p *Pages) unsent(v *visit.Visit, r surveys.Respondent, why error) error {
	summary, err := p.Surveys.Summary(v.Context(), r)
	if err != nil {
		return p.offSurvey(v, r, err)
	}
	again, _ := v.Form().Again(why)
	frame := surveyFrame(v, v.T("surveys.summary.title")).With(summary.Survey.Title.In(spoken(v, summary.Survey)), surveyPath(r.Slug)).Step()
	return v.Page(http.StatusUnprocessableEntity, surveySummary(frame, newSummaryPage(v, summary), again))
}

// SurveySent thanks for the response.
func (p *Pages) SurveySent(v *visit.Visit) error {
	r := respondent(v)
	survey, err := p.Surveys.Survey(v.Context(), r.Slug)
	if err != nil {
		return err
	}
	standing, err := p.Surveys.Standing(v.Context(), r)
	if err != nil {
		return err
	}
	if standing != surveys.Sent {
		return v.Redirect(surveyPath(r.Slug))
	}
	return v.Page(http.StatusOK, surveySent(surveyFrame(v, v.T("surveys.sent.title")), introduction{Survey: survey, Lang: spoken(v, survey)}))
}

// SurveyResults shows the results that were made public.
func (p *Pages) SurveyResults(v *visit.Visit) error {
	survey, results, err := p.Surveys.PublicResults(v.Context(), v.Param("slug"))
	if err != nil {
		return err
	}
	page := newResultsPage(v, survey, results)
	frame := surveyFrame(v, v.T("surveys.results.title_of", civic.Args{"Title": survey.Title.In(page.Lang)}))
	return v.Page(http.StatusOK, surveyResults(frame, page))
}

// SurveyPreview shows staff a page of a questionnaire as citizens will see it; nothing can be sent from it.
func (p *Pages) SurveyPreview(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	number, _ := strconv.Atoi(v.Query("pagina")) // anything else is the first page
	preview, err := p.Surveys.Preview(v.Context(), v.Actor, id, number)
	if err != nil {
		return err
	}
	page := newPlacePage(v, preview.Place)
	page.Preview, page.Conditional = string(id), preview.Conditional
	frame := v.Frame(v.T("surveys.preview.title", civic.Args{"Title": preview.Place.Survey.Title.In(page.Lang)})).
		With(v.T("surveys.desk.title"), "/desk/surveys").With(preview.Place.Survey.Title.In(page.Lang), "/desk/surveys/"+string(id)).Step()
	return v.Page(http.StatusOK, surveyQuestions(frame, page, v.NewForm(nil)))
}
