package requests

import (
	"testing"

	"ascolto/internal/civic"
)

// What a request waits for goes with it to another office: state, term and what is promised stay as they
// stand, and the office that got it goes on from there.
func TestForwardingWhatWaits(t *testing.T) {
	t.Parallel()
	for state, c := range map[State]struct {
		procedure civic.ID
		act, ends Act
	}{
		InfoAsked:   {"istanza", ActAsk, ActSupply},
		Suspended:   {"riesame-accesso-civico", ActSuspend, ActResume},
		NoticeGiven: {"istanza", ActNotice, ActAnswer},
		ThirdParty:  {"accesso-civico-generalizzato", ActConsult, ActResume},
	} {
		w := newTown(t)
		r := w.filed(t, c.procedure, "2026-03-02")
		r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
		r = w.does(t, w.desk, r, "2026-03-05", MoveInput{Act: c.act})
		due, before := r.DueOn, w.clockOf(t, r, "2026-03-09")
		r = w.does(t, w.desk, r, "2026-03-06", MoveInput{Act: ActForward, Office: "lavori-pubblici"})
		after := w.clockOf(t, r, "2026-03-09")
		if r.State != state || r.Office != "lavori-pubblici" || r.Responsible != "" || r.DueOn != due ||
			!after.Resting || after.Used != before.Used {
			t.Errorf("%s: passed on it is %s of %s, due on %s, before %s, %d days used", state, r.State, r.Office,
				r.DueOn, due, after.Used)
		}
		waits, err := r.waits(w.cal)
		if err != nil || len(waits) != 1 || waits[0].State != state {
			t.Errorf("%s: it waits %+v, %v", state, waits, err)
		}
		if state == InfoAsked && !waits[0].End.IsZero() {
			t.Errorf("passing it on ended the wait at %s", waits[0].End)
		}
		if got := w.fails(t, w.works, r, "", MoveInput{Act: ActTake}); got != "requests.error.moved" {
			t.Errorf("%s: taken in charge, %s", state, got)
		}
		r = w.does(t, w.works, r, "", MoveInput{Act: ActAssign, Responsible: "works"})
		r = w.does(t, w.works, r, "2026-03-30", MoveInput{Act: c.ends})
		if r.Responsible != "works" || r.State == state {
			t.Errorf("%s: it goes on as %s of %s", state, r.State, r.Responsible)
		}
	}
}
