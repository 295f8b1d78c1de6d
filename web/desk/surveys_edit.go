package desk

import (
	"errors"
	"net/http"
	"strconv"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// surveyPage is a questionnaire with its pages and questions.
type surveyPage struct {
	surveys.Questionnaire
	Now                              surveys.Phase
	Lang                             string
	Office                           string
	Pages                            []surveySection
	MayWrite, MayPublish, MayResults bool
	MayDuplicate                     bool
	Kinds                            []ui.Option
	Faults                           []string // why the last change was refused
}

// surveySection is one page of a questionnaire.
type surveySection struct {
	Number    int
	Title     surveys.Text
	Questions []surveyQuestion
}

// surveyQuestion is one question in the list.
type surveyQuestion struct {
	surveys.Question
	Condition string // in words; empty when it is always shown
}

// Survey shows a questionnaire and what can be done with it.
func (p *Pages) Survey(v *visit.Visit) error {
	q, err := p.survey(v)
	if err != nil {
		return err
	}
	return p.showSurvey(v, http.StatusOK, q, nil)
}

func (p *Pages) showSurvey(v *visit.Visit, status int, q surveys.Questionnaire, why error) error {
	page := surveyPage{Questionnaire: q, Now: q.Phase(civic.Now()), Lang: string(v.Lang), Faults: faultTexts(v, why),
		MayWrite: q.Allows(v.Actor, surveys.PermWrite) && q.State != surveys.Closed, MayPublish: q.Allows(v.Actor, surveys.PermPublish),
		MayResults: q.Allows(v.Actor, surveys.PermResults), MayDuplicate: q.Allows(v.Actor, surveys.PermWrite)}
	if q.Office != "" {
		office, err := p.CRM.Office(v.Context(), q.Office)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return err
		}
		page.Office = office.Name
	}
	for _, kind := range surveys.Kinds() {
		page.Kinds = append(page.Kinds, ui.Option{Value: string(kind), Label: v.T("surveys.kind." + string(kind))})
	}
	for i, section := range q.Content.Pages {
		s := surveySection{Number: i + 1, Title: section.Title}
		for _, question := range section.Questions {
			s.Questions = append(s.Questions, surveyQuestion{question, conditionText(v, q.Content, question.Show)})
		}
		page.Pages = append(page.Pages, s)
	}
	return v.Page(status, surveyEditor(surveysFrame(v, titleOf(v, q)), page, v.NewForm(nil)))
}

// faultTexts returns in words why something was refused.
func faultTexts(v *visit.Visit, err error) []string {
	var e *civic.Error
	if !errors.As(err, &e) {
		return nil
	}
	if len(e.Fields) == 0 {
		return []string{v.L.Message(e.Message)}
	}
	var texts []string
	for _, f := range e.Fields {
		texts = append(texts, v.L.Message(f.Message))
	}
	return texts
}

// restructure runs a change that needs no form of its own and shows the questionnaire again: with what was wrong when it was
// refused, else as it then is.
func (p *Pages) restructure(v *visit.Visit, change func(id civic.ID, revision int64) error) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	form := v.Form()
	err = change(id, revision(form))
	if code := civic.CodeOf(err); code != civic.Invalid && code != civic.Conflict {
		if err != nil {
			return err
		}
		return v.Redirect(surveyPath(id) + "#domande")
	}
	q, getErr := p.Surveys.Get(v.Context(), v.Actor, id)
	if getErr != nil {
		return getErr
	}
	return p.showSurvey(v, http.StatusUnprocessableEntity, q, err)
}

// AddSurveyPage appends an empty page.
func (p *Pages) AddSurveyPage(v *visit.Visit) error {
	return p.restructure(v, func(id civic.ID, revision int64) error {
		_, err := p.Surveys.AddPage(v.Context(), v.Actor, id, revision)
		return err
	})
}

// SaveSurveyPage gives a page its title, or takes it away.
func (p *Pages) SaveSurveyPage(v *visit.Visit) error {
	number, _ := strconv.Atoi(v.Param("number")) // what is no number is no page
	form := v.Form()
	return p.restructure(v, func(id civic.ID, revision int64) error {
		if form.Has("delete") {
			_, err := p.Surveys.DeletePage(v.Context(), v.Actor, id, revision, number)
			return err
		}
		title := surveys.Text{It: form.String("title.it"), En: form.String("title.en")}
		if err := form.Err(); err != nil {
			return err
		}
		_, err := p.Surveys.SavePageTitle(v.Context(), v.Actor, id, revision, number, title)
		return err
	})
}

// MoveSurveyQuestion moves a question one place up or down.
func (p *Pages) MoveSurveyQuestion(v *visit.Visit) error {
	return p.restructure(v, func(id civic.ID, revision int64) error {
		_, err := p.Surveys.MoveQuestion(v.Context(), v.Actor, id, revision, v.Param("code"), v.Form().String("move") == "up")
		return err
	})
}

// DeleteSurveyQuestion takes a question away.
func (p *Pages) DeleteSurveyQuestion(v *visit.Visit) error {
	return p.restructure(v, func(id civic.ID, revision int64) error {
		_, err := p.Surveys.DeleteQuestion(v.Context(), v.Actor, id, revision, v.Param("code"))
		return err
	})
}
