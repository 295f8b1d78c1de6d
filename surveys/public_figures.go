package surveys

import (
	"slices"

	"ascolto/internal/civic"
	"ascolto/surveys/disclose"
)

// publicRules is the number of the rules by which figures are made public. Those kept under older rules are
// held to these when they are read.
const publicRules = 2

// few reports whether a count stands for somebody, and for too few to be public.
func few(n int) bool { return n > 0 && n < PublicThreshold }

// suppressed returns what may be public of a table of counts whose totals are known: in which rows and
// columns something is hidden. Where a total would have to be hidden too, everything is.
func suppressed(counts [][]int) func(row, column int) bool {
	everything := func(int, int) bool { return true }
	t, err := disclose.NewTable(counts)
	if err != nil {
		return everything
	}
	p := disclose.Suppress(t, disclose.Options{Threshold: PublicThreshold}).Public()
	if p.Hidden(t.Rows, t.Cols) || slices.ContainsFunc(rangeOf(t.Rows), func(i int) bool {
		return p.Hidden(i, t.Cols)
	}) {
		return everything
	}
	return p.Hidden
}

func rangeOf(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// hideFew returns options that exclude each other without the counts of those that few chose, and of those
// from which these would follow, since all of them together are known.
func hideFew(options []OptionResult) []OptionResult {
	public := slices.Clone(options)
	if len(public) == 0 {
		return public
	}
	counts := make([]int, len(public))
	for i, o := range public {
		counts[i] = o.N
	}
	hidden := suppressed([][]int{counts})
	for i, o := range public {
		if hidden(0, i) || hidden(1, i) {
			public[i] = o.hidden()
		}
	}
	return public
}

// hidden returns an option without its count.
func (o OptionResult) hidden() OptionResult {
	o.N, o.Percent, o.Givers, o.Hidden = 0, 0, 0, true
	return o
}

// hidden returns a row without its counts.
func (r RowResult) hidden() RowResult {
	return RowResult{Code: r.Code, Label: r.Label, Removed: r.Removed, Hidden: true}
}

// public is the rule for kinds that have none of their own: of the options, and of those of each row, none
// that few chose.
func (uncoded) public(m *QuestionResult) {
	m.Median, m.Options, m.Rows = nil, hideFew(m.Options), slices.Clone(m.Rows)
	for i, r := range m.Rows {
		if r.Answered < PublicThreshold {
			m.Rows[i] = r.hidden()
		} else {
			m.Rows[i].Options = hideFew(r.Options)
		}
	}
}

// public hides options by what was chosen and what was not: all who answered are known.
func (multipleKind) public(m *QuestionResult) {
	m.Options = slices.Clone(m.Options)
	counts := make([][]int, len(m.Options))
	for i, o := range m.Options {
		counts[i] = []int{o.N, m.Answered - o.N}
	}
	hidden := suppressed(counts)
	for i, o := range m.Options {
		if hidden(i, 0) || hidden(i, 1) {
			m.Options[i] = o.hidden()
		}
	}
}

// public leaves the mean, and the points only when none was chosen by few: with the mean, and all others,
// their number would follow.
func (rated) public(m *QuestionResult) {
	if slices.ContainsFunc(m.Options, func(o OptionResult) bool { return few(o.N) }) {
		m.Options, m.Withheld = nil, true
	}
}

// public leaves out the score too when few are promoters, detractors or neither.
func (npsKind) public(m *QuestionResult) {
	groups := map[bool]map[bool]int{true: {}, false: {}}
	for _, o := range m.Options {
		v := codeValue(o.Code)
		groups[v >= 9][v <= 6] += o.N
	}
	rated{}.public(m)
	for _, group := range groups {
		if few(group[true]) || few(group[false]) {
			m.Promoters, m.ScoreHidden = Recommendation{}, true
		}
	}
}

// public hides the rows of which a place was given by few, or from which such a place would follow: every
// place was given by all, and every option has a place with each of them, or none.
func (rankingKind) public(m *QuestionResult) {
	m.Rows = slices.Clone(m.Rows)
	counts := make([][]int, len(m.Rows))
	before := slices.ContainsFunc(m.Rows, func(r RowResult) bool { return r.Hidden })
	for i, r := range m.Rows {
		for _, o := range r.Options {
			counts[i] = append(counts[i], o.N)
		}
		counts[i] = append(counts[i], m.Answered-r.Answered)
	}
	hidden := func(int, int) bool { return true } // what older rules left of it cannot be checked
	if !before {
		hidden = suppressed(counts)
	}
	for i, r := range m.Rows {
		if slices.ContainsFunc(rangeOf(len(r.Options)+1), func(j int) bool { return hidden(i, j) }) {
			m.Rows[i] = r.hidden()
		}
	}
}

// public joins classes until none holds few, and says of the median only in which of them it is. Where a
// class is a single number nothing is joined: the mean would tell the parts.
func (numberKind) public(m *QuestionResult) {
	digits, unit := m.Question.Decimals, numberUnit(m.Question.Decimals)
	at := func(i int) float64 { return codeNumber(m.Options[i].Code) }
	single := len(m.Options) < 2 || at(1)-at(0) < 1.5*unit
	m.joinClasses(!single, func(first, last int) civic.Text {
		return civic.TextOf(func(language string) string {
			switch {
			case single:
				return m.Options[first].Label.In(language)
			case first == 0:
				return "≤ " + numberWritten(at(last+1)-unit, digits, language)
			case last == len(m.Options)-1:
				return "≥ " + numberWritten(at(first), digits, language)
			}
			return classLabel(at(first), at(last+1)-unit, digits, language)
		})
	})
	m.Median = m.medianClass()
}

// public joins months or years until none holds few. The median day is somebody's, and left out.
func (dateKind) public(m *QuestionResult) {
	code := func(i int) string { return m.Options[i].Code }
	m.joinClasses(true, func(first, last int) civic.Text {
		from, to := periodLabel(code(first)), periodLabel(code(last))
		return civic.TextOf(func(language string) string {
			switch {
			case first == last:
				return from.In(language)
			case first == 0:
				return "≤ " + to.In(language)
			case last == len(m.Options)-1:
				return "≥ " + from.In(language)
			}
			return from.In(language) + " – " + to.In(language)
		})
	})
	m.Median = nil
}

// joinClasses joins neighbouring options until each stands for nobody or for enough, named by the first and
// the last of them. Where only one would be left, or some would have to be joined and may not, none is shown.
func (m *QuestionResult) joinClasses(may bool, name func(first, last int) civic.Text) {
	var joined []OptionResult
	var ends [][2]int
	begin, n, counted, changed := 0, 0, 0, false
	for i, o := range m.Options {
		if n += o.N; few(n) {
			continue
		}
		changed = changed || i > begin
		joined, ends = append(joined, OptionResult{Code: m.Options[begin].Code, N: n}),
			append(ends, [2]int{begin, i})
		if n > 0 {
			counted++
		}
		begin, n = i+1, 0
	}
	for n > 0 && len(joined) > 0 { // the last are too few: they go to those before them
		changed = true
		last := len(joined) - 1
		n, begin = n+joined[last].N, ends[last][0]
		if joined, ends = joined[:last], ends[:last]; !few(n) {
			joined = append(joined, OptionResult{Code: m.Options[begin].Code, N: n})
			ends = append(ends, [2]int{begin, len(m.Options) - 1})
			break
		}
	}
	if counted < 2 || changed && !may {
		m.Options, m.Withheld = nil, true
		return
	}
	for i := range joined {
		joined[i].Label = name(ends[i][0], ends[i][1])
		joined[i].Percent = percent(joined[i].N, m.Answered)
	}
	m.Options = joined
}

// medianClass returns the class that the middle of the answers is in, nil when there is none.
func (m *QuestionResult) medianClass() *Figure {
	total := 0
	for _, o := range m.Options {
		total += o.N
	}
	below := 0
	for _, o := range m.Options {
		if below <= (total-1)/2 && total/2 < below+o.N {
			return &Figure{Label: o.Label}
		}
		below += o.N
	}
	return nil
}
