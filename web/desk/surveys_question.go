package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/surveys/logic"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// questionPage is the form of one question.
type questionPage struct {
	surveys.Questionnaire
	Action     string
	Kind       surveys.Kind
	Number     int  // of the page it stands on
	English    bool // whether the questionnaire has English texts
	Conditions []conditionGroup
	Terms      int  // how many conditions can be chosen
	Complex    bool // it has a condition that this form cannot show
}

// conditionGroup is what can be asked of one question's answer.
type conditionGroup struct {
	Label   string
	Options []ui.Option
}

// spareTerms is how many empty conditions the form offers beside those that are set.
const spareTerms = 2

func (p *Pages) questionPage(v *visit.Visit, q surveys.Questionnaire, action string, kind surveys.Kind, number int, form url.Values) questionPage {
	page := questionPage{Questionnaire: q, Action: action, Kind: kind, Number: number, English: q.Content.Speaks(surveys.English),
		Conditions: conditions(v, q.Content, number)}
	for i := 0; form.Get(termField(i)) != ""; i++ {
		page.Terms++
	}
	page.Terms += spareTerms
	return page
}

func termField(i int) string { return "term." + strconv.Itoa(i) }

// NewSurveyQuestion shows the form of a new question of the kind and on the page that the query names.
func (p *Pages) NewSurveyQuestion(v *visit.Visit) error {
	q, err := p.survey(v)
	if err != nil {
		return err
	}
	kind := surveys.Kind(v.Query("kind"))
	in, err := surveys.NewInput(kind)
	if err != nil {
		return err
	}
	number, _ := strconv.Atoi(v.Query("page")) // saving refuses a page that is not there
	values := questionValues(q, in)
	values.Set("kind", string(kind))
	values.Set("page", strconv.Itoa(number))
	page := p.questionPage(v, q, surveyPath(q.ID)+"/questions", kind, number, values)
	return v.Page(http.StatusOK, surveyQuestionForm(surveyFrame(v, q, v.T("surveys.desk.question_new")), page, v.NewForm(values)))
}

// CreateSurveyQuestion adds a question.
func (p *Pages) CreateSurveyQuestion(v *visit.Visit) error {
	q, err := p.survey(v)
	if err != nil {
		return err
	}
	form := v.Form()
	kind, number := surveys.Kind(form.String("kind")), form.Int("page")
	in, code := readQuestion(form), ""
	if err = form.Err(); err == nil {
		_, code, err = p.Surveys.AddQuestion(v.Context(), v.Actor, q.ID, revision(form), number, kind, in)
	}
	if again, ok := form.Again(err); ok && slices.Contains(surveys.Kinds(), kind) {
		leadToQuestions(again, q, "q"+strconv.Itoa(q.Content.NextCode))
		page := p.questionPage(v, q, surveyPath(q.ID)+"/questions", kind, number, again.Values)
		return v.Page(http.StatusUnprocessableEntity, surveyQuestionForm(surveyFrame(v, q, v.T("surveys.desk.question_new")), page, again))
	}
	if err != nil {
		return err
	}
	return p.afterQuestion(v, q.ID, code)
}

// afterQuestion leads back to the questionnaire, or to the question when the button says so.
func (p *Pages) afterQuestion(v *visit.Visit, id civic.ID, code string) error {
	if v.Form().Has("act") {
		return v.Redirect(surveyPath(id)+"/questions/"+code, civic.Msg("surveys.desk.saved"))
	}
	return v.Redirect(surveyPath(id)+"#domande", civic.Msg("surveys.desk.saved"))
}

// EditSurveyQuestion shows the form of a question.
func (p *Pages) EditSurveyQuestion(v *visit.Visit) error {
	q, question, err := p.question(v)
	if err != nil {
		return err
	}
	values := questionValues(q, question.Input())
	page := p.editPage(v, q, question, values)
	return v.Page(http.StatusOK, surveyQuestionForm(surveyFrame(v, q, v.T("surveys.desk.question_edit")), page, v.NewForm(values)))
}

