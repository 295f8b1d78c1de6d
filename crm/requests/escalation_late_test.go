package requests

import (
	"context"
	"strings"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/hours"
	"ascolto/internal/testtown"
)

// TestARequestOfLongAgoIsToldOnce: what is filed for a day long past has all its steps at once: the staff
// read the latest alone, and who asked nothing of a recourse for which the time is over; of one for which
// there is time they do.
func TestARequestOfLongAgoIsToldOnce(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-01-02")
	w.on(t, "2026-03-24") // a Tuesday
	for received, want := range map[string]string{
		"2026-01-12": "term-over 2026-03-24",                     // until 11 February, recourse until 13 March
		"2026-02-02": "term-over 2026-03-24; silence 2026-03-24", // until 4 March
	} {
		in := asking("accesso-documenti")
		in.Contact, in.Channel, in.ReceivedOn = w.anna.Contact, crm.ByPhone, received
		r, err := w.File(t.Context(), w.desk, in)
		testtown.Check(t, err)
		for range 2 {
			_, err = w.KeepClocks(t.Context())
			testtown.Check(t, err)
		}
		if got := o.days(r); got != want {
			t.Errorf("of %s they are told %s, want %s", received, got, want)
		}
		stored, err := w.requests.Get(t.Context(), r.ID)
		if all := stored.Alerts(); err != nil || len(stored.Raised) != 5 || all[len(all)-1].Step != "term-over" {
			t.Errorf("of %s it is written down %+v, %v", received, stored.Raised, err)
		}
	}
}

// TestEachReaderIsTold: a step that names somebody whom the later one does not is told as well.
func TestEachReaderIsTold(t *testing.T) {
	t.Parallel()
	head, both := []Reader{ReaderHead}, []Reader{ReaderHead, ReaderResponsible}
	substitute := []Reader{ReaderSubstitute}
	share, over := Raise{Kind: StepShare, Tell: head}, Raise{Kind: StepAfter, Tell: both}
	for name, c := range map[string]struct {
		x     Raise
		later []Raise
		want  bool
	}{
		"the later one names all": {share, []Raise{over}, true},
		"nothing is later":        {over, nil, false},
		"somebody is named alone": {Raise{Kind: StepShare, Tell: both}, []Raise{{Kind: StepAfter,
			Tell: head}}, false},
		"a promise is another news": {Raise{Kind: StepFirst, Tell: head}, []Raise{over}, false},
		"a promise is later":        {share, []Raise{{Kind: StepSolution, Tell: head}}, false},
		"another substitute": {Raise{Kind: StepBefore, Tell: substitute, Substitute: "eva"},
			[]Raise{{Kind: StepAfter, Tell: substitute, Substitute: "ugo"}}, false},
	} {
		if got := c.x.overtaken(c.later); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// answering is an Outbox during whose work somebody does something.
type answering struct {
	*tray
	meanwhile func()
}

func (o answering) QueueLetter(ctx context.Context, l Letter) (bool, error) {
	if l.Kind == LetterAlert && l.Raise.Step == "term-over" {
		o.meanwhile()
	}
	return o.tray.QueueLetter(ctx, l)
}

// TestSilenceIsNotToldOfWhatWasAnswered: an answer that comes while the reminders are being written keeps the
// applicant from reading that there is none.
func TestSilenceIsNotToldOfWhatWasAnswered(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-03-01")
	r := w.filed(t, "istanza", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	w.options.Outbox = answering{o, func() { w.does(t, w.desk, r, "", MoveInput{Act: ActAnswer}) }}
	w.on(t, "2026-04-02")
	_, err := w.another(t).KeepClocks(t.Context())
	testtown.Check(t, err)
	stored, err := w.requests.Get(t.Context(), r.ID)
	testtown.Check(t, err)
	if got := o.days(r); stored.Open || got != "term-over 2026-04-02" {
		t.Errorf("open %v, told %s", stored.Open, got)
	}
	for _, x := range stored.Raised {
		if x.Kind == StepSilence {
			t.Errorf("it is written down that the applicant was told: %+v", x)
		}
	}
}

// TestAMissedPromiseStaysMissed: a closure of the past that is said later takes nothing back, not from the
// verdict either.
func TestAMissedPromiseStaysMissed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.promising(t, "istanza", 0, 8)
	r := w.filed(t, "istanza", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	w.Clock.Set(at(t, "2026-03-04 12:00"))
	_, err := w.KeepClocks(t.Context())
	testtown.Check(t, err)
	w.closes(t, hours.Town, hours.Closure{From: "2026-03-02", Until: "2026-03-03", Reason: "Neve"})
	_, err = w.KeepClocks(t.Context())
	testtown.Check(t, err)
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActAnswer})
	if v := r.Verdict(); len(r.Misses) != 1 || len(v.Promises) != 1 || !v.Promises[0].Missed {
		t.Errorf("missed %+v, the verdict %+v", r.Misses, v)
	}
}

// TestAnOfficeThatNeverWorks: its reminders leave by the hours of the town, not at midnight.
func TestAnOfficeThatNeverWorks(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-03-01")
	r := w.filed(t, "istanza", "2026-03-02")
	w.worksBy(t, r.Office, week(t, "", map[time.Weekday]string{}))
	w.pass(t, "2026-03-16 00:00", "2026-03-18 00:00")
	if got := strings.Join(o.told(r), "; "); !strings.HasPrefix(got, "half-of-the-term 2026-03-17 09:") {
		t.Errorf("told %s", got)
	}
}
