package surveys

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"ascolto/internal/civic"
)

// Results are what the responses of a questionnaire come to, over all versions. Questions of different versions are the same
// when they have the same code, because codes are never used again and a question's kind never changes.
type Results struct {
	Responses int              `bson:"responses"`
	Days      []DayCount       `bson:"days"`
	Questions []QuestionResult `bson:"questions"` // as in the last version, then those that only older versions have
	At        time.Time        `bson:"at"`
}

// DayCount is how many responses came on a day (Europe/Rome).
type DayCount struct {
	Day       string `bson:"day"`
	Responses int    `bson:"responses"`
}

// QuestionResult is what the answers to one question come to.
type QuestionResult struct {
	Question   Question       `bson:"question"` // in the words of the last version that has it
	Versions   []int          `bson:"versions"` // those that have it
	Changed    bool           `bson:"changed"`  // whether its words or options differ between versions
	Asked      int            `bson:"asked"`    // responses to versions that have it = NotShown + NotAnswered + Answered
	NotShown   int            `bson:"notShown"`
	NotGiven   int            `bson:"notGiven"` // shown, and left without an answer
	Answered   int            `bson:"answered"`
	Options    []OptionResult `bson:"options,omitempty"`
	Mean       float64        `bson:"mean"` // of Scale and NPS; 0 without answers
	Promoters  Recommendation `bson:"promoters,omitempty"`
	Suppressed bool           `bson:"suppressed,omitempty"` // fewer than PublicThreshold answers: nothing of it is shown
}

// OptionResult is how many chose an option.
type OptionResult struct {
	Code    string  `bson:"code"`
	Label   Text    `bson:"label,omitempty"` // empty for "other" and for points without a label
	N       int     `bson:"n"`
	Percent float64 `bson:"percent"`           // of those who answered the question, rounded to one decimal; each is rounded by itself
	Removed bool    `bson:"removed,omitempty"` // the last version does not offer it any more
}

// Recommendation is the net promoter score of a 0–10 question.
type Recommendation struct {
	Promoters  float64 `bson:"promoters"`  // share of 9 and 10, 0 to 1
	Detractors float64 `bson:"detractors"` // share of 0 to 6, 0 to 1
	Score      float64 `bson:"score"`      // 100 (Promoters − Detractors), −100 to 100
}

// Results returns the results for staff. They are right at the moment; for a day with more than 5,000 responses, some seconds old.
func (s *Service) Results(ctx context.Context, by civic.Actor, id civic.ID) (Questionnaire, Results, error) {
	if err := by.Can(PermResults); err != nil {
		return Questionnaire{}, Results{}, err
	}
	q, err := s.surveys.Get(ctx, id)
	if err != nil {
		return Questionnaire{}, Results{}, err
	}
	if err := may(by, PermResults, q.Office); err != nil {
		return Questionnaire{}, Results{}, err
	}
	r, err := s.results(ctx, q)
	return q, r, err
}

