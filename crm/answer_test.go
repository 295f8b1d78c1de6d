package crm

import (
	"testing"
	"time"

	"ascolto/internal/civic"
)

// What a repair records again stands on the contact already, whatever came after it: nothing is written and
// indexed anew.
func TestFactsThatAreKnownChangeNothing(t *testing.T) {
	t.Parallel()
	var c Contact
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	first := []civic.Answer{{Source: "buses", Key: "q1", Value: "a1"},
		{Source: "buses", Key: "q2", Value: "a3"}}
	second := []civic.Answer{{Source: "parks", Key: "q1", Value: "a2"}}
	if !c.mergeAnswers("response/1", at, first) || !c.mergeAnswers("response/2", at.Add(time.Hour), second) {
		t.Fatal("new facts change nothing")
	}
	for range 2 {
		if c.mergeAnswers("response/1", at, first) ||
			c.mergeAnswers("response/2", at.Add(time.Hour), second) {
			t.Error("facts that are known are a change")
		}
	}
	if len(c.Answers) != 3 {
		t.Errorf("%+v", c.Answers)
	}
	if !c.mergeAnswers("response/1", at, first[:1]) || len(c.Answers) != 2 {
		t.Errorf("an answer that was taken back stays: %+v", c.Answers)
	}
}
