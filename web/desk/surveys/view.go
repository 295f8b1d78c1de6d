package surveys

import (
	"net/url"
	"strconv"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/surveys/logic"
	"ascolto/web/desk/deskui"
	"ascolto/web/ui"
)

func participations(f ui.Frame) []ui.Option {
	var options []ui.Option
	for _, p := range surveys.Participations() {
		options = append(options,
			ui.Option{Value: string(p), Label: f.T("surveys.participation.short." + string(p)),
				Hint: f.T("surveys.desk.hint.participation_" + string(p))})
	}
	return options
}

func collections(f ui.Frame) []ui.Option {
	var options []ui.Option
	for _, c := range surveys.Collections() {
		options = append(options,
			ui.Option{
				Value: string(c), Label: f.T("surveys.collection." + string(c)),
				Hint: f.T("surveys.method." + string(c)),
			})
	}
	return options
}

func joins(f ui.Frame) []ui.Option {
	return []ui.Option{{Value: string(logic.All), Label: f.T("surveys.desk.join_all")},
		{Value: string(logic.Any), Label: f.T("surveys.desk.join_any")}}
}

// publishWord returns what the button to publish says.
func publishWord(f ui.Frame, q surveys.Questionnaire) string {
	if q.Version() == 0 {
		return f.T("surveys.desk.publish")
	}
	return f.T("surveys.desk.publish_edits")
}

func sectionTitle(f ui.Frame, s surveySection) string {
	title := f.T("surveys.desk.page", civic.Args{"Page": s.Number})
	if t := s.Title.In(string(f.L.Lang())); t != "" {
		title += " – " + t
	}
	return title
}

func kindID(s surveySection) string { return "tipo-" + strconv.Itoa(s.Number) }

func sectionPath(p surveyPage, s surveySection) string {
	return deskui.SurveyPath(p.ID) + "/pages/" + strconv.Itoa(s.Number)
}

func questionPath(p surveyPage, q surveyQuestion) string {
	return deskui.SurveyPath(p.ID) + "/questions/" + q.Code
}

// sectionValues returns the form of a page's title, with ids of its own.
func sectionValues(f ui.Frame, form ui.Form, s surveySection) ui.Form {
	values := url.Values{}
	ui.PrefillText(values, "title", s.Title)
	return ui.NewForm(f.L, form.Token, form.Key, values, nil).Named("pagina-" + strconv.Itoa(s.Number))
}

// inLanguage returns a field's label, with its language where there are two.
func inLanguage(f ui.Frame, p questionPage, key, lang string) string {
	if !p.English {
		return f.T(key)
	}
	return deskui.InLanguage(f, key, lang)
}

// rowTitle returns how the i-th row of a list, and its code, is called in the form: points of a scale by
// their number, the rows of other lists by their place.
func rowTitle(f ui.Frame, s surveys.Setting, i int, code string) string {
	if s.Ends {
		return f.T("surveys.desk."+s.Noun, civic.Args{"Number": code})
	}
	return f.T("surveys.desk."+s.Noun, civic.Args{"Number": i + 1})
}

// wholeField is the field of a setting that is a whole number.
func wholeField(f ui.Frame, s surveys.Setting) ui.Field {
	field := ui.Field{Name: s.Name, Label: f.T("surveys.desk.field." + s.Name), Type: "number",
		Min: strconv.Itoa(s.Least), Required: true}
	if s.Most > 0 {
		field.Upto = strconv.Itoa(s.Most)
	}
	return field
}

// paired returns settings in groups of those that stand beside each other.
func paired(settings []surveys.Setting) [][]surveys.Setting {
	var groups [][]surveys.Setting
	for i, s := range settings {
		if i > 0 && settings[i-1].Pair {
			groups[len(groups)-1] = append(groups[len(groups)-1], s)
			continue
		}
		groups = append(groups, []surveys.Setting{s})
	}
	return groups
}

// linesField asks for new rows of a list; a list that has too few to be published needs them.
func linesField(f ui.Frame, form ui.Form, s surveys.Setting) ui.Field {
	field := ui.Field{Name: s.NewRows(), Label: f.T("surveys.desk.lines." + s.Noun),
		Hint: f.T("surveys.desk.hint.lines"), Rows: 4}
	switch n := len(form.Values[s.Order()]); {
	case n == 0:
		field.Label, field.Conditional = f.T("surveys.desk.lines_first."+s.Noun), true
	case n == 1 && s.Noun != "row":
		field.Conditional = true
	}
	return field
}
