package surveys

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"ascolto/internal/civic"
)

// Results are what the responses of a questionnaire come to, over all versions. Answers to different versions
// are counted together when the question has the same code, because codes are never used again and a
// question's kind never changes, and asks in the same words, or in words that a person said mean the same
// (Meaning). Else each wording stands by itself.
type Results struct {
	Responses int        `bson:"responses"`
	Days      []DayCount `bson:"days"`
	// as in the last version, then those that only older versions have
	Questions []QuestionResult `bson:"questions"`
	At        time.Time        `bson:"at"`
}

// DayCount is how many responses came on a day (Europe/Rome).
type DayCount struct {
	Day       string `bson:"day"`
	Responses int    `bson:"responses"`
}

// QuestionResult is what the answers to one question come to.
type QuestionResult struct {
	Question Question `bson:"question"` // in the words of the last of Versions
	Versions []int    `bson:"versions"` // those that ask it in these words
	// other versions ask it in other words: a result of its own
	Apart bool `bson:"apart,omitempty"`
	// whether its options, or words that mean the same, differ between Versions
	Changed bool `bson:"changed"`
	// responses to versions that have it = NotShown + NotAnswered + Answered
	Asked    int            `bson:"asked"`
	NotShown int            `bson:"notShown"`
	NotGiven int            `bson:"notGiven"` // shown, and left without an answer
	Answered int            `bson:"answered"`
	Options  []OptionResult `bson:"options,omitempty"`
	Rows     []RowResult    `bson:"rows,omitempty"` // of a question that has rows
	Mean     float64        `bson:"mean"`           // of digits and numbers; 0 without answers
	// of numbers and days; never public, each being one person's answer
	Extremes  *Extremes      `bson:"extremes,omitempty"`
	Median    *Figure        `bson:"median,omitempty"` // of numbers and days; in public the class it is in
	Promoters Recommendation `bson:"promoters,omitempty"`
	// fewer than PublicThreshold answers: nothing of it is shown
	Suppressed bool `bson:"suppressed,omitempty"`
	// few gave some of the answers: what is public is its mean and not its options
	Withheld    bool `bson:"withheld,omitempty"`
	ScoreHidden bool `bson:"scoreHidden,omitempty"` // Promoters are not public
	// with it would follow how few answered another question: nothing of it is shown
	Linked bool `bson:"linked,omitempty"`
}

// Extremes are the least and the greatest answer.
type Extremes struct {
	Least Figure `bson:"least"`
	Most  Figure `bson:"most"`
}

// OptionResult is how many chose an option.
type OptionResult struct {
	Code  string     `bson:"code"`
	Label civic.Text `bson:"label,omitempty"` // empty for "other" and for points without a label
	N     int        `bson:"n"`
	// of those who answered the question, rounded to one decimal; each is rounded by itself
	Percent float64 `bson:"percent"`
	// of what N is distributed to: how many gave something; not public
	Givers  int  `bson:"givers,omitempty"`
	Removed bool `bson:"removed,omitempty"` // the last of the versions does not offer it any more
	Hidden  bool `bson:"hidden,omitempty"`  // N is not public
}

// Recommendation is the net promoter score of a 0–10 question.
type Recommendation struct {
	Promoters  float64 `bson:"promoters"`  // share of 9 and 10, 0 to 1
	Detractors float64 `bson:"detractors"` // share of 0 to 6, 0 to 1
	Score      float64 `bson:"score"`      // 100 (Promoters − Detractors), −100 to 100
}

// Results returns the results for staff. They are right at the moment; for a day with more than 5,000
// responses, some seconds old.
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

// Responses returns how many responses each questionnaire of list has; those whose numbers by may not see,
// and drafts, are left out.
func (s *Service) Responses(
	ctx context.Context, by civic.Actor, list []Questionnaire,
) (map[civic.ID]int, error) {
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
	r := summarise(contents, q.Meanings, tallies)
	r.At = s.now()
	return r, nil
}

// summarise adds tallies up. contents holds what version i+1 asks, meanings which versions mean the same in
// other words.
func summarise(contents []Content, meanings []Meaning, tallies []Tally) Results {
	var r Results
	counted := countedWords{}
	for _, t := range tallies {
		r.Responses += t.Total
		r.Days = append(r.Days, DayCount{t.Day, t.Total})
		for _, part := range t.Parts {
			counted.add(part)
		}
	}
	for _, m := range mergeVersions(contents, meanings) {
		asked, sum := counted.of(m.Question.Code, m.Versions)
		m.fill(asked, sum)
		r.Questions = append(r.Questions, m)
	}
	return r
}

