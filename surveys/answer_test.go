package surveys

import (
	"testing"

	"ascolto/internal/civic"
)

// TestAnUnreadableAnswerIsShownAgain: bytes that are no text are refused, and what can be read of the answer is not lost.
func TestAnUnreadableAnswerIsShownAgain(t *testing.T) {
	t.Parallel()
	q := Question{Code: "q1", Kind: FreeText, MaxLength: 100}
	a, err := q.parseText("La citt\xe0 che vorrei")
	if civic.CodeOf(err) != civic.Invalid || a.Text != "La citt\uFFFD che vorrei" {
		t.Errorf("%q, %v", a.Text, err)
	}
}
