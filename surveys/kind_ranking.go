package surveys

import (
	"slices"
	"strconv"

	"ascolto/internal/civic"
)

// Ranking asks to put options in order: which one comes first, which second. It is answered by choosing one
// for each place.
const Ranking Kind = "ranking"

// MaxRanked bounds the options of a ranking: more cannot be compared.
const MaxRanked = 12

type rankingKind struct{ choice }

func (rankingKind) name() Kind { return Ranking }

func (rankingKind) settings() []Setting {
	return []Setting{optionSetting,
		{Name: "places", Most: MaxRanked, Whole: func(d *Details) *int { return &d.Max }}}
}

func (rankingKind) clean(q *Question, p *civic.Problems) {
	if len(q.Options) > MaxRanked {
		p.Add(optionSetting.NewRows(), "surveys.error.options_many", civic.Args{"Max": MaxRanked})
	}
	if q.Max < 0 || q.Max > len(q.Options) {
		p.Add("places", "surveys.error.places", civic.Args{"Max": len(q.Options)})
	}
}

// places returns the codes of the places to fill: "1", "2".
func (rankingKind) places(q Question) []Option {
	n := q.Max
	if n == 0 {
		n = len(q.Options)
	}
	places := make([]Option, n)
	for i := range places {
		code := strconv.Itoa(i + 1)
		places[i] = Option{Code: code, Label: civic.TextOf(func(string) string { return code })}
	}
	return places
}

func (k rankingKind) inputs(q Question) []Input {
	var inputs []Input
	for _, place := range k.places(q) {
		inputs = append(inputs, Input{Part: place.Code, Say: "surveys.part.ranking", By: ByPick,
			Options: q.Options})
	}
	return inputs
}

func (rankingKind) hint(Question) *civic.Message {
	return &civic.Message{Key: "surveys.choose.ranking"}
}

// parse reads a choice for each place: all of them or none, each option once. Beside an error it returns what
// was chosen, with empty codes for places that are not filled.
func (k rankingKind) parse(q Question, typed TypedAnswer) (Answer, error) {
	var p civic.Problems
	a := Answer{Question: q.Code}
	places := k.places(q)
	begun := slices.ContainsFunc(places, func(o Option) bool { return typed.one(o.Code) != "" })
	for i, place := range places {
		switch code := typed.one(place.Code); {
		case code == "" && (begun || q.Required):
			p.Add(place.Code, "surveys.error.place_empty")
		case code == "":
		case !slices.Contains(q.Codes(), code):
			p.Add(place.Code, "surveys.error.option")
		case slices.Contains(a.Codes, code):
			p.Add(place.Code, "surveys.error.place_twice")
		default:
			for len(a.Codes) < i {
				a.Codes = append(a.Codes, "")
			}
			a.Codes = append(a.Codes, code)
		}
	}
	return a, p.Err()
}

func (rankingKind) typed(a Answer, _ string) TypedAnswer {
	typed := TypedAnswer{}
	for i, code := range a.Codes {
		typed[strconv.Itoa(i+1)] = []string{code}
	}
	return typed
}

func (k rankingKind) normal(q Question, a Answer) (Answer, error) {
	if len(a.Codes) > len(k.places(q)) {
		return Answer{Question: q.Code}, civic.NewError(civic.Invalid, "surveys.error.option")
	}
	return k.parse(q, k.typed(a, ""))
}

// values says what comes first: what conditions and segments can ask of a ranking.
func (rankingKind) values(a Answer) []string {
	if len(a.Codes) == 0 || a.Codes[0] == "" {
		return nil
	}
	return a.Codes[:1]
}

func (rankingKind) inWords(q Question, a Answer, language, _ string) []string {
	var words []string
	for i, code := range a.Codes {
		words = append(words, strconv.Itoa(i+1)+". "+q.Label(code, language))
	}
	return words
}

func (rankingKind) tally(a Answer, c *Count) {
	for i, code := range a.Codes {
		c.addToRow(code, strconv.Itoa(i+1), 1)
	}
}

func (k rankingKind) merge(m *QuestionResult, q Question) { m.addRows(q.Options, k.places(q)) }

func (rankingKind) fill(m *QuestionResult, c Count) {
	m.fillRows(c)
	for i := range m.Rows {
		m.Rows[i].Mean = meanOf(c.Rows[m.Rows[i].Code])
	}
}

func (k rankingKind) columns(q Question) []Column {
	var columns []Column
	for _, place := range k.places(q) {
		columns = append(columns, Column{Suffix: "_" + place.Code, State: true},
			Column{Suffix: "_" + place.Code + labelSuffix})
	}
	return columns
}

func (rankingKind) fillCells(q Question, a Answer, language, _ string, cells map[string]string) {
	for i, code := range a.Codes {
		place := "_" + strconv.Itoa(i+1)
		cells[place], cells[place+labelSuffix] = code, q.Label(code, language)
	}
}
