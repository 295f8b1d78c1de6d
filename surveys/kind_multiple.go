package surveys

import "ascolto/internal/civic"

// Multiple asks for several of several options.
const Multiple Kind = "multiple"

type multipleKind struct{ choice }

func (multipleKind) name() Kind { return Multiple }

func (multipleKind) settings() []Setting {
	return []Setting{optionSetting, otherSetting, minSetting, maxSetting}
}

func (multipleKind) clean(q *Question, p *civic.Problems) {
	choices := len(q.offered())
	switch {
	case q.Min < 0 || q.Min > choices:
		p.Add("min", "surveys.error.min", civic.Args{"Max": choices})
	case q.Max < 0 || q.Max > choices || q.Max != 0 && q.Max < q.Min:
		p.Add("max", "surveys.error.max", civic.Args{"Min": max(q.Min, 1), "Max": choices})
	}
}

func (multipleKind) inputs(q Question) []Input { return []Input{{By: ByMany, Options: q.offered()}} }

func (multipleKind) hint(q Question) *civic.Message {
	args := civic.Args{"Min": q.Min, "Max": q.Max}
	switch {
	case q.Min > 0 && q.Max > 0:
		return &civic.Message{Key: "surveys.choose.between", Args: args}
	case q.Max > 0:
		return &civic.Message{Key: "surveys.choose.most", Args: args}
	case q.Min > 0:
		return &civic.Message{Key: "surveys.choose.least", Args: args}
	default:
		return &civic.Message{Key: "surveys.choose.many"}
	}
}

func (multipleKind) parse(q Question, typed TypedAnswer) (Answer, error) {
	return q.parseChoice(typed, func([]string) bool { return true })
}

func (multipleKind) normal(q Question, a Answer) (Answer, error) {
	a, err := q.chosen(a)
	switch n := len(a.Codes); {
	case err != nil:
		return a, err
	case n > 0 && n < q.Min:
		return a, civic.NewErrorArgs(civic.Invalid, "surveys.error.at_least", civic.Args{"Min": q.Min})
	case q.Max > 0 && n > q.Max:
		return a, civic.NewErrorArgs(civic.Invalid, "surveys.error.at_most", civic.Args{"Max": q.Max})
	}
	return a, nil
}
