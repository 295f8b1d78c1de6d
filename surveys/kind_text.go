package surveys

import "ascolto/internal/civic"

// FreeText asks for own words.
const FreeText Kind = "text"

type textKind struct{ uncoded }

func (textKind) name() Kind { return FreeText }

func (textKind) settings() []Setting {
	return []Setting{{Name: "maxlength", Least: 1, Most: MaxTextAnswer,
		Whole: func(d *Details) *int { return &d.MaxLength }}}
}

func (textKind) fresh(q *Question) { q.MaxLength = DefaultMaxLength }

func (textKind) clean(q *Question, p *civic.Problems) {
	if q.MaxLength < 1 || q.MaxLength > MaxTextAnswer {
		p.Add("maxlength", "surveys.error.maxlength", civic.Args{"Max": MaxTextAnswer})
	}
}

func (textKind) inputs(q Question) []Input { return []Input{{By: ByText, MaxLength: q.MaxLength}} }

func (textKind) parse(q Question, typed TypedAnswer) (Answer, error) {
	return textKind{}.normal(q, Answer{Text: typed.one("")})
}

func (textKind) typed(a Answer, _ string) TypedAnswer { return TypedAnswer{"": {a.Text}} }

func (textKind) normal(q Question, a Answer) (Answer, error) {
	text, err := civic.CleanText(a.Text, q.MaxLength)
	if err != nil {
		return Answer{Question: q.Code, Text: validPrefix(a.Text)}, err
	}
	return Answer{Question: q.Code, Text: text}, nil
}

func (textKind) values(a Answer) []string { return []string{a.Text} }

func (textKind) inWords(_ Question, a Answer, _, _ string) []string {
	if a.Text == "" {
		return nil
	}
	return []string{a.Text}
}

func (textKind) fillCells(_ Question, a Answer, _, _ string, cells map[string]string) {
	cells[""] = a.Text
}
