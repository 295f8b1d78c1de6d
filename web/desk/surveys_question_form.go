package desk

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ascolto/surveys"
	"ascolto/surveys/logic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// readQuestion reads the form of a question. The button pressed may move or delete an option on the way.
func readQuestion(form *page.Form) surveys.QuestionInput {
	text := func(name string, max int) surveys.Text {
		return surveys.Text{It: form.Text(name+".it", max), En: form.Text(name+".en", max)}
	}
	in := surveys.QuestionInput{Text: text("text", surveys.MaxLabel), Help: text("help", surveys.MaxHelp), Required: form.Bool("required"),
		Lines: form.Text("lines", surveys.MaxOptions*2*surveys.MaxLabel), Other: form.Bool("other"), Min: form.Number("min"), Max: form.Number("max"),
		MaxLength: form.Number("maxlength"), Low: text("low", surveys.MaxLabel), High: text("high", surveys.MaxLabel), Join: logic.Op(form.String("join"))}
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
