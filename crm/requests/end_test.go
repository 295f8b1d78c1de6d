package requests

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Simple civic access is answered with the address of what was published, and with nothing else (D.Lgs.
// 33/2013 art. 5 c. 3); thanks after the answer neither open it again nor move its end.
func TestSimpleAccessEndsWithTheAddress(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "accesso-civico-semplice", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	for link, want := range map[string]string{"": "error.required",
		"javascript:alert(1)": "requests.error.link"} {
		in := filled(MoveInput{Act: ActAnswer, Link: link})
		_, err := w.Service.Move(t.Context(), w.desk, r.ID, in)
		if diff := cmp.Diff([]string{"link " + want}, fieldsOf(err)); diff != "" {
			t.Errorf("with the address %q: %s", link, diff)
		}
	}
	const published = "https://www.comune.example/bilanci"
	answered := w.does(t, w.desk, r, "2026-03-10", MoveInput{Act: ActAnswer, Link: published})
	if e := answered.Events[len(answered.Events)-1]; answered.State != Answered || e.Link != published {
		t.Fatalf("%s, with %q", answered.State, e.Link)
	}
	thanks := w.does(t, w.anna, answered, "2026-03-12", MoveInput{Act: ActMessage, Text: "Grazie"})
	if thanks.State != Answered || thanks.Open || !thanks.ClosedAt.Equal(answered.ClosedAt) ||
		thanks.Verdict().Used != answered.Verdict().Used {
		t.Errorf("thanks moved it: %+v", thanks)
	}
	if c := w.clockOf(t, thanks, "2026-05-01"); c.Late || c.Used != answered.Verdict().Used {
		t.Errorf("after thanks its clock runs: %+v", c)
	}
}