func (p *Pages) question(v *visit.Visit) (surveys.Questionnaire, surveys.Question, error) {
	q, err := p.survey(v)
	if err != nil {
		return q, surveys.Question{}, err
	}
	question, ok := q.Content.Question(v.Param("code"))
	if !ok {
		return q, question, civic.NewError(civic.NotFound, "surveys.error.no_question")
	}
	return q, question, nil
}

func (p *Pages) editPage(v *visit.Visit, q surveys.Questionnaire, question surveys.Question, values url.Values) questionPage {
	page := p.questionPage(v, q, surveyPath(q.ID)+"/questions/"+question.Code, question.Kind, q.Content.Page(question.Code), values)
	_, _, simple := question.Show.Split()
	page.Complex = !simple
	return page
}

// SaveSurveyQuestion changes a question.
func (p *Pages) SaveSurveyQuestion(v *visit.Visit) error {
	q, question, err := p.question(v)
	if err != nil {
		return err
	}
	form := v.Form()
	in := readQuestion(form)
	if err = form.Err(); err == nil {
		_, err = p.Surveys.SaveQuestion(v.Context(), v.Actor, q.ID, revision(form), question.Code, in)
	}
	if again, ok := form.Again(err); ok {
		leadToQuestions(again, q, question.Code)
		page := p.editPage(v, q, question, again.Values)
		return v.Page(http.StatusUnprocessableEntity, surveyQuestionForm(surveyFrame(v, q, v.T("surveys.desk.question_edit")), page, again))
	}
	if err != nil {
		return err
	}
	return p.afterQuestion(v, q.ID, question.Code)
}

// conditionsID is the id of the fields that say when a question is asked.
const conditionsID = "condizioni"

// leadToQuestions has the summary of a question's form lead to the conditions that cannot be decided: its own, or those of another
// question, which stand on that one's page.
func leadToQuestions(form ui.Form, q surveys.Questionnaire, own string) {
	for _, other := range q.Content.Questions() {
		form.Elsewhere(other.Code, surveyPath(q.ID)+"/questions/"+other.Code+"#"+conditionsID)
	}
	for _, field := range []string{own, "terms"} {
		form.Elsewhere(field, "#"+conditionsID)
	}
}

// readQuestion reads the form of a question. The button pressed may move or delete an option on the way.
func readQuestion(form *visit.Form) surveys.QuestionInput {
	text := func(name string, max int) surveys.Text {
		return surveys.Text{It: form.Text(name+".it", max), En: form.Text(name+".en", max)}
	}
	in := surveys.QuestionInput{Text: text("text", surveys.MaxLabel), Help: text("help", surveys.MaxHelp), Required: form.Bool("required"),
		Lines: form.Text("lines", surveys.MaxOptions*2*surveys.MaxLabel), Other: form.Bool("other"), Min: form.Int("min"), Max: form.Int("max"),
		MaxLength: form.Int("maxlength"), Low: text("low", surveys.MaxLabel), High: text("high", surveys.MaxLabel), Join: logic.Op(form.String("join"))}
	for _, code := range form.Strings("order") {
		in.Options = append(in.Options, surveys.Option{Code: code, Label: text("option."+code, surveys.MaxLabel)})
	}
	for i := 0; form.Has(termField(i)); i++ {
		if term := form.String(termField(i)); term != "" {
			in.Terms = append(in.Terms, term)
		}
	}
	in.Options = rearranged(in.Options, form.String("act"))
	return in
}

// rearranged returns options as a button "up:a1", "down:a1" or "delete:a1" wants them.
func rearranged(options []surveys.Option, act string) []surveys.Option {
	what, code, _ := strings.Cut(act, ":")
	i := slices.IndexFunc(options, func(o surveys.Option) bool { return o.Code == code })
	switch {
	case i < 0:
	case what == "up" && i > 0:
		options[i-1], options[i] = options[i], options[i-1]
	case what == "down" && i < len(options)-1:
		options[i+1], options[i] = options[i], options[i+1]
	case what == "delete":
		return slices.Delete(options, i, i+1)
	}
	return options
}

