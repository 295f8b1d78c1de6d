package surveys

import (
	"context"
	"testing"

	"ascolto/internal/civic"
)

// Whoever waits for a count that takes long gives up when the request's time is over; other questionnaires do
// not wait at all.
func TestATurnIsWaitedForNoLongerThanAsked(t *testing.T) {
	t.Parallel()
	var counting turns
	first, err := counting.take(t.Context(), "one")
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := counting.take(gone, "one"); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("waiting without time gives %v", err)
	}
	if _, err := counting.take(t.Context(), "another"); err != nil {
		t.Error(err)
	}
	first.giveBack()
	if _, err := counting.take(t.Context(), "one"); err != nil {
		t.Error(err)
	}
}