// Responses returns how many responses each questionnaire of list has; those whose numbers by may not see, and drafts, are left out.
func (s *Service) Responses(ctx context.Context, by civic.Actor, list []Questionnaire) (map[civic.ID]int, error) {
	counts := map[civic.ID]int{}
	for _, q := range list {
		if q.Version() == 0 || !q.Allows(by, PermResults) {
			continue
		}
		tallies, err := s.tally(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, t := range tallies {
			counts[q.ID] += t.Total
		}
		if len(tallies) == 0 {
			counts[q.ID] = 0
		}
	}
	return counts, nil
}

func (s *Service) results(ctx context.Context, q Questionnaire) (Results, error) {
	tallies, err := s.tally(ctx, q)
	if err != nil {
		return Results{}, err
	}
	contents, err := s.contents(ctx, q)
	if err != nil {
		return Results{}, err
	}
	r := summarise(contents, tallies)
	r.At = s.now()
	return r, nil
}

// summarise adds tallies up. contents holds what version i+1 asks.
func summarise(contents []Content, tallies []Tally) Results {
	var r Results
	sums := map[string]*Count{}
	asked := map[string]int{}
	for _, t := range tallies {
		r.Responses += t.Total
		r.Days = append(r.Days, DayCount{t.Day, t.Total})
		for _, part := range t.Parts {
			for _, c := range part.Counts {
				asked[c.Question] += part.Responses
				if sums[c.Question] == nil {
					sums[c.Question] = &Count{Codes: map[string]int{}}
				}
				sums[c.Question].plus(c)
			}
		}
	}
	for _, m := range mergeVersions(contents) {
		sum := sums[m.Question.Code]
		if sum == nil {
			sum = &Count{}
		}
		m.fill(asked[m.Question.Code], *sum)
		r.Questions = append(r.Questions, m)
	}
	return r
}

func (c *Count) plus(d Count) {
	c.Shown += d.Shown
	c.Answered += d.Answered
	for code, n := range d.Codes {
		c.Codes[code] += n
	}
}

// mergeVersions returns every question of any version once, with its options, as yet without numbers.
func mergeVersions(contents []Content) []QuestionResult {
	var merged []QuestionResult
	at := map[string]int{}
	for i := len(contents) - 1; i >= 0; i-- {
		for _, q := range contents[i].Questions() {
			j, known := at[q.Code]
			if !known {
				j = len(merged)
				at[q.Code] = j
				merged = append(merged, QuestionResult{Question: q})
				for _, code := range q.Codes() {
					merged[j].Options = append(merged[j].Options, OptionResult{Code: code, Label: q.label(code)})
				}
			}
			m := &merged[j]
			m.Versions = append([]int{i + 1}, m.Versions...)
			m.Changed = m.Changed || !q.sameWords(m.Question)
			m.addRemoved(q)
		}
	}
	return merged
}

// addRemoved adds the options that an older version of the question had and newer ones do not.
func (m *QuestionResult) addRemoved(older Question) {
	for _, code := range older.Codes() {
		if !slices.ContainsFunc(m.Options, func(o OptionResult) bool { return o.Code == code }) {
			m.Options = append(m.Options, OptionResult{Code: code, Label: older.label(code), Removed: true})
		}
	}
}

// label returns an option's label in all languages.
func (q Question) label(code string) Text {
	return Text{q.Label(code, Italian), q.Label(code, English)}
}

// sameWords reports whether two versions of a question ask the same in the same words.
func (q Question) sameWords(other Question) bool {
	labels := func(q Question) map[string]Text {
		m := map[string]Text{"": q.Text}
		for _, code := range q.Codes() {
			m[code] = q.label(code)
		}
		return m
	}
	return maps.Equal(labels(q), labels(other))
}

// fill puts the numbers in.
func (m *QuestionResult) fill(asked int, sum Count) {
	m.Asked, m.Answered = asked, sum.Answered
	m.NotShown, m.NotGiven = asked-sum.Shown, sum.Shown-sum.Answered
	for i := range m.Options {
		o := &m.Options[i]
		o.N = sum.Codes[o.Code]
		o.Percent = percent(o.N, m.Answered)
	}
	if m.Question.Numeric() {
		m.Mean = meanOf(sum.Codes)
	}
	if m.Question.Kind == NPS {
		m.Promoters = recommendation(sum.Codes)
	}
}

// codeValue returns the digit a code stands for.
func codeValue(code string) int {
	n, _ := strconv.Atoi(code) // the codes of scales are digits
	return n
}

// Row is one line of a table of results, in the words of one language.
type Row struct {
	Label   string
	N       int
	Percent float64
}

// Rows returns the options as lines of a table; other is what the interface calls the option "other".
func (m QuestionResult) Rows(language, other string) []Row {
	rows := make([]Row, len(m.Options))
	for i, o := range m.Options {
		rows[i] = Row{o.Label.In(language), o.N, o.Percent}
		if o.Code == OtherCode {
			rows[i].Label = other
		}
	}
	return rows
}
