package surveys

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ascolto/internal/merge"
	"ascolto/surveys"
	"ascolto/surveys/logic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// readQuestion reads the form of a question. The button pressed may move or delete an option on the way.
func readQuestion(form *page.Form, kind surveys.Kind, lang string) surveys.QuestionInput {
	in := surveys.QuestionInput{
		Text: form.Texts("text", surveys.MaxLabel), Help: form.Texts("help", surveys.MaxHelp),
		Required: form.Bool("required"), Join: logic.Op(form.String("join")),
		Shown: form.Line("shown", merge.MaxShown)}
	for _, s := range kind.Settings() {
		switch {
		case s.Flag != nil:
			*s.Flag(&in.Details) = form.Bool(s.Name)
		case s.Whole != nil:
			*s.Whole(&in.Details) = form.Number(s.Name)
		case s.Line != nil:
			*s.Line(&in.Details) = surveys.NumberTyped(form.String(s.Name), lang)
		case s.Words != nil:
			*s.Words(&in.Details) = form.Texts(s.Name, surveys.MaxLabel)
		case s.List != nil:
			*s.List(&in.Details) = readRows(form, s)
			if s.Lines != nil {
				*s.Lines(&in) = form.Text(s.NewRows(), surveys.MaxOptions*2*surveys.MaxLabel)
			}
		}
	}
	for i := 0; form.Has(termField(i)); i++ {
		term := form.String(termField(i))
		if strings.HasSuffix(term, ":") {
			term += surveys.NumberTyped(form.String(thresholdField(i)), lang)
		}
		if term != "" {
			in.Terms = append(in.Terms, term)
		}
	}
	return in
}

func readRows(form *page.Form, s surveys.Setting) []surveys.Option {
	var rows []surveys.Option
	for _, code := range form.Strings(s.Order()) {
		rows = append(rows, surveys.Option{Code: code, Label: form.Texts(s.Row(code), surveys.MaxLabel)})
	}
	return rearranged(rows, form.String("act"))
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
func questionValues(q surveys.Questionnaire, kind surveys.Kind, in surveys.QuestionInput,
	lang string) url.Values {
	values := ui.Prefill("rev", revisionOf(q), "join", string(in.Join))
	ui.PrefillText(values, "text", in.Text)
	ui.PrefillText(values, "help", in.Help)
	flag := func(name string, on bool) {
		if on {
			values.Set(name, "1")
		}
	}
	flag("required", in.Required)
	for _, s := range kind.Settings() {
		switch {
		case s.Flag != nil:
			flag(s.Name, *s.Flag(&in.Details))
		case s.Whole != nil:
			values.Set(s.Name, strconv.Itoa(*s.Whole(&in.Details)))
		case s.Line != nil:
			values.Set(s.Name, surveys.LocalBound(*s.Line(&in.Details), lang))
		case s.Words != nil:
			ui.PrefillText(values, s.Name, *s.Words(&in.Details))
		case s.List != nil:
			for _, o := range *s.List(&in.Details) {
				values.Add(s.Order(), o.Code)
				ui.PrefillText(values, s.Row(o.Code), o.Label)
			}
		}
	}
	for i, term := range in.Terms {
		open, threshold := splitTerm(q.Content, term)
		values.Set(termField(i), open)
		if threshold != "" {
			values.Set(thresholdField(i), surveys.LocalBound(threshold, lang))
		}
	}
	return values
}
