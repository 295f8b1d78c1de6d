package surveys

import (
	"context"
	"slices"

	"ascolto/surveys/disclose"
)

// maxAudited bounds the responses whose counts are put together to see what follows from them; with more,
// what might tell is left out.
const maxAudited = 50_000

// linkage is who is in which count of a question's result.
type linkage struct {
	at                     int  // its place among the results
	depends                bool // it is shown under a condition only
	asked, shown, answered disclose.Set
	by                     map[string]disclose.Set // by what was answered, as conditions read it
}

// hideLinked leaves out the results of conditional questions from which it would follow how few gave an
// answer that decides on them: by how many they were shown to, by how many not, or by how many answered. r
// are the results that public was made of.
func (s *Service) hideLinked(
	ctx context.Context, q Questionnaire, contents []Content, r Results, public *Results,
) error {
	links := linksOf(contents, r)
	if len(links) == 0 {
		return nil
	}
	if r.Responses > maxAudited {
		public.hideConditional()
		return nil
	}
	var everybody disclose.Set
	n := 0
	for response, err := range s.responses.All(ctx, responsesOf(q.ID)) {
		if err != nil {
			return err
		}
		if response.Version < 1 || response.Version > len(contents) {
			continue
		}
		everybody = everybody.Add(n)
		content := contents[response.Version-1]
		shown := content.shown(response.Answers)
		for _, l := range links {
			l.add(n, r.Questions[l.at], content, shown, response)
		}
		n++
	}
	public.hideTelling(everybody, links)
	return nil
}

// linksOf returns the results of questions that are shown under a condition, and of those that decide on
// them.
func linksOf(contents []Content, r Results) []*linkage {
	depends, decides := map[string]bool{}, map[string]bool{}
	for _, c := range contents {
		for _, q := range c.Questions() {
			for _, code := range q.Show.References() {
				depends[q.Code], decides[code] = true, true
			}
		}
	}
	var links []*linkage
	for i, m := range r.Questions {
		if code := m.Question.Code; depends[code] || decides[code] {
			links = append(links, &linkage{at: i, depends: depends[code], by: map[string]disclose.Set{}})
		}
	}
	return links
}

// add counts person n, with their response to a version.
func (l *linkage) add(n int, m QuestionResult, c Content, shown map[string]bool, r Response) {
	q, asked := c.Question(m.Question.Code)
	if !asked || !slices.Contains(m.Versions, r.Version) {
		return
	}
	l.asked = l.asked.Add(n)
	if !shown[q.Code] {
		return
	}
	l.shown = l.shown.Add(n)
	a := r.Answers.To(q.Code)
	if a.Empty() {
		return
	}
	l.answered = l.answered.Add(n)
	for _, value := range q.kind().values(a) {
		if q.Coded() {
			l.by[value] = l.by[value].Add(n)
		}
	}
}

// known returns the people of each count that is public of a result.
func (l *linkage) known(m QuestionResult) []disclose.Set {
	if m.Suppressed || m.Linked {
		return nil
	}
	sets := []disclose.Set{l.asked, l.shown, l.answered}
	for value, people := range l.by {
		if m.tells(value) {
			sets = append(sets, people)
		}
	}
	return sets
}

// tells reports whether the count of what conditions call value is public.
func (m QuestionResult) tells(value string) bool {
	for _, o := range m.Options {
		if o.Code == value {
			return !o.Hidden
		}
	}
	for _, r := range m.Rows {
		for _, o := range r.Options {
			if cellCode(r.Code, o.Code) == value || m.Question.Kind == Ranking && r.Code == value {
				return !r.Hidden && !o.Hidden
			}
		}
	}
	return false
}

// secret returns the groups of few that must stay uncertain: who gave an answer, whom a conditional question
// was not shown to, and who of those that gave an answer saw it or did not.
func (l *linkage) secret(links []*linkage) []disclose.Set {
	groups := []disclose.Set{minus(l.asked, l.shown)}
	for _, people := range l.by {
		groups = append(groups, people)
		for _, other := range links {
			if other.depends {
				groups = append(groups, minus(people, other.shown), minus(people, minus(people, other.shown)))
			}
		}
	}
	return slices.DeleteFunc(groups, func(s disclose.Set) bool { return !few(s.Len()) })
}

// minus returns who is in a and not in b.
func minus(a, b disclose.Set) disclose.Set {
	out := slices.Clone(a)
	for i := range out {
		if i < len(b) {
			out[i] &^= b[i]
		}
	}
	return out
}

// hideTelling makes the conditional questions public one after the other, and leaves out each with which a
// group of few would not stay uncertain any more, or of which that cannot be proved.
func (r *Results) hideTelling(everybody disclose.Set, links []*linkage) {
	known, secrets := []disclose.Set{everybody}, []disclose.Set{}
	for _, l := range links {
		secrets = append(secrets, l.secret(links)...)
		if !l.depends {
			known = append(known, l.known(r.Questions[l.at])...)
		}
	}
	open, proved := uncertain(known, secrets)
	for _, l := range links {
		m := &r.Questions[l.at]
		if !l.depends || m.Suppressed {
			continue
		}
		with := append(slices.Clone(known), l.known(*m)...)
		if still, also := uncertain(with, secrets); !proved || !also || still < open {
			*m = QuestionResult{Question: m.Question, Versions: m.Versions, Apart: m.Apart, Linked: true}
			continue
		}
		known = with
	}
}

// uncertain returns of how many secrets the number, with what is known, lies in an interval wide enough, and
// whether that could be worked out.
func uncertain(known, secrets []disclose.Set) (open int, proved bool) {
	a, err := disclose.NewAuditor(known, secrets)
	if err != nil {
		return 0, false
	}
	for _, s := range secrets {
		if v := a.Bounds(s); v.Max-v.Min >= PublicThreshold {
			open++
		}
	}
	return open, true
}

// hideConditional leaves out every question that was not shown to all, where few gave some answer: without
// the responses it cannot be told what follows from its counts.
func (r *Results) hideConditional() {
	if !slices.ContainsFunc(r.Questions, QuestionResult.hides) {
		return
	}
	for i, m := range r.Questions {
		if m.NotShown > 0 {
			r.Questions[i] = QuestionResult{Question: m.Question, Versions: m.Versions, Apart: m.Apart, Linked: true}
		}
	}
}

// hides reports whether something of a result is not public, or is of few.
func (m QuestionResult) hides() bool {
	hidden := func(o OptionResult) bool { return o.Hidden }
	return m.Suppressed || m.Withheld || few(m.NotShown) || slices.ContainsFunc(m.Options, hidden) ||
		slices.ContainsFunc(m.Rows, func(r RowResult) bool {
			return r.Hidden || slices.ContainsFunc(r.Options, hidden)
		})
}
