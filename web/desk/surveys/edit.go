package surveys

import (
	"errors"
	"net/http"
	"strconv"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
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
	Title     civic.Text
	Questions []surveyQuestion
}

// surveyQuestion is one question in the list.
type surveyQuestion struct {
	surveys.Question
	Condition string // in words; empty when it is always shown
}

// survey shows a questionnaire and what can be done with it.
func (p *Pages) survey(r *page.Request) error {
	q, err := p.readSurvey(r)
	if err != nil {
		return err
	}
	return p.showSurvey(r, http.StatusOK, q, nil)
}

func (p *Pages) showSurvey(r *page.Request, status int, q surveys.Questionnaire, why error) error {
	view := surveyPage{
		Questionnaire: q, Now: q.Phase(civic.Now()), Lang: string(r.Lang), Faults: faultTexts(r, why),
		MayWrite:   q.Allows(r.Actor, surveys.PermWrite) && q.State != surveys.Closed,
		MayPublish: q.Allows(r.Actor, surveys.PermPublish),
		MayResults: q.Allows(r.Actor, surveys.PermResults), MayDuplicate: q.Allows(r.Actor,
			surveys.PermWrite)}
	if q.Office != "" {
		office, err := p.Reference.Office(r.Context(), q.Office)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return err
		}
		view.Office = office.Name
	}
	for _, kind := range surveys.Kinds() {
		view.Kinds = append(view.Kinds,
			ui.Option{Value: string(kind), Label: r.T("surveys.kind." + string(kind))})
	}
	for i, section := range q.Content.Pages {
		s := surveySection{Number: i + 1, Title: section.Title}
		for _, question := range section.Questions {
			s.Questions = append(s.Questions,
				surveyQuestion{question, conditionText(r, q.Content, question.Show)})
		}
		view.Pages = append(view.Pages, s)
	}
	return r.Page(status, surveyEditor(surveysFrame(r, titleOf(r, q)), view, r.NewForm(nil)))
}

// faultTexts returns in words why something was refused.
func faultTexts(r *page.Request, err error) []string {
	var e *civic.Error
	if !errors.As(err, &e) {
		return nil
	}
	if len(e.Fields) == 0 {
		return []string{r.L.Message(e.Message)}
	}
	var texts []string
	for _, f := range e.Fields {
		texts = append(texts, r.L.Message(f.Message))
	}
	return texts
}

// restructure runs a change that needs no form of its own and shows the questionnaire again: with what was
// wrong when it was refused, else as it then is, with messages.
func (p *Pages) restructure(
	r *page.Request, change func(id civic.ID, revision int64) (surveys.Questionnaire, error),
	messages ...civic.Message,
) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	changed, err := change(id, deskui.Revision(form))
	if code := civic.CodeOf(err); code != civic.Invalid && code != civic.Conflict {
		if err != nil {
			return err
		}
		return r.Redirect(deskui.SurveyPath(id)+"#domande", told(changed, messages...)...)
	}
	q, getErr := p.Surveys.Get(r.Context(), r.Actor, id)
	if getErr != nil {
		return getErr
	}
	return p.showSurvey(r, http.StatusUnprocessableEntity, q, err)
}

// told returns what is said after a form that returned q; of one that was sent again, after others went on,
// that is not what it says.
func told(q surveys.Questionnaire, messages ...civic.Message) []civic.Message {
	if q.Overtaken() {
		return []civic.Message{civic.Msg("surveys.desk.overtaken")}
	}
	return messages
}

// addSurveyPage appends an empty page.
func (p *Pages) addSurveyPage(r *page.Request) error {
	return p.restructure(r, func(id civic.ID, revision int64) (surveys.Questionnaire, error) {
		return p.Surveys.AddPage(r.Context(), r.Actor, id, revision)
	})
}

// saveSurveyPage gives a page its title, or takes it away.
func (p *Pages) saveSurveyPage(r *page.Request) error {
	number, _ := strconv.Atoi(r.Param("number")) // what is no number is no page
	form := r.Form()
	return p.restructure(r, func(id civic.ID, revision int64) (surveys.Questionnaire, error) {
		if form.Has("delete") {
			return p.Surveys.DeletePage(r.Context(), r.Actor, id, revision, number)
		}
		title := form.Lines("title", page.MaxLine)
		if err := form.Err(); err != nil {
			return surveys.Questionnaire{}, err
		}
		return p.Surveys.SavePageTitle(r.Context(), r.Actor, id, revision, number, title)
	})
}

// moveSurveyQuestion moves a question one place up or down.
func (p *Pages) moveSurveyQuestion(r *page.Request) error {
	return p.restructure(r, func(id civic.ID, revision int64) (surveys.Questionnaire, error) {
		return p.Surveys.MoveQuestion(r.Context(), r.Actor, id, revision, r.Param("code"),
			r.Form().String("move") == "up")
	})
}

// deleteSurveyQuestion takes a question away.
func (p *Pages) deleteSurveyQuestion(r *page.Request) error {
	return p.restructure(r, func(id civic.ID, revision int64) (surveys.Questionnaire, error) {
		return p.Surveys.DeleteQuestion(r.Context(), r.Actor, id, revision, r.Param("code"))
	})
}
