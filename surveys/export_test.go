package surveys

import (
	"errors"
	"slices"
	"testing"
	"unicode/utf8"

	"ascolto/internal/civic"
)

// ExportQuestion returns a question made of an input.
func ExportQuestion(kind Kind, in QuestionInput) Question {
	q, err := newQuestion("q", kind)
	if err == nil {
		q, err = q.with(in)
	}
	if err != nil {
		panic(err)
	}
	return q
}

// CheckParsed reads what was typed to a question and checks that the result is an answer the question allows, or a refusal that can be shown.
func CheckParsed(t *testing.T, q Question, typed TypedAnswer) {
	a, err := q.parseAnswer(typed)
	var e *civic.Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("%v is no refusal", err)
	}
	if !utf8.ValidString(a.Text) {
		t.Fatalf("%q is no text", a.Text)
	}
	for _, c := range a.Codes {
		if !slices.Contains(q.Codes(), c) {
			t.Fatalf("%q is no option of %v", c, q.Codes())
		}
	}
	if err != nil {
		return
	}
	again, err := q.normal(a)
	if err != nil || !slices.Equal(again.Codes, a.Codes) || again.Text != a.Text {
		t.Fatalf("%+v is not what it was stored as: %+v, %v", a, again, err)
	}
	if len(a.Codes) > 1 && q.Kind != Multiple || utf8.RuneCountInString(a.Text) > max(q.MaxLength, MaxOtherAnswer) {
		t.Fatalf("%+v goes beyond the question", a)
	}
}
