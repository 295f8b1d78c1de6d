package surveys

import (
	"maps"
	"slices"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys/logic"
)

// Date asks for a day.
const Date Kind = "date"

type dateKind struct{ uncoded }

func (dateKind) name() Kind { return Date }

func (dateKind) settings() []Setting {
	return []Setting{
		{Name: "first", Day: true, Pair: true, Line: func(d *Details) *string { return &d.Least }},
		{Name: "last", Day: true, Line: func(d *Details) *string { return &d.Most }},
	}
}

func (dateKind) clean(q *Question, p *civic.Problems) {
	for field, bound := range map[string]*string{"first": &q.Least, "last": &q.Most} {
		day, err := parseDay(*bound)
		p.Check(field, err)
		*bound = day
	}
	if p.Err() == nil && q.Least != "" && q.Most != "" && q.Least > q.Most {
		p.Add("last", "surveys.error.bounds_days")
	}
}

// parseDay returns a typed day as it is stored, "" when nothing was typed: 2026-11-23, as a browser's field
// for days sends it, or 23/11/2026, 23.11.2026. It returns an Invalid error for what is no day of the years 1
// to 9999.
func parseDay(typed string) (string, error) {
	if civic.IsBlank(typed) {
		return "", nil
	}
	typed = strings.TrimSpace(typed)
	for _, layout := range []string{time.DateOnly, "2/1/2006", "2.1.2006", "2-1-2006"} {
		if t, err := time.Parse(layout, typed); err == nil && t.Year() > 0 {
			return t.Format(time.DateOnly), nil
		}
	}
	return "", civic.NewError(civic.Invalid, "surveys.error.date")
}

// date returns a stored day as a moment that messages write.
func date(day string) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, day, civic.Rome()) // it was parsed before it was stored
	return t
}

func (dateKind) inputs(q Question) []Input { return []Input{{By: ByDay, Least: q.Least, Most: q.Most}} }

func (dateKind) hint(q Question) *civic.Message {
	args := civic.Args{"Least": date(q.Least), "Most": date(q.Most)}
	switch {
	case q.Least != "" && q.Most != "":
		return &civic.Message{Key: "surveys.date.between", Args: args}
	case q.Least != "":
		return &civic.Message{Key: "surveys.date.least", Args: args}
	case q.Most != "":
		return &civic.Message{Key: "surveys.date.most", Args: args}
	default:
		return nil
	}
}

func (dateKind) parse(q Question, typed TypedAnswer) (Answer, error) {
	day, err := parseDay(typed.one(""))
	if err != nil {
		return Answer{Question: q.Code}, err
	}
	return q.normal(Answer{Day: day})
}

func (dateKind) typed(a Answer, _ string) TypedAnswer { return TypedAnswer{"": {a.Day}} }

func (dateKind) normal(q Question, a Answer) (Answer, error) {
	day, err := parseDay(a.Day)
	a = Answer{Question: q.Code, Day: day}
	switch {
	case err != nil:
		return a, err
	case day == "":
		return a, nil
	case q.Least != "" && day < q.Least:
		return a, civic.NewErrorArgs(civic.Invalid, "surveys.error.date_least",
			civic.Args{"Least": date(q.Least)})
	case q.Most != "" && day > q.Most:
		return a, civic.NewErrorArgs(civic.Invalid, "surveys.error.date_most",
			civic.Args{"Most": date(q.Most)})
	}
	return a, nil
}

func (dateKind) measure() logic.Measure { return logic.Days }

func (dateKind) values(a Answer) []string { return []string{a.Day} }

func (dateKind) inWords(_ Question, a Answer, _, _ string) []string {
	if a.Day == "" {
		return nil
	}
	return []string{date(a.Day).Format("02/01/2006")}
}

func (dateKind) fillCells(_ Question, a Answer, _, _ string, cells map[string]string) {
	cells[""] = a.Day
}

func (dateKind) tally(a Answer, c *Count) {
	if a.Day != "" {
		c.Codes[a.Day]++
	}
}

// maxMonths is how many months a chart of days shows; with more it shows years.
const maxMonths = 24

func (dateKind) fill(m *QuestionResult, c Count) {
	days := slices.Sorted(maps.Keys(c.Codes))
	if len(days) == 0 || m.Answered == 0 {
		return
	}
	first, last := days[0], days[len(days)-1]
	m.Extremes = &Extremes{Least: Figure{Day: first}, Most: Figure{Day: last}}
	m.Median = &Figure{Day: middleDay(days, c.Codes)}
	digits := len("2006-01")
	if months := monthsBetween(first, last); months >= maxMonths {
		digits = len("2006")
	}
	for _, day := range days {
		if n := len(m.Options); n == 0 || m.Options[n-1].Code != day[:digits] {
			m.Options = append(m.Options, OptionResult{Code: day[:digits], Label: periodLabel(day[:digits])})
		}
		m.Options[len(m.Options)-1].N += c.Codes[day]
	}
	for i := range m.Options {
		m.Options[i].Percent = percent(m.Options[i].N, m.Answered)
	}
}

// middleDay returns the middle of the days that were answered, the earlier of two.
func middleDay(days []string, counts map[string]int) string {
	total := 0
	for _, n := range counts {
		total += n
	}
	rank := (total - 1) / 2
	for _, day := range days {
		if rank -= counts[day]; rank < 0 {
			return day
		}
	}
	return days[len(days)-1]
}

func monthsBetween(first, last string) int {
	a, b := date(first), date(last)
	return (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
}

// periodLabel writes a month, 11/2026, or a year, in all languages the same.
func periodLabel(code string) civic.Text {
	if year, month, ok := strings.Cut(code, "-"); ok {
		code = month + "/" + year
	}
	return civic.TextOf(func(string) string { return code })
}

func (dateKind) facts(m QuestionResult) []Fact {
	facts := middleFacts(m)
	for i := range facts {
		facts[i].Name += "_day"
	}
	return facts
}
