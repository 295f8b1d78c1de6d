package surveys

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// questionPage is the form of one question.
type questionPage struct {
	surveys.Questionnaire
	Action     string
	Kind       surveys.Kind
	Number     int  // of the page it stands on
	English    bool // whether the questionnaire has English texts
	Conditions []conditionGroup
	Compares   bool // some answers are compared with what is typed
	Terms      int  // how many conditions can be chosen
	Complex    bool // it has a condition that this form cannot show
	Clashes    []ui.Clash
}

// conditionGroup is what can be asked of one question's answer.
type conditionGroup struct {
	Label   string
	Options []ui.Option
}

// spareTerms is how many empty conditions the form offers beside those that are set.
const spareTerms = 2

func (p *Pages) questionPage(r *page.Request, q surveys.Questionnaire, action string, kind surveys.Kind,
	number int, form url.Values) questionPage {
	view := questionPage{
		Questionnaire: q, Action: action, Kind: kind, Number: number,
		English:    q.Content.Speaks(civic.English),
		Conditions: conditions(r, q.Content, number)}
	for i := 0; form.Get(termField(i)) != ""; i++ {
		view.Terms++
	}
	view.Terms += spareTerms
	for _, group := range view.Conditions {
		view.Compares = view.Compares ||
			slices.ContainsFunc(group.Options,
				func(o ui.Option) bool { return strings.HasSuffix(o.Value, ":") })
	}
	return view
}

// termField is the i-th condition under which a question is asked; the first is 0.
func termField(i int) string { return civic.FieldAt("terms", i) }

// thresholdField is what a condition compares with, where that is typed.
func thresholdField(i int) string { return civic.Field(termField(i), "value") }

// newSurveyQuestion shows the form of a new question of the kind and on the page that the query names.
func (p *Pages) newSurveyQuestion(r *page.Request) error {
	q, err := p.ownSurvey(r, surveys.PermWrite)
	if err != nil {
		return err
	}
	kind := surveys.Kind(r.Query("kind"))
	in, err := surveys.NewInput(kind)
	if err != nil {
		return err
	}
	number, err := newQuestionPage(r, q)
	if err != nil {
		return err
	}
	values := questionValues(q, kind, in, string(r.Lang))
	values.Set("kind", string(kind))
	values.Set("page", strconv.Itoa(number))
	view := p.questionPage(r, q, deskui.SurveyPath(q.ID)+"/questions", kind, number, values)
	return r.Page(http.StatusOK,
		surveyQuestionForm(surveyFrame(r, q, r.T("surveys.desk.question_new")), view, r.NewForm(values)))
}

// newQuestionPage returns the number of the page that the query names, of the last one when it names none, or
// NotFound.
func newQuestionPage(r *page.Request, q surveys.Questionnaire) (int, error) {
	last := len(q.Content.Pages)
	if r.Query("page") == "" {
		return last, nil
	}
	number, err := strconv.Atoi(r.Query("page"))
	if err != nil || number < 1 || number > last {
		return 0, civic.NewError(civic.NotFound, "surveys.error.no_page")
	}
	return number, nil
}

// createSurveyQuestion adds a question.
func (p *Pages) createSurveyQuestion(r *page.Request) error {
	q, err := p.readSurvey(r)
	if err != nil {
		return err
	}
	form := r.Form()
	kind, number := surveys.Kind(form.String("kind")), form.Int("page")
	in, code := readQuestion(form, kind, string(r.Lang)), ""
	var changed surveys.Questionnaire
	if err = form.Err(); err == nil {
		changed, code, err = p.Surveys.AddQuestion(r.Context(), r.Actor, q.ID, deskui.Revision(form), number,
			kind, in)
	}
	if again, ok := form.Again(err); ok && slices.Contains(surveys.Kinds(), kind) {
		leadToQuestions(again, q, "q"+strconv.Itoa(q.Content.NextCode))
		view := p.questionPage(r, q, deskui.SurveyPath(q.ID)+"/questions", kind, number, again.Values)
		return r.Page(http.StatusUnprocessableEntity,
			surveyQuestionForm(surveyFrame(r, q, r.T("surveys.desk.question_new")), view, again))
	}
	if err != nil {
		return err
	}
	return p.afterQuestion(r, changed, code)
}

// afterQuestion leads back to the questionnaire, or to the question when the button says so.
func (p *Pages) afterQuestion(r *page.Request, q surveys.Questionnaire, code string) error {
	path := deskui.SurveyPath(q.ID)
	if _, there := q.Content.Question(code); there && r.Form().Has("act") {
		path += "/questions/" + code
	} else {
		path += "#domande"
	}
	return r.Redirect(path, told(q, civic.Msg("surveys.desk.saved"))...)
}

// editSurveyQuestion shows the form of a question.
func (p *Pages) editSurveyQuestion(r *page.Request) error {
	q, question, err := p.question(r)
	if err != nil {
		return err
	}
	values := questionValues(q, question.Kind, question.Input(), string(r.Lang))
	values.Set("shown", question.Shown())
	view := p.editPage(r, q, question, values)
	return r.Page(http.StatusOK,
		surveyQuestionForm(surveyFrame(r, q, r.T("surveys.desk.question_edit")), view, r.NewForm(values)))
}

func (p *Pages) question(r *page.Request) (surveys.Questionnaire, surveys.Question, error) {
	q, err := p.ownSurvey(r, surveys.PermWrite)
	if err != nil {
		return q, surveys.Question{}, err
	}
	question, ok := q.Content.Question(r.Param("code"))
	if !ok {
		return q, question, civic.NewError(civic.NotFound, "surveys.error.no_question")
	}
	return q, question, nil
}

func (p *Pages) editPage(r *page.Request, q surveys.Questionnaire, question surveys.Question,
	values url.Values) questionPage {
	view := p.questionPage(r, q, deskui.SurveyPath(q.ID)+"/questions/"+question.Code, question.Kind,
		q.Content.Page(question.Code), values)
	_, _, simple := question.Show.Split()
	view.Complex = !simple
	return view
}

// saveSurveyQuestion changes a question.
func (p *Pages) saveSurveyQuestion(r *page.Request) error {
	q, question, err := p.question(r)
	if err != nil {
		return err
	}
	form := r.Form()
	in := readQuestion(form, question.Kind, string(r.Lang))
	var changed surveys.Questionnaire
	if err = form.Err(); err == nil {
		changed, err = p.Surveys.SaveQuestion(r.Context(), r.Actor, q.ID, deskui.Revision(form), question.Code,
			in)
	}
	again, clashes, ok := page.ConflictForm(form, err, questionShows(r, q, form))
	if !ok {
		again, ok = form.Again(err)
	}
	if ok {
		leadToQuestions(again, q, question.Code)
		view := p.editPage(r, q, question, again.Values)
		for i := range clashes {
			clashes[i].Field = clashField(clashes[i].Field, question.Kind)
		}
		view.Clashes = clashes
		return r.Page(http.StatusUnprocessableEntity,
			surveyQuestionForm(surveyFrame(r, q, r.T("surveys.desk.question_edit")), view, again))
	}
	if err != nil {
		return err
	}
	return p.afterQuestion(r, changed, question.Code)
}

// englishHint tells when an English text is needed: always, or only beside an Italian one.
func englishHint(f ui.Frame, always bool) string {
	if always {
		return f.T("surveys.desk.hint.english_always")
	}
	return f.T("surveys.desk.hint.english_beside")
}