// countedWords are the counts of questions, each version by itself, because a code may mean something else in
// another.
type countedWords map[questionVersion]*countedQuestion

type questionVersion struct {
	question string
	version  int
}

type countedQuestion struct {
	asked int
	sum   Count
}

func (k countedWords) add(part Part) {
	for _, c := range part.Counts {
		at := questionVersion{c.Question, part.Version}
		if k[at] == nil {
			k[at] = &countedQuestion{}
		}
		k[at].asked += part.Responses
		k[at].sum.plus(c)
	}
}

// of returns how many responses were asked a question in some versions, and what their answers come to.
func (k countedWords) of(question string, versions []int) (asked int, sum Count) {
	for _, version := range versions {
		if c := k[questionVersion{question, version}]; c != nil {
			asked += c.asked
			sum.plus(c.sum)
		}
	}
	return asked, sum
}

func (c *Count) plus(d Count) {
	c.Shown += d.Shown
	c.Answered += d.Answered
	if c.Codes == nil {
		c.Codes = map[string]int{}
	}
	for code, n := range d.Codes {
		c.Codes[code] += n
	}
	for row, codes := range d.Rows {
		for code, n := range codes {
			c.addToRow(row, code, n)
		}
	}
	c.Sum += d.Sum
	for _, v := range d.Numbers {
		c.addNumber(v)
	}
}

// mergeVersions returns every question of any version with its options, as yet without numbers: once for each
// wording, the questions as in the last version, then those that only older versions have.
func mergeVersions(contents []Content, meanings []Meaning) []QuestionResult {
	var merged []QuestionResult
	known := map[string]bool{}
	for _, c := range slices.Backward(contents) {
		for _, q := range c.Questions() {
			if known[q.Code] {
				continue
			}
			known[q.Code] = true
			all := wordings(contents, q.Code, meanings)
			for _, w := range all {
				m := w.result()
				m.Apart = len(all) > 1
				merged = append(merged, m)
			}
		}
	}
	return merged
}

// result returns a wording with its options, those of its newest version first.
func (w wording) result() QuestionResult {
	m := QuestionResult{Question: w.newest(), Versions: w.versions}
	for _, q := range slices.Backward(w.asked) {
		m.Changed = m.Changed || !q.sameWords(m.Question)
		q.kind().merge(&m, q)
	}
	return m
}

// addOptions adds the options that m does not have yet. What its own question does not offer was taken away.
func (m *QuestionResult) addOptions(q Question) {
	for _, code := range q.Codes() {
		if !slices.ContainsFunc(m.Options, func(o OptionResult) bool { return o.Code == code }) {
			m.Options = append(m.Options,
				OptionResult{Code: code, Label: q.label(code),
					Removed: !slices.Contains(m.Question.Codes(), code)})
		}
	}
}

// label returns an option's label in all languages.
func (q Question) label(code string) civic.Text {
	return civic.TextOf(func(language string) string { return q.Label(code, language) })
}

// sameWords reports whether two versions of a question ask the same in the same words.
func (q Question) sameWords(other Question) bool {
	labels := func(q Question) map[string]civic.Text {
		m := map[string]civic.Text{"": q.Text}
		for _, o := range q.kind().words(q) {
			m[o.Code] = o.Label
		}
		return m
	}
	return maps.EqualFunc(labels(q), labels(other), civic.Text.Equal)
}

// fill puts the numbers in.
func (m *QuestionResult) fill(asked int, sum Count) {
	m.Asked, m.Answered = asked, sum.Answered
	m.NotShown, m.NotGiven = asked-sum.Shown, sum.Shown-sum.Answered
	m.Question.kind().fill(m, sum)
}

// Facts returns figures about the answers beside those of each option; none without answers.
func (m QuestionResult) Facts() []Fact {
	if m.Answered == 0 {
		return nil
	}
	return m.Question.kind().facts(m)
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
	Hidden  bool // the numbers are not public
}

// Counted returns options as lines of a table; other is what the interface calls the option "other".
func Counted(options []OptionResult, language, other string) []Row {
	rows := make([]Row, len(options))
	for i, o := range options {
		rows[i] = Row{o.Label.In(language), o.N, o.Percent, o.Hidden}
		if o.Code == OtherCode {
			rows[i].Label = other
		}
	}
	return rows
}
