package desk

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// publishPage is the form of publication.
type publishPage struct {
	surveys.Questionnaire
	Now      surveys.Phase
	Reworded []rewording // what it must be decided of whether it means the same
}

// publishing returns the page of publication.
func (p *Pages) publishing(v *visit.Visit, status int, q surveys.Questionnaire, form ui.Form) error {
	reworded, err := p.rewordings(v, q)
	if err != nil {
		return err
	}
	page := publishPage{q, q.Phase(civic.Now()), reworded}
	leadToDraft(form, q)
	return v.Page(status, surveyPublish(surveyFrame(v, q, v.T("surveys.desk.publish")), page, form))
}

// leadToDraft has the summary of a form lead to where what a questionnaire still lacks is written.
func leadToDraft(form ui.Form, q surveys.Questionnaire) {
	for _, field := range []string{"title", "introduction"} {
		form.Elsewhere(field, surveyPath(q.ID)+"/settings")
	}
	form.Elsewhere("pages", surveyPath(q.ID)+"#domande")
	for i, page := range q.Content.Pages {
		form.Elsewhere("page."+strconv.Itoa(i+1), surveyPath(q.ID)+"#domande")
		for _, question := range page.Questions {
			form.Elsewhere(question.Code, surveyPath(q.ID)+"/questions/"+question.Code)
		}
	}
}

// publishValues returns the times that are set, or for a first publication tomorrow morning and thirty days.
func publishValues(q surveys.Questionnaire, now time.Time) url.Values {
	opens, closes := surveys.FormatLocal(q.OpensAt), surveys.FormatLocal(q.ClosesAt)
	if q.Version() == 0 {
		day := now.In(civic.Rome())
		opens = day.AddDate(0, 0, 1).Format(time.DateOnly) + "T08:00"
		closes = day.AddDate(0, 0, 31).Format(time.DateOnly) + "T23:59"
	}
	return ui.Prefill("rev", revisionOf(q), "opens", opens, "closes", closes, "grace", strconv.Itoa(q.Grace))
}

// PublishSurveyForm shows the form of publication.
func (p *Pages) PublishSurveyForm(v *visit.Visit) error {
	q, err := p.survey(v)
	if err != nil {
		return err
	}
	return p.publishing(v, http.StatusOK, q, v.NewForm(publishValues(q, civic.Now())))
}

// PublishSurvey publishes a questionnaire.
func (p *Pages) PublishSurvey(v *visit.Visit) error {
	q, err := p.survey(v)
	if err != nil {
		return err
	}
	form := v.Form()
	in := surveys.Publication{Schedule: readSchedule(form), Same: readMeanings(form, q)}
	if err = form.Err(); err == nil {
		_, err = p.Surveys.Publish(v.Context(), v.Actor, q.ID, revision(form), in)
	}
	if again, ok := form.Again(err); ok {
		return p.publishing(v, http.StatusUnprocessableEntity, q, again)
	}
	if err != nil {
		return err
	}
	return v.Redirect(surveyPath(q.ID), civic.Msg("surveys.desk.published"))
}

func readSchedule(form *visit.Form) surveys.Schedule {
	opens, err := surveys.ParseOpening(form.String("opens"))
	form.Check("opens", err)
	closes, err := surveys.ParseClosing(form.String("closes"))
	form.Check("closes", err)
	return surveys.Schedule{OpensAt: opens, ClosesAt: closes, Grace: form.Number("grace")}
}

// SurveyTimesForm shows when a published questionnaire is open, to change it.
func (p *Pages) SurveyTimesForm(v *visit.Visit) error {
	q, err := p.survey(v)
	if err != nil {
		return err
	}
	return p.surveyTimes(v, http.StatusOK, q, v.NewForm(publishValues(q, civic.Now())))
}

func (p *Pages) surveyTimes(v *visit.Visit, status int, q surveys.Questionnaire, form ui.Form) error {
	page := publishPage{Questionnaire: q, Now: q.Phase(civic.Now())}
	return v.Page(status, surveyTimes(surveyFrame(v, q, v.T("surveys.desk.change_times")), page, form))
}

// ChangeSurveyTimes changes when a published questionnaire is open, and nothing else.
func (p *Pages) ChangeSurveyTimes(v *visit.Visit) error {
	q, err := p.survey(v)
	if err != nil {
		return err
	}
	form := v.Form()
	when := readSchedule(form)
	if err = form.Err(); err == nil {
		_, err = p.Surveys.Reschedule(v.Context(), v.Actor, q.ID, revision(form), when)
	}
	if again, ok := form.Again(err); ok {
		return p.surveyTimes(v, http.StatusUnprocessableEntity, q, again)
	}
	if err != nil {
		return err
	}
	return v.Redirect(surveyPath(q.ID), civic.Msg("surveys.desk.times_changed"))
}

// DiscardSurveyEdits throws away what is not published.
func (p *Pages) DiscardSurveyEdits(v *visit.Visit) error {
	return p.restructure(v, func(id civic.ID, revision int64) error {
		_, err := p.Surveys.Discard(v.Context(), v.Actor, id, revision)
		return err
	})
}

// DeleteSurvey takes a draft away.
func (p *Pages) DeleteSurvey(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	if err := p.Surveys.Delete(v.Context(), v.Actor, id, revision(v.Form())); err != nil {
		return err
	}
	return v.Redirect(surveysPath, civic.Msg("surveys.desk.deleted"))
}

// CloseSurvey ends a questionnaire now.
func (p *Pages) CloseSurvey(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	if _, err := p.Surveys.Close(v.Context(), v.Actor, id); err != nil {
		return err
	}
	return v.Redirect(surveyPath(id), civic.Msg("surveys.desk.closed"))
}
