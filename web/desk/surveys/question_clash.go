package surveys

import (
	"net/url"
	"strings"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// conditionsID is the id of the fields that say when a question is asked.
const conditionsID = "condizioni"

// leadToQuestions has the summary of a question's form lead to the conditions that cannot be decided: its
// own, or those of another question, which stand on that one's page.
func leadToQuestions(form ui.Form, q surveys.Questionnaire, own string) {
	for _, other := range q.Content.Questions() {
		form.Elsewhere(other.Code, deskui.SurveyPath(q.ID)+"/questions/"+other.Code+"#"+conditionsID)
	}
	for _, field := range []string{own, "terms"} {
		form.Elsewhere(field, "#"+conditionsID)
	}
}

// questionShows returns how a form shows a question of q. New rows, which no stored question has, come back
// as they were typed.
func questionShows(r *page.Request, q surveys.Questionnaire,
	form *page.Form) page.ConflictView[surveys.Question] {
	return page.ConflictView[surveys.Question]{
		Values: func(mine surveys.Question) url.Values {
			values := questionValues(q, mine.Kind, mine.Input(), string(r.Lang))
			for _, s := range mine.Kind.Settings() {
				if s.Lines != nil && form.Has(s.NewRows()) {
					values.Set(s.NewRows(), form.Raw(s.NewRows()))
				}
			}
			return values
		},
		Field: func(name string, of surveys.Question) (label, value string) {
			values := questionValues(q, of.Kind, of.Input(), string(r.Lang))
			field, lang := civic.SplitField(name)
			switch name {
			case surveys.FieldDetails:
				return r.T("surveys.desk.settings"), detailsText(r, of, values)
			case surveys.FieldTerms:
				return r.T("surveys.desk.condition"), conditionText(r, q.Content, of.Show)
			case "required":
				return r.T("surveys.desk.field.required"), yesOrNo(r, values.Has(name))
			}
			english := questionPage{English: q.Content.Speaks(civic.English)}
			return inLanguage(r.Frame(""), english, "surveys.desk.field."+field, lang), values.Get(name)
		}}
}

// clashField returns the form's field that a clash leads to.
func clashField(name string, kind surveys.Kind) string {
	switch name {
	case surveys.FieldTerms:
		return termField(0)
	case surveys.FieldDetails:
		s := kind.Settings()[0]
		switch {
		case s.Words != nil:
			return civic.Field(s.Name, civic.Italian)
		case s.Lines != nil:
			return s.NewRows()
		}
		return s.Name
	}
	return name
}

func yesOrNo(r *page.Request, yes bool) string {
	if yes {
		return r.T("core.yes")
	}
	return r.T("core.no")
}

// detailsText returns in words what the kind of a question lets set, one setting a line.
func detailsText(r *page.Request, of surveys.Question, values url.Values) string {
	var lines []string
	for _, s := range of.Kind.Settings() {
		label := r.T("surveys.desk.field." + s.Name)
		switch {
		case s.List != nil:
			for i, o := range *s.List(&of.Details) {
				lines = append(lines, rowTitle(r.Frame(""), s, i, o.Code)+": "+bothWords(o.Label))
			}
		case s.Flag != nil:
			lines = append(lines, label+": "+yesOrNo(r, values.Has(s.Name)))
		case s.Words != nil:
			lines = append(lines, label+": "+bothWords(*s.Words(&of.Details)))
		default:
			lines = append(lines, label+": "+values.Get(s.Name))
		}
	}
	return strings.Join(lines, "\n")
}

// bothWords returns a text in all its languages.
func bothWords(t civic.Text) string {
	var words []string
	for _, l := range civic.Languages() {
		if t[l] != "" {
			words = append(words, t[l])
		}
	}
	return strings.Join(words, " | ")
}
