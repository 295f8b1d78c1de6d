package requests

import (
	"context"
	"slices"
	"sync"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/testtown"
)

// vacant is an Outbox of a town with an office that may have nobody.
type vacant struct {
	*tray
	mu    sync.Mutex
	empty bool
	heard []string // what the staff were told while somebody was there, by request and letter
}

func (o *vacant) QueueLetter(ctx context.Context, l Letter) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if l.Kind != LetterOffice && l.Kind != LetterAlert {
		return o.tray.QueueLetter(ctx, l)
	}
	told := l.Request.Subject + " " + string(l.Raise.Step)
	if !o.empty && !slices.Contains(o.heard, told) {
		o.heard = append(o.heard, told)
	}
	return !o.empty, nil
}

// TestAnOfficeHearsWhatCameWhileItHadNobody: who is put into an office is told of each request that came to
// it, or that was to be reminded of, while nobody was of it: of the last of that, once, though programs died
// over it, were started again and look two at once; not of what has come to its end.
func TestAnOfficeHearsWhatCameWhileItHadNobody(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o := &vacant{tray: &tray{}, empty: true}
	w := newTown(t, func(opt *Options) { opt.Outbox = o })
	staff := w.options.People.(people)
	employ := func(all people) {
		w.options.People = all
		w.Service = w.another(t)
	}
	employ(people{Service: staff.Service})
	w.on(t, "2026-03-01")
	all, err := DefaultSteps()
	testtown.Check(t, err)
	testtown.Check(t, w.SeedSteps(ctx, root, all))
	asks := func(subject, day string) Request {
		w.on(t, day)
		in := asking("istanza")
		in.Subject = subject
		r, err := w.File(ctx, w.anna, in)
		testtown.Check(t, err)
		return r
	}
	reminded := asks("Sollecitata", "2026-03-02")
	withdrawn := asks("Ritirata", "2026-03-02")
	w.does(t, w.anna, withdrawn, "", MoveInput{Act: ActWithdraw})
	w.pass(t, "2026-03-02 11:00", "2026-03-27 18:00")
	asks("Appena arrivata", "2026-03-28")
	w.pass(t, "2026-03-28 11:00", "2026-03-29 18:00")
	if len(o.heard) != 0 || w.count(t) == 0 {
		t.Fatalf("while nobody is there %v is told, %d is noted", o.heard, w.count(t))
	}
	employ(staff)
	o.mu.Lock()
	o.empty = false
	o.mu.Unlock()
	w.pass(t, "2026-03-30 01:00", "2026-03-30 04:00")
	slices.Sort(o.heard)
	if want := []string{"Appena arrivata ", "Sollecitata most-of-the-term"}; !slices.Equal(o.heard, want) {
		t.Errorf("of %s is told %q, want %q", reminded.Office, o.heard, want)
	}
	if n := w.count(t); n != 0 {
		t.Errorf("%d is still noted", n)
	}
	w.pass(t, "2026-03-30 05:00", "2026-03-30 06:00")
	if len(o.heard) != 2 {
		t.Errorf("later it is told %q", o.heard)
	}
}

// TestAnOfficeThatARequestLeftHearsNothing: of a request that was passed on meanwhile the office that had
// nobody is not told.
func TestAnOfficeThatARequestLeftHearsNothing(t *testing.T) {
	t.Parallel()
	o := &vacant{tray: &tray{}, empty: true}
	w := newTown(t, func(opt *Options) { opt.Outbox = o })
	r := w.filed(t, "istanza", "2026-03-02")
	o.empty = false
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActForward, Office: "lavori-pubblici", Reason: "È loro."})
	o.heard = nil
	if n, err := w.TellOffices(t.Context()); err != nil || n != 0 || len(o.heard) != 0 || w.count(t) != 0 {
		t.Errorf("%s: %d told, %q, %d noted, %v", r.Office, n, o.heard, w.count(t), err)
	}
}

// count returns how many letters are noted as heard by nobody.
func (w *town) count(t *testing.T) int {
	t.Helper()
	n, err := w.unheard.Count(t.Context(), docstore.Filter(nil))
	testtown.Check(t, err)
	return n
}

// TestAnOfficeHearsWhatOthersHeardAfterIt: when the last step was told to a substitute alone, who was there,
// the office hears the last that it missed itself.
func TestAnOfficeHearsWhatOthersHeardAfterIt(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o := &deputy{tray: &tray{}}
	w := newTown(t, func(opt *Options) { opt.Outbox = o })
	staff := w.options.People.(people)
	w.options.People = people{Service: staff.Service, staff: staff.staff[1:]} // nobody of the URP
	w.Service = w.another(t)
	w.on(t, "2026-03-01")
	steps := []Step{{Kind: StepBefore, Value: 1, Tell: []Reader{ReaderResponsible, ReaderHead}},
		{Kind: StepAfter, Value: 1, Tell: []Reader{ReaderSubstitute}, Substitute: "works"}}
	steps[0].ID, steps[1].ID = "before", "after"
	testtown.Check(t, w.SeedSteps(ctx, root, steps))
	w.filed(t, "istanza", "2026-03-02")
	w.pass(t, "2026-03-02 11:00", "2026-04-03 18:00")
	o.heard, o.staffed = nil, true
	w.options.People = staff
	w.Service = w.another(t)
	n, err := w.TellOffices(ctx)
	if want := []civic.ID{"before"}; err != nil || n != 1 || !slices.Equal(o.heard, want) {
		t.Errorf("told of %d: %v, want %v; %v", n, o.heard, want, err)
	}
}

// deputy is an Outbox where a substitute is always there, and the office when it is staffed.
type deputy struct {
	*tray
	staffed bool
	heard   []civic.ID // the steps that were told
}

func (o *deputy) QueueLetter(ctx context.Context, l Letter) (bool, error) {
	if l.Kind != LetterOffice && l.Kind != LetterAlert {
		return o.tray.QueueLetter(ctx, l)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.heard = append(o.heard, l.Raise.Step)
	return o.staffed || slices.Contains(l.Raise.Tell, ReaderSubstitute), nil
}
