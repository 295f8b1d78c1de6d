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

// cleaned returns q as it may be stored: texts cut and bounded, and what its kind does not have left out. p is what is wrong already.
func (q Question) cleaned(p civic.Problems) (Question, error) {
	q.Text = q.Text.cleanLine(&p, "text", MaxLabel)
	q.Help = q.Help.cleanText(&p, "help", MaxHelp)
	q.Options = slices.Clone(q.Options)
	for i, o := range q.Options {
		q.Options[i].Label = o.Label.cleanLine(&p, "option."+o.Code, MaxLabel)
	}
	if q.Kind != Single && q.Kind != Multiple {
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
	c.checkCodes(&p)
	if c.Title.invisible() || c.Introduction.invisible() {
		p.Add("title", "surveys.error.title_invisible")
	}
	for i, page := range c.Pages {
		if page.Title.invisible() {
			p.Add("page."+strconv.Itoa(i+1), "surveys.error.page_invisible", civic.Args{"Page": i + 1})
		}
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
	q.checkTold(p, languages)
}

// checkTold notes texts that show nothing, and options that a respondent cannot tell apart: by the same code, or by words that
// look the same in one of the languages.
func (q Question) checkTold(p *civic.Problems, languages []string) {
	args := civic.Args{"Question": q.Text.In(Italian)}
	texts := []Text{q.Text, q.Help, q.Low, q.High}
	codes := map[string]bool{}
	for _, o := range q.Options {
		texts = append(texts, o.Label)
		if codes[o.Code] {
			p.Add(q.Code, "surveys.error.options_code", args)
		}
		codes[o.Code] = true
	}
	if slices.ContainsFunc(texts, Text.invisible) {
		p.Add(q.Code, "surveys.error.invisible", args)
	}
	for _, language := range languages {
		if a, b, found := q.alike(language); found {
			p.Add(q.Code, "surveys.error.options_equal", civic.Args{"Question": args["Question"], "First": a, "Second": b})
			return
		}
	}
}

// alike returns the first two options that look the same in a language.
func (q Question) alike(language string) (first, second string, found bool) {
	seen := map[string]string{}
	for _, code := range q.Codes() {
		label := q.words(code).In(language)
		key := fold(label)
		if code == OtherCode {
			label, key = otherWords[language], fold(otherWords[language])
		}
		if key == "" {
			continue // missing words are another fault
		}
		if earlier, ok := seen[key]; ok {
			return earlier, label, true
		}
		seen[key] = label
	}
	return "", "", false
}

// otherWords is what the interface calls the option "other".
var otherWords = map[string]string{Italian: "Altro", English: "Other"}

// checkCodes notes questions that share a code: their answers could not be told apart.
func (c Content) checkCodes(p *civic.Problems) {
	seen := map[string]bool{}
	for _, q := range c.Questions() {
		if seen[q.Code] {
			p.Add(q.Code, "surveys.error.logic.duplicated", civic.Args{"Question": c.name(q.Code), "Reference": q.Code})
		}
		seen[q.Code] = true
	}
}
