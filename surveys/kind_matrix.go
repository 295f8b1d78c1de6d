package surveys

import (
	"slices"
	"strings"

	"ascolto/internal/civic"
)

// Matrix asks for one of the same options for each of several rows.
const Matrix Kind = "matrix"

// The bounds of a matrix, so that it stays answerable on a telephone.
const (
	MaxRows    = 20
	MaxColumns = 11
)

type matrixKind struct{ uncoded }

func (matrixKind) name() Kind { return Matrix }

func (matrixKind) settings() []Setting {
	columns := optionSetting
	columns.Noun = "column"
	return []Setting{rowSetting, columns}
}

func (matrixKind) clean(q *Question, p *civic.Problems) {
	if len(q.Rows) > MaxRows {
		p.Add(rowSetting.NewRows(), "surveys.error.rows_many", civic.Args{"Max": MaxRows})
	}
	if len(q.Options) > MaxColumns {
		p.Add(optionSetting.NewRows(), "surveys.error.options_many", civic.Args{"Max": MaxColumns})
	}
}

func (matrixKind) lacking(q Question, p *civic.Problems) {
	if len(q.Rows) == 0 {
		p.Add(q.Code, "surveys.error.rows_few", q.named())
	}
	if len(q.Options) < 2 {
		p.Add(q.Code, "surveys.error.options_few", q.named())
	}
}

func (matrixKind) inputs(q Question) []Input {
	inputs := make([]Input, len(q.Rows))
	for i, row := range q.Rows {
		inputs[i] = Input{Part: row.Code, Label: row.Label, By: ByPoint, Options: q.Options}
	}
	return inputs
}

func (k matrixKind) parse(q Question, typed TypedAnswer) (Answer, error) {
	a := Answer{Question: q.Code}
	for _, row := range q.Rows {
		codes := slices.DeleteFunc(slices.Clone(typed[row.Code]), func(c string) bool { return c == "" })
		if len(codes) > 0 {
			a.Parts = append(a.Parts, Answer{Question: row.Code, Codes: codes})
		}
	}
	return k.normal(q, a)
}

func (matrixKind) typed(a Answer, _ string) TypedAnswer {
	typed := TypedAnswer{}
	for _, part := range a.Parts {
		typed[part.Question] = part.Codes
	}
	return typed
}

// normal keeps the rows that q has, in their order. Where q is required every row is.
func (matrixKind) normal(q Question, a Answer) (Answer, error) {
	var p civic.Problems
	columns := optionCodes(q.Options)
	kept := Answer{Question: q.Code}
	for _, row := range q.Rows {
		part := a.part(row.Code)
		switch {
		case slices.ContainsFunc(part.Codes, func(c string) bool { return !slices.Contains(columns, c) }):
			p.Add(row.Code, "surveys.error.option")
		case len(part.Codes) > 1:
			p.Add(row.Code, "surveys.error.one_only")
		case len(part.Codes) == 1:
			kept.Parts = append(kept.Parts, Answer{Question: row.Code, Codes: part.Codes})
		case q.Required:
			p.Add(row.Code, "surveys.error.required")
		}
	}
	return kept, p.Err()
}

// cellCode is the code of a row with one of its columns.
func cellCode(row, column string) string { return row + "=" + column }

func (matrixKind) codes(q Question) []string {
	codes := []string{}
	for _, row := range q.Rows {
		for _, column := range q.Options {
			codes = append(codes, cellCode(row.Code, column.Code))
		}
	}
	return codes
}

func (matrixKind) label(q Question, code, language string) string {
	row, column, _ := strings.Cut(code, "=")
	return optionLabel(q.Rows, row).In(language) + ": " + optionLabel(q.Options, column).In(language)
}

func (matrixKind) values(a Answer) []string {
	var values []string
	for _, part := range a.Parts {
		for _, column := range part.Codes {
			values = append(values, cellCode(part.Question, column))
		}
	}
	return values
}

func (matrixKind) words(q Question) []Option { return append(slices.Clone(q.Rows), q.Options...) }

func (k matrixKind) inWords(q Question, a Answer, language, _ string) []string {
	var words []string
	for _, code := range k.values(a) {
		words = append(words, k.label(q, code, language))
	}
	return words
}

func (matrixKind) tally(a Answer, c *Count) {
	for _, part := range a.Parts {
		for _, column := range part.Codes {
			c.addToRow(part.Question, column, 1)
		}
	}
}

func (matrixKind) merge(m *QuestionResult, q Question) { m.addRows(q.Rows, q.Options) }

func (matrixKind) fill(m *QuestionResult, c Count) { m.fillRows(c) }

func (matrixKind) columns(q Question) []Column {
	var columns []Column
	for _, row := range q.Rows {
		columns = append(columns, Column{Suffix: "_" + row.Code, State: true},
			Column{Suffix: "_" + row.Code + labelSuffix})
	}
	return columns
}

func (matrixKind) fillCells(q Question, a Answer, language, _ string, cells map[string]string) {
	for _, row := range q.Rows {
		cells["_"+row.Code] = CellNoAnswer
		for _, column := range a.part(row.Code).Codes {
			cells["_"+row.Code] = column
			cells["_"+row.Code+labelSuffix] = optionLabel(q.Options, column).In(language)
		}
	}
}
