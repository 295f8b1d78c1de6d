package surveys

import (
	"slices"
	"strconv"

	"ascolto/internal/civic"
	"ascolto/surveys/logic"
)

// newQuestion returns an empty question of a kind, with what that kind always has, or an Invalid error.
func newQuestion(code string, kind Kind) (Question, error) {
	if !slices.Contains(Kinds(), kind) {
		return Question{}, civic.NewError(civic.Invalid, "surveys.error.kind")
	}
	q := Question{Code: code, Kind: kind, NextCode: 1}
	switch kind {
	case Scale:
		for n := range ScalePoints {
			q.Options = append(q.Options, Option{Code: strconv.Itoa(n + 1)})
		}
	case FreeText:
		q.MaxLength = DefaultMaxLength
	}
	return q, nil
}

// addOption appends an option with a fresh code.
func (q *Question) addOption(label Text) {
	if q.NextCode < 1 {
		q.NextCode = 1
	}
	q.Options = append(q.Options, Option{Code: "a" + strconv.Itoa(q.NextCode), Label: label})
	q.NextCode++
}

// cleaned returns q as it may be stored: texts cut and bounded, and what its kind does not have left out.
func (q Question) cleaned() (Question, error) {
	var p civic.Problems
	q.Text = q.Text.cleanLine(&p, "text", MaxLabel)
	q.Help = q.Help.cleanText(&p, "help", MaxHelp)
	q.Options = slices.Clone(q.Options)
	for i, o := range q.Options {
		q.Options[i].Label = o.Label.cleanLine(&p, "option."+o.Code, MaxLabel)
	}
	if q.Kind == Single || q.Kind == Multiple {
		q.Options = slices.DeleteFunc(q.Options, func(o Option) bool { return o.Label.Empty() })
	} else {
		q.Other = false
	}
	if len(q.Options) > MaxOptions {
		p.Add("lines", "surveys.error.options_many", civic.Args{"Max": MaxOptions})
	}
	q.cleanBounds(&p)
	q.Low, q.High = q.Low.cleanLine(&p, "low", MaxLabel), q.High.cleanLine(&p, "high", MaxLabel)
	if q.Kind != NPS {
		q.Low, q.High = Text{}, Text{}
	}
	if q.Text.Empty() {
		p.Add("text.it", "surveys.error.text_missing")
	}
	return q, p.Err()
}

func (q *Question) cleanBounds(p *civic.Problems) {
	if q.Kind != Multiple {
		q.Min, q.Max = 0, 0
	}
	if q.Kind != FreeText {
		q.MaxLength = 0
	}
	choices := len(q.Codes())
	switch {
	case q.Min < 0 || q.Min > choices:
		p.Add("min", "surveys.error.min", civic.Args{"Max": choices})
	case q.Max < 0 || q.Max > choices || q.Max != 0 && q.Max < q.Min:
		p.Add("max", "surveys.error.max", civic.Args{"Min": max(q.Min, 1), "Max": choices})
	}
	if q.Kind == FreeText && (q.MaxLength < 1 || q.MaxLength > MaxTextAnswer) {
		p.Add("maxlength", "surveys.error.maxlength", civic.Args{"Max": MaxTextAnswer})
	}
}

// checkLogic returns an Invalid error that names every question whose condition cannot be decided; the field is its code.
func (c Content) checkLogic() error {
	var p civic.Problems
	for _, f := range logic.Check(c.logicQuestions()) {
		p.Add(f.Question, "surveys.error.logic."+string(f.Reason), civic.Args{"Question": c.name(f.Question), "Reference": c.name(f.Reference)})
	}
	return p.Err()
}

// name returns a question's text for a message, its code when there is none.
func (c Content) name(code string) string {
	if q, ok := c.Question(code); ok && !q.Text.Empty() {
		return q.Text.In(Italian)
	}
	return code
}

// checkComplete returns an Invalid error that names everything still missing before c can be published; the field is a
// question's code, "title", "introduction", or "page.N".
func (c Content) checkComplete() error {
	var p civic.Problems
	if c.Title.lacks(c.Languages) {
		p.Add("title", "surveys.error.title_language")
	}
	if !c.Introduction.Empty() && c.Introduction.lacks(c.Languages) {
		p.Add("introduction", "surveys.error.introduction_language")
	}
	if len(c.Questions()) == 0 {
		p.Add("pages", "surveys.error.no_questions")
	}
	for i, page := range c.Pages {
		if len(page.Questions) == 0 && len(c.Questions()) > 0 {
			p.Add("page."+strconv.Itoa(i+1), "surveys.error.page_empty", civic.Args{"Page": i + 1})
		}
		if !page.Title.Empty() && page.Title.lacks(c.Languages) {
			p.Add("page."+strconv.Itoa(i+1), "surveys.error.page_language", civic.Args{"Page": i + 1})
		}
		for _, q := range page.Questions {
			q.checkComplete(&p, c.Languages)
		}
	}
	return p.Err()
}

func (q Question) checkComplete(p *civic.Problems, languages []string) {
	args := civic.Args{"Question": q.Text.In(Italian)}
	texts := []Text{q.Text}
	for _, t := range []Text{q.Help, q.Low, q.High} {
		if !t.Empty() {
			texts = append(texts, t)
		}
	}
	for _, o := range q.Options {
		texts = append(texts, o.Label)
	}
	if slices.ContainsFunc(texts, func(t Text) bool { return t.lacks(languages) }) {
		p.Add(q.Code, "surveys.error.question_language", args)
	}
	if (q.Kind == Single || q.Kind == Multiple) && len(q.Codes()) < 2 {
		p.Add(q.Code, "surveys.error.options_few", args)
	}
}
