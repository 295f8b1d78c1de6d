package surveys

import (
	"slices"
	"strconv"
	"strings"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/surveys/logic"
)

// newQuestion returns an empty question of a kind, with what that kind always has, or an Invalid error.
func newQuestion(code string, kind Kind) (Question, error) {
	if !slices.Contains(Kinds(), kind) {
		return Question{}, civic.NewError(civic.Invalid, "surveys.error.kind")
	}
	q := Question{Code: code, Kind: kind, NextCode: 1}
	q.kind().fresh(&q)
	return q, nil
}

// cleaned returns q as it may be stored: texts cut and bounded. p is what is wrong already.
func (q Question) cleaned(p civic.Problems) (Question, error) {
	q.Text = q.Text.CleanLine(&p, "text", MaxLabel)
	q.Help = q.Help.CleanText(&p, "help", MaxHelp)
	q.cleanDetails(&p)
	if q.Text.Empty() {
		p.Add("text.it", "surveys.error.text_missing")
	}
	return q, p.Err()
}

// checkLogic returns an Invalid error that names every question whose condition cannot be decided; the field
// is its code.
func (c Content) checkLogic() error {
	var p civic.Problems
	for _, f := range logic.Check(c.logicQuestions()) {
		p.Add(f.Question, "surveys.error.logic."+string(f.Reason),
			civic.Args{"Question": c.name(f.Question), "Reference": c.name(f.Reference)})
	}
	return p.Err()
}

// name returns a question's text for a message, its code when there is none.
func (c Content) name(code string) string {
	if q, ok := c.Question(code); ok && !q.Text.Empty() {
		return q.Text.In(civic.Italian)
	}
	return code
}

// checkComplete returns an Invalid error that names everything still missing before c can be published; the
// field is a question's code, "title", "introduction", or "pages.1".
func (c Content) checkComplete() error {
	var p civic.Problems
	if c.Title.Lacks(c.Languages) {
		p.Add("title", "surveys.error.title_language")
	}
	lacking(&p, c.Introduction, c.Languages, "introduction", "surveys.error.introduction_language_", nil)
	if len(c.Questions()) == 0 {
		p.Add("pages", "surveys.error.no_questions")
	}
	c.checkCodes(&p)
	if c.Title.Invisible() || c.Introduction.Invisible() {
		p.Add("title", "surveys.error.title_invisible")
	}
	for i, page := range c.Pages {
		if page.Title.Invisible() {
			p.Add(civic.FieldAt("pages", i), "surveys.error.page_invisible", civic.Args{"Page": i + 1})
		}
		if len(page.Questions) == 0 && len(c.Questions()) > 0 {
			p.Add(civic.FieldAt("pages", i), "surveys.error.page_empty", civic.Args{"Page": i + 1})
		}
		lacking(&p, page.Title, c.Languages, civic.FieldAt("pages", i), "surveys.error.page_language_",
			civic.Args{"Page": i + 1})
		for _, q := range page.Questions {
			q.checkComplete(&p, c.Languages)
		}
	}
	return p.Err()
}

// checkComplete is that of the content; and an anonymous survey takes no documents, which carry the name of
// who wrote them. Photographs are made anew from their pixels.
func (q Questionnaire) checkComplete() error {
	if err := q.Content.checkComplete(); err != nil || q.Participation != Anonymous {
		return err
	}
	var p civic.Problems
	for _, asked := range q.Content.Questions() {
		for _, in := range asked.Inputs() {
			if slices.ContainsFunc(in.Use.Types, func(t blob.Type) bool { return !t.IsPicture() }) {
				p.Add(asked.Code, "surveys.error.files_anonymous", asked.named())
			}
		}
	}
	return p.Err()
}

// there returns the first language that a text is in.
func there(t civic.Text) string {
	for _, language := range civic.Languages() {
		if t[language] != "" {
			return language
		}
	}
	return civic.Italian
}

// lacking notes in which language a text is missing that is there in another; key ends in the language.
func lacking(p *civic.Problems, t civic.Text, languages []string, field, key string, args civic.Args) {
	for _, language := range languages {
		if !t.Empty() && t[language] == "" {
			p.Add(field, key+language, args)
		}
	}
}

