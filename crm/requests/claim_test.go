package requests

import (
	"testing"
	"time"

	"ascolto/internal/civic"
)

// A claim ends by itself and is left by a press; of two instances, one gives it, and the other knows.
func TestAClaimEndsByItself(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	other, colleague := w.another(t), w.staff("works", civic.Operator, "urp")
	r := w.filed(t, "istanza", "2026-03-02")
	r = w.does(t, w.desk, r, "2026-03-02", MoveInput{Act: ActTake})
	claim := func(s *Service, by civic.Actor) error {
		_, err := s.Claim(t.Context(), by, r.ID, ActAnswer, false)
		return err
	}
	if err := claim(w.Service, w.desk); err != nil {
		t.Fatal(err)
	}
	if err := claim(other, colleague); civic.CodeOf(err) != civic.Invalid {
		t.Errorf("beside somebody: %v", err)
	}
	w.Clock.Pass(claimTime - time.Minute)
	if c, err := other.Claimed(t.Context(), r.ID); err != nil || c.By != w.desk.Account ||
		c.Minutes(w.Clock.Now()) != 29 {
		t.Errorf("after 29 minutes: %+v, %v", c, err)
	}
	w.Clock.Pass(time.Minute)
	if c, err := other.Claimed(t.Context(), r.ID); err != nil || c.By != "" {
		t.Errorf("after half an hour: %+v, %v", c, err)
	}
	if err := claim(other, colleague); err != nil {
		t.Errorf("after it ended: %v", err)
	}
	if err := w.Unclaim(t.Context(), w.desk, r.ID); err != nil {
		t.Errorf("leaving what is somebody else's: %v", err)
	}
	if c, _ := w.Claimed(t.Context(), r.ID); c.By != colleague.Account || c.FromName != "" {
		t.Errorf("left by who does not have it: %+v", c)
	}
	if err := other.Unclaim(t.Context(), colleague, r.ID); err != nil {
		t.Error(err)
	}
	if err := claim(w.Service, w.desk); err != nil {
		t.Errorf("after it was left: %v", err)
	}
}