// questionValues returns the form values of a question.
func questionValues(q surveys.Questionnaire, in surveys.QuestionInput) url.Values {
	values := ui.Prefill("rev", revisionOf(q), "text.it", in.Text.It, "text.en", in.Text.En, "help.it", in.Help.It, "help.en", in.Help.En,
		"low.it", in.Low.It, "low.en", in.Low.En, "high.it", in.High.It, "high.en", in.High.En, "join", string(in.Join),
		"min", strconv.Itoa(in.Min), "max", strconv.Itoa(in.Max), "maxlength", strconv.Itoa(in.MaxLength))
	for name, on := range map[string]bool{"required": in.Required, "other": in.Other} {
		if on {
			values.Set(name, "1")
		}
	}
	for _, o := range in.Options {
		values.Add("order", o.Code)
		values.Set("option."+o.Code+".it", o.Label.It)
		values.Set("option."+o.Code+".en", o.Label.En)
	}
	for i, term := range in.Terms {
		values.Set(termField(i), term)
	}
	return values
}

// conditions returns what a question on page number can depend on: every answer to the pages before it.
func conditions(v *visit.Visit, c surveys.Content, number int) []conditionGroup {
	var groups []conditionGroup
	for _, page := range c.Pages[:max(0, min(number-1, len(c.Pages)))] {
		for _, q := range page.Questions {
			group := conditionGroup{Label: q.Text.In(string(v.Lang))}
			for _, term := range terms(q) {
				group.Options = append(group.Options, ui.Option{Value: term, Label: named(v, q) + termText(v, q, term)})
			}
			groups = append(groups, group)
		}
	}
	return groups
}

// terms returns every condition on one question that the form offers.
func terms(q surveys.Question) []string {
	list := []string{"answered:" + q.Code, "!answered:" + q.Code}
	for _, code := range q.Codes() {
		if q.Numeric() {
			list = append(list, fmt.Sprintf("min:%s:%s", q.Code, code), fmt.Sprintf("max:%s:%s", q.Code, code))
			continue
		}
		list = append(list, fmt.Sprintf("is:%s:%s", q.Code, code), fmt.Sprintf("!is:%s:%s", q.Code, code))
	}
	return list
}

// named returns a question's text as the beginning of a sentence.
func named(v *visit.Visit, q surveys.Question) string {
	return "«" + q.Text.In(string(v.Lang)) + "» "
}

// termText returns a condition on a question in words.
func termText(v *visit.Visit, q surveys.Question, term string) string {
	key, negated := "surveys.term.", strings.HasPrefix(term, "!")
	if negated {
		key += "not_"
	}
	c, err := logic.ParseTerm(strings.TrimPrefix(term, "!"))
	if err != nil {
		return term
	}
	value := strconv.Itoa(c.Number)
	if c.Op == logic.Is {
		var labels []string
		for _, code := range c.Codes {
			label := q.Label(code, string(v.Lang))
			if code == surveys.OtherCode {
				label = v.T("surveys.other")
			}
			labels = append(labels, label)
		}
		value = strings.Join(labels, " / ")
	}
	return v.T(key+string(c.Op), civic.Args{"Value": value})
}

// conditionText returns in words when a question is shown, empty for always.
func conditionText(v *visit.Visit, c surveys.Content, show *logic.Cond) string {
	if show == nil {
		return ""
	}
	join, list, simple := show.Split()
	if !simple {
		return v.T("surveys.desk.condition_complex")
	}
	var parts []string
	for _, term := range list {
		leaf, err := logic.ParseTerm(term)
		if err != nil {
			return v.T("surveys.desk.condition_complex")
		}
		refs := leaf.References()
		q, _ := c.Question(refs[0])
		parts = append(parts, named(v, q)+termText(v, q, term))
	}
	return v.T("surveys.desk.condition_"+string(join), civic.Args{"List": strings.Join(parts, "; ")})
}

// englishHint tells when an English text is needed: always, or only beside an Italian one.
func englishHint(f ui.Frame, always bool) string {
	if always {
		return f.T("surveys.desk.hint.english_always")
	}
	return f.T("surveys.desk.hint.english_beside")
}
