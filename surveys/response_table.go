package surveys

import (
	"slices"
	"strconv"

	"ascolto/internal/csvout"
)

// The cells of an export that stand for no answer. They are codes for programs, the same in every language.
const (
	CellNotAsked = "not_asked" // the version answered does not have the question
	CellNotShown = "not_shown" // a condition hid it
	CellNoAnswer = "no_answer" // it was shown and left
)

// table lays responses out in the columns of the questions of all versions, one response after the other.
type table struct {
	versions []tableVersion
	columns  []questionColumn
	language string
	other    string
	said     map[string]string // what the columns of one question say of the answer at hand
}

// tableVersion is what a version asks, and the columns of each of its questions.
type tableVersion struct {
	asked
	columns [][]Column
}

type questionColumn struct {
	question string
	Column
}

func versionsOf(contents []Content) []tableVersion {
	versions := make([]tableVersion, len(contents))
	for i, c := range contents {
		v := tableVersion{asked: c.asked()}
		for j, q := range v.questions {
			v.columns = append(v.columns, v.kinds[j].columns(q))
		}
		versions[i] = v
	}
	return versions
}

func newTable(contents []Content, language, other string) table {
	t := table{versions: versionsOf(contents), language: language, other: other, said: map[string]string{}}
	for _, m := range mergeVersions(contents, nil) {
		t.add(contents, m.Question.Code)
	}
	return t
}

// add adds the columns that any version of a question has, those of the newest first, unless they are there.
func (t *table) add(contents []Content, code string) {
	for _, c := range slices.Backward(contents) {
		q, _ := c.Question(code)
		for _, column := range q.kind().columns(q) {
			if added := (questionColumn{code, column}); q.Code != "" && !slices.Contains(t.columns, added) {
				t.columns = append(t.columns, added)
			}
		}
	}
}

func (t table) header() []string {
	var names []string
	for _, c := range t.columns {
		names = append(names, c.question+c.Suffix)
	}
	return names
}

func (t table) writeHeader(w *csvout.Writer) error {
	return w.Row(append([]string{"row", "day", "version", "language"}, t.header()...)...)
}

// writeRow writes the n-th response.
func (t table) writeRow(w *csvout.Writer, n int, r Response) error {
	row := make([]string, 0, 4+len(t.columns))
	row = append(row, strconv.Itoa(n), r.Day, strconv.Itoa(r.Version), r.Language)
	return w.Row(t.appendCells(row, r)...)
}

// appendCells adds a response's answers to a row, in the words of the version it answers.
func (t table) appendCells(row []string, r Response) []string {
	var version tableVersion
	if r.Version >= 1 && r.Version <= len(t.versions) {
		version = t.versions[r.Version-1]
	}
	shown := version.shown(r.Answers)
	for i, c := range t.columns {
		if i == 0 || t.columns[i-1].question != c.question {
			t.say(version, shown, r.Answers.To(c.question))
		}
		cell, ok := t.said[c.Suffix]
		if !ok && c.State {
			cell = CellNotAsked // by the version that was answered
		}
		row = append(row, cell)
	}
	return row
}

// say has said tell what the columns of a question say of an answer; nothing when the version does not ask
// it.
func (t table) say(version tableVersion, shown []bool, a Answer) {
	clear(t.said)
	i, asked := version.at[a.Question]
	if !asked {
		return
	}
	if shown[i] && !a.Empty() {
		version.kinds[i].fillCells(version.questions[i], a, t.language, t.other, t.said)
		return
	}
	state := CellNoAnswer
	if !shown[i] {
		state = CellNotShown
	}
	for _, column := range version.columns[i] {
		if column.State {
			t.said[column.Suffix] = state
		}
	}
}
