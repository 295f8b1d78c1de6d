package surveys

import (
	"slices"
	"strings"
	"testing"

	"ascolto/internal/civic"
)

// TestAnUnreadableAnswerIsShownAgain: bytes that are no text are refused, and what can be read of the answer
// is not lost.
func TestAnUnreadableAnswerIsShownAgain(t *testing.T) {
	t.Parallel()
	q := Question{Code: "q1", Kind: FreeText, Details: Details{MaxLength: 100}}
	a, err := q.Parse(TypedAnswer{"": {"La citt\xe0 che vorrei"}})
	if civic.CodeOf(err) != civic.Invalid || a.Text != "La citt\uFFFD che vorrei" {
		t.Errorf("%q, %v", a.Text, err)
	}
}

// TestALongOtherIsShownAgain: the text beside "other" that is too long is refused, and comes back with what
// was chosen.
func TestALongOtherIsShownAgain(t *testing.T) {
	t.Parallel()
	q := Question{Code: "q1", Kind: Multiple,
		Details: Details{Other: true, Options: []Option{{Code: "a"}, {Code: "b"}}}}
	long := strings.Repeat("à", MaxOtherAnswer+1)
	a, err := q.Parse(TypedAnswer{"": {"b", OtherCode}, OtherCode: {long}})
	if civic.CodeOf(err) == "" || a.Text != long || !slices.Equal(a.Codes, []string{"b", OtherCode}) {
		t.Errorf("%+v, %v", a, err)
	}
}
