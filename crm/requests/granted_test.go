package requests

import (
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// Where silence counts as a grant, the day after the term says so and the applicant reads it; nothing is
// refused any more, neither with a notice nor without, and no substitute is called. An answer is still given.
func TestSilenceGrants(t *testing.T) {
	t.Parallel()
	p := &post{kept: map[civic.ID]Letter{}}
	w := newTown(t, withPost(p))
	w.on(t, "2026-03-02")
	procedure, err := w.Procedure(t.Context(), "istanza")
	testtown.Check(t, err)
	v := procedure.Latest()
	v.From, v.Silence = "2026-03-02", SilenceGranted
	_, err = w.SaveProcedure(t.Context(), w.admin, formKey(), procedure.ID, procedure.Revision, v)
	testtown.Check(t, err)
	all, err := DefaultSteps()
	testtown.Check(t, err)
	testtown.Check(t, w.SeedSteps(t.Context(), root, all))
	r := w.filed(t, "istanza", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	w.on(t, "2026-04-01") // the last day
	if got := w.blocked(r, Staff, ActNotice); got != "" {
		t.Errorf("on the last day the notice is blocked by %q", got)
	}
	w.on(t, "2026-04-02")
	if c := w.clockOf(t, r, "2026-04-02"); c.Silence != SilenceGranted || c.Recourse.Valid() {
		t.Errorf("a day later: %q, recourse %s", c.Silence, c.Recourse)
	}
	for act, side := range map[Act]Side{ActNotice: Staff, ActRefuse: Staff} {
		if got := w.blocked(r, side, act); got != "requests.block.granted" {
			t.Errorf("%s is blocked by %q", act, got)
		}
		if got := w.fails(t, w.desk, r, "", MoveInput{Act: act}); got != "requests.block.granted" {
			t.Errorf("%s: %s", act, got)
		}
	}
	if got := w.blocked(r, Applicant, ActSubstitute); got != "-" {
		t.Errorf("the substitute is called though it is granted: %q", got)
	}
	if _, err := w.KeepClocks(t.Context()); err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, l := range p.kept {
		if l.Kind == LetterSilence && l.Request.Rules.Silence == SilenceGranted {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the applicant is told %d times", told)
	}
	if r = w.does(t, w.desk, r, "", MoveInput{Act: ActAnswer}); r.State != Answered {
		t.Errorf("answered it is %s", r.State)
	}
}
