package surveys

import (
	"errors"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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

// CheckParsed reads what was typed to a question and checks that the result is an answer the question allows,
// or a refusal that can be shown.
func CheckParsed(t *testing.T, q Question, typed TypedAnswer) {
	a, err := q.Parse(typed)
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
	if diff := cmp.Diff(again, a, cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Fatalf("%+v is not what it was stored as: %v, %s", a, err, diff)
	}
	retyped, err := q.Parse(q.Typed(a, civic.Italian))
	if diff := cmp.Diff(retyped, a, cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Fatalf("%+v is not what it is typed as: %v, %s", a, err, diff)
	}
	if len(a.Codes) > 1 && q.Kind != Multiple && q.Kind != Ranking ||
		utf8.RuneCountInString(a.Text) > max(q.MaxLength, MaxOtherAnswer) {
		t.Fatalf("%+v goes beyond the question", a)
	}
}
