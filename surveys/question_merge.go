package surveys

import (
	"errors"
	"slices"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
)

// The fields of a question's form, beside its texts, as edits and clashes name them. What the kind lets set
// goes together: the points of a scale, say, with how many there are.
const (
	FieldDetails = "details"
	FieldTerms   = "terms"
)

// questionFields are the fields of the form of a question.
func questionFields() merge.Fields[Question] {
	fields := merge.Text("text", func(q *Question) *civic.Text { return &q.Text })
	fields = append(fields, merge.Text("help", func(q *Question) *civic.Text { return &q.Help })...)
	return append(fields,
		merge.Value("required", func(q *Question) *bool { return &q.Required }),
		merge.Part(FieldDetails, func(q *Question) string { return submission("details", q.Details) },
			func(mine, stored *Question) { mine.Details = stored.Details }),
		merge.Part(FieldTerms, func(q *Question) string { return submission("show", q.Show) },
			func(mine, stored *Question) { mine.Show = stored.Show }))
}

// Shown returns what a form that shows q carries, for the edit to be joined with others.
func (q Question) Shown() string {
	q.kind().fresh(&q)
	return questionFields().Shown(&q)
}

// saveQuestion puts a form's question into q, joined with what others changed since the form was shown. Where
// both changed one field the error is *merge.Conflict[Question]; what was typed has no new rows then, which
// are told apart only when they are stored.
func (q *Questionnaire) saveQuestion(
	stored Question, in QuestionInput, shown string, by civic.Actor, now time.Time,
) (Question, error) {
	mine, err := stored.with(in)
	if err != nil {
		return mine, err
	}
	stored.kind().fresh(&stored)
	var edits merge.Edits // of this question
	own := func(e merge.Edit) bool { return strings.HasPrefix(e.Field, stored.Code+".") }
	for _, e := range q.Edits {
		if own(e) {
			e.Field = strings.TrimPrefix(e.Field, stored.Code+".")
			edits = append(edits, e)
		}
	}
	err = merge.Update[Question]{Fields: questionFields(), Edits: func(*Question) *merge.Edits { return &edits },
		Shown: shown, By: by, At: now}.Apply(&mine, &stored)
	if clash, ok := errors.AsType[*merge.Conflict[Question]](err); ok {
		in.Lines, in.RowLines = "", ""
		if typed, err := stored.with(in); err == nil && slices.ContainsFunc(clash.Clashes,
			func(e merge.Edit) bool { return e.Field == FieldDetails }) {
			clash.Mine.Details = typed.Details
		}
	}
	if err != nil {
		return mine, err
	}
	q.Edits = slices.DeleteFunc(slices.Clone(q.Edits), own)
	for _, e := range edits {
		e.Field = civic.Field(stored.Code, e.Field)
		q.Edits = append(q.Edits, e)
	}
	return mine, nil
}
