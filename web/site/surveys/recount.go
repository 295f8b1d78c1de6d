package surveys

import (
	"slices"
	"strings"

	"ascolto/surveys"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/site/siteui"
	"ascolto/web/ui"
)

// recountPage returns what was answered on a page of questions that could not be stored, in words.
func (p *Pages) recountPage(req *page.Request) []ui.Written {
	typed := typedAnswers(req.Form())
	survey, questions, err := p.Surveys.PageQuestions(req.Context(), respondent(req), pageNumber(req))
	if err != nil {
		return req.Form().Written()
	}
	var written []ui.Written
	lang := spoken(req, survey)
	for _, q := range questions {
		if said := inWords(req.L, q, typed[q.Code], lang); len(said) > 0 {
			written = append(written, ui.Written{Label: q.Text.In(lang), Text: strings.Join(said, "\n")})
		}
	}
	return written
}

// inWords returns what was typed to a question: the answer, or where it is none, what was typed to each part.
func inWords(l *locale.Localizer, q surveys.Question, typed surveys.TypedAnswer, lang string) []string {
	if a, err := q.ParseIn(string(l.Lang()), typed); err == nil {
		return siteui.InWords(l, surveys.Asked{Question: q, Answer: a}, lang)
	}
	var said []string
	for _, in := range q.Inputs() {
		for _, value := range typed[in.Part] {
			if i := slices.IndexFunc(in.Options, func(o surveys.Option) bool { return o.Code == value }); i >= 0 {
				value = in.Options[i].Label.In(lang)
			}
			switch {
			case value == "":
			case in.Part == "":
				said = append(said, value)
			default:
				said = append(said, partLabel(l, q, in, lang)+": "+value)
			}
		}
	}
	for _, text := range typed[surveys.OtherCode] {
		if q.Other && text != "" {
			said = append(said, l.T("surveys.other")+": "+text)
		}
	}
	return said
}
