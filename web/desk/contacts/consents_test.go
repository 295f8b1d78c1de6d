package contacts

import (
	"testing"
	"time"

	"ascolto/crm"
)

// Consents taken over from elsewhere are added last, whenever they were given: the history goes by the time.
func TestConsentHistoryIsNewestFirst(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }
	c := crm.Contact{
		Consents: []crm.Consent{
			{ID: "second", At: day(2)}, {ID: "third", At: day(9)}, {ID: "fourth", At: day(9)},
			{ID: "first", At: day(1)},
		},
	}
	_, history := consentsOf(c, nil)
	for i, want := range []string{"fourth", "third", "second", "first"} {
		if string(history[i].ID) != want {
			t.Errorf("row %d is %s, want %s", i, history[i].ID, want)
		}
	}
	if c.Consents[0].ID != "second" {
		t.Error("the contact's own list was sorted")
	}
}
