package surveys

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// publishPage is the form of publication.
type publishPage struct {
	surveys.Questionnaire
	Now      surveys.Phase
	Reworded []rewording // what it must be decided of whether it means the same
}

// publishing returns the page of publication.
func (p *Pages) publishing(r *page.Request, status int, q surveys.Questionnaire, form ui.Form) error {
	reworded, err := p.rewordings(r, q)
	if err != nil {
		return err
	}
	view := publishPage{q, q.Phase(civic.Now()), reworded}
	leadToDraft(form, q)
	return r.Page(status, surveyPublish(surveyFrame(r, q, r.T("surveys.desk.publish")), view, form))
}

// leadToDraft has the summary of a form lead to where what a questionnaire still lacks is written.
func leadToDraft(form ui.Form, q surveys.Questionnaire) {
	for _, field := range []string{"title", "introduction"} {
		form.Elsewhere(field, deskui.SurveyPath(q.ID)+"/settings")
	}
	form.Elsewhere("pages", deskui.SurveyPath(q.ID)+"#domande")
	for i, view := range q.Content.Pages {
		form.Elsewhere(civic.FieldAt("pages", i), deskui.SurveyPath(q.ID)+"#domande")
		for _, question := range view.Questions {
			form.Elsewhere(question.Code, deskui.SurveyPath(q.ID)+"/questions/"+question.Code)
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

// publishSurveyForm shows the form of publication.
func (p *Pages) publishSurveyForm(r *page.Request) error {
	q, err := p.ownSurvey(r, surveys.PermPublish)
	if err != nil {
		return err
	}
	return p.publishing(r, http.StatusOK, q, r.NewForm(publishValues(q, civic.Now())))
}

// publishSurvey publishes a questionnaire.
func (p *Pages) publishSurvey(r *page.Request) error {
	q, err := p.readSurvey(r)
	if err != nil {
		return err
	}
	form := r.Form()
	in := surveys.Publication{Schedule: readSchedule(form), Same: readMeanings(form, q)}
	var published surveys.Questionnaire
	if err = form.Err(); err == nil {
		published, err = p.Surveys.Publish(r.Context(), r.Actor, q.ID, deskui.Revision(form), in)
	}
	if again, ok := form.Again(err); ok {
		seen(again, q, err)
		return p.publishing(r, http.StatusUnprocessableEntity, q, again)
	}
	if err != nil {
		return err
	}
	if !published.IsFirstOf(deskui.Revision(form)) {
		return r.Redirect(deskui.SurveyPath(q.ID), civic.Msg("surveys.desk.published_edits"))
	}
	return r.Redirect(deskui.SurveyPath(q.ID), civic.Msg("surveys.desk.published"))
}

// seen has a form that comes back because of what others changed hold the revision that its page shows now,
// so that sending it once more is on purpose.
func seen(form ui.Form, q surveys.Questionnaire, err error) {
	if civic.CodeOf(err) == civic.Conflict {
		form.Values.Set("rev", revisionOf(q))
	}
}

func readSchedule(form *page.Form) surveys.Schedule {
	opens, err := surveys.ParseOpening(form.String("opens"))
	form.Check("opens", err)
	closes, err := surveys.ParseClosing(form.String("closes"))
	form.Check("closes", err)
	return surveys.Schedule{OpensAt: opens, ClosesAt: closes, Grace: form.Number("grace")}
}

// surveyTimesForm shows when a published questionnaire is open, to change it.
func (p *Pages) surveyTimesForm(r *page.Request) error {
	q, err := p.ownSurvey(r, surveys.PermPublish)
	if err != nil {
		return err
	}
	return p.surveyTimes(r, http.StatusOK, q, r.NewForm(publishValues(q, civic.Now())))
}

func (p *Pages) surveyTimes(r *page.Request, status int, q surveys.Questionnaire, form ui.Form) error {
	view := publishPage{Questionnaire: q, Now: q.Phase(civic.Now())}
	return r.Page(status, surveyTimes(surveyFrame(r, q, r.T("surveys.desk.change_times")), view, form))
}

// changeSurveyTimes changes when a published questionnaire is open, and nothing else.
func (p *Pages) changeSurveyTimes(r *page.Request) error {
	q, err := p.readSurvey(r)
	if err != nil {
		return err
	}
	form := r.Form()
	when := readSchedule(form)
	var changed surveys.Questionnaire
	if err = form.Err(); err == nil {
		changed, err = p.Surveys.Reschedule(r.Context(), r.Actor, q.ID, deskui.Revision(form), when)
	}
	if again, ok := form.Again(err); ok {
		seen(again, q, err)
		return p.surveyTimes(r, http.StatusUnprocessableEntity, q, again)
	}
	if err != nil {
		return err
	}
	return r.Redirect(deskui.SurveyPath(q.ID), told(changed, civic.Msg("surveys.desk.times_changed"))...)
}

// discardSurveyEdits throws away what is not published.
func (p *Pages) discardSurveyEdits(r *page.Request) error {
	return p.restructure(r, func(id civic.ID, revision int64) (surveys.Questionnaire, error) {
		return p.Surveys.Discard(r.Context(), r.Actor, id, revision)
	}, civic.Msg("surveys.desk.discarded"))
}

// deleteSurvey takes a draft away.
func (p *Pages) deleteSurvey(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := p.Surveys.Delete(r.Context(), r.Actor, id, deskui.Revision(r.Form())); err != nil {
		return err
	}
	return r.Redirect(deskui.SurveysPath, civic.Msg("surveys.desk.deleted"))
}

// closeSurvey ends a questionnaire now.
func (p *Pages) closeSurvey(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if _, err := p.Surveys.Close(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Redirect(deskui.SurveyPath(id), civic.Msg("surveys.desk.closed"))
}