func (q Question) checkComplete(p *civic.Problems, languages []string) {
	needed, possible := q.texts()
	if q.Text.Empty() {
		p.Add(q.Code, "surveys.error.text_missing")
	}
	q.checkRows(p)
	for _, language := range languages {
		var without []string
		for _, t := range append(slices.Clone(needed), possible...) {
			if t[language] == "" && !t.Empty() {
				without = append(without, "«"+t[there(t)]+"»")
			}
		}
		if len(without) > 0 {
			args := q.named()
			args["Texts"] = strings.Join(without, ", ")
			p.Add(q.Code, "surveys.error.question_language_"+language, args)
		}
	}
	q.kind().lacking(q, p)
	q.checkTold(p, languages)
}

// checkRows notes each row of a list that must have words and has none.
func (q Question) checkRows(p *civic.Problems) {
	for _, s := range q.lists() {
		rows := *s.List(&q.Details)
		for i, o := range rows {
			if !s.Needs(i, len(rows)) || !o.Label.Empty() {
				continue
			}
			args := q.named()
			if args["Number"] = strconv.Itoa(i + 1); s.Ends {
				args["Number"] = o.Code
			}
			p.Add(q.Code, "surveys.error.empty."+s.Noun, args)
		}
	}
}

// named returns the arguments of a message that names q.
func (q Question) named() civic.Args { return civic.Args{"Question": q.Text.In(civic.Italian)} }

// checkTold notes texts that show nothing, and options that a respondent cannot tell apart: by the same code,
// or by words that look the same in one of the languages.
func (q Question) checkTold(p *civic.Problems, languages []string) {
	needed, possible := q.texts()
	if slices.ContainsFunc(append(needed, possible...), civic.Text.Invisible) {
		p.Add(q.Code, "surveys.error.invisible", q.named())
	}
	for _, group := range q.groups() {
		codes := map[string]bool{}
		for _, o := range group {
			if codes[o.Code] {
				p.Add(q.Code, "surveys.error.options_code", q.named())
			}
			codes[o.Code] = true
		}
	}
	for _, language := range languages {
		for i, group := range q.groups() {
			if a, b, found := alike(group, language); found {
				args, key := q.named(), "surveys.error.options_equal"
				if settings := q.lists(); i < len(settings) && settings[i].Name == rowSetting.Name {
					key = "surveys.error.rows_equal"
				}
				args["First"], args["Second"] = a, b
				p.Add(q.Code, key, args)
				return
			}
		}
	}
}

// lists returns the settings of q that are lists, in the order of its groups.
func (q Question) lists() []Setting {
	return slices.DeleteFunc(q.kind().settings(), func(s Setting) bool { return s.List == nil })
}

// groups returns the texts that are read beside each other: those of each list, with "other", and those of
// single settings.
func (q Question) groups() [][]Option {
	var groups [][]Option
	var single []Option
	for _, s := range q.kind().settings() {
		switch {
		case s.Words != nil:
			single = append(single, Option{Code: s.Name, Label: *s.Words(&q.Details)})
		case s.List != nil:
			group := slices.Clone(*s.List(&q.Details))
			if q.Other && s.Name == optionSetting.Name {
				group = append(group, Option{Code: OtherCode, Label: otherWords})
			}
			groups = append(groups, group)
		}
	}
	return append(groups, single)
}

// alike returns the first two texts of a group that look the same in a language.
func alike(group []Option, language string) (first, second string, found bool) {
	seen := map[string]string{}
	for _, o := range group {
		label := o.Label.In(language)
		key := fold(label)
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
var otherWords = civic.Text{civic.Italian: "Altro", civic.English: "Other"}

// checkCodes notes questions that share a code: their answers could not be told apart.
func (c Content) checkCodes(p *civic.Problems) {
	seen := map[string]bool{}
	for _, q := range c.Questions() {
		if seen[q.Code] {
			p.Add(q.Code, "surveys.error.logic.duplicated",
				civic.Args{"Question": c.name(q.Code), "Reference": q.Code})
		}
		seen[q.Code] = true
	}
}
