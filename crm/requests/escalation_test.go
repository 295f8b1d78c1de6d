package requests

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/crm/hours"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// tray keeps letters as an outbox does: one of each id.
type tray struct {
	Outbox
	mu      sync.Mutex
	letters []Letter
	dies    bool // after it kept one, as a program that is killed
}

func (o *tray) QueueLetter(_ context.Context, l Letter) (heard bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !slices.ContainsFunc(o.letters, func(k Letter) bool { return k.ID == l.ID }) {
		o.letters = append(o.letters, l)
	}
	if o.dies {
		return false, errors.New("killed")
	}
	return true, nil
}

// told returns which steps of a request were told, in order.
func (o *tray) told(r Request) (steps []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, l := range o.letters {
		if l.Request.ID == r.ID && (l.Kind == LetterAlert || l.Kind == LetterSilence) {
			steps = append(steps, fmt.Sprintf("%s %s", l.Raise.Step, minute(l.Raise.At)))
		}
	}
	return steps
}

// escalating returns a town with the steps of a new installation, on a day, and where its letters go.
func escalating(t testing.TB, day string) (*town, *tray) {
	t.Helper()
	o := &tray{}
	w := newTown(t, func(opt *Options) { opt.Outbox = o })
	w.on(t, day)
	all, err := DefaultSteps()
	testtown.Check(t, err)
	for range 2 { // a second start changes nothing
		testtown.Check(t, w.SeedSteps(t.Context(), root, all))
	}
	return w, o
}

// pass has programs look at each hour from a moment until another: two on one store at once, and one of them
// new each day, as after a restart.
func (w *town) pass(t testing.TB, from, until string) {
	t.Helper()
	one, two := w.Service, w.another(t)
	for now := at(t, from); !now.After(at(t, until)); now = now.Add(time.Hour) {
		w.Clock.Set(now)
		if now.Hour() == 0 {
			one, two = two, w.another(t)
		}
		var wg sync.WaitGroup
		for _, s := range []*Service{one, two} {
			wg.Go(func() {
				if _, err := s.KeepClocks(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
}

// TestEscalationFiresOnce: from its filing until a week after its term each step comes to a request once, on
// its day and while the office is open, though two programs look at every hour, are restarted each day, and
// the clocks change; the applicant is told on the day after the term what follows.
func TestEscalationFiresOnce(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-03-01")
	r := w.filed(t, "istanza", "2026-03-02") // until 1 April; the clocks go forward on 29 March
	w.pass(t, "2026-03-02 11:00", "2026-04-08 11:00")
	want := []string{"half-of-the-term 2026-03-17 09:00", "most-of-the-term 2026-03-26 09:00",
		"due-tomorrow 2026-03-31 09:00", "silence 2026-04-02 08:00", "term-over 2026-04-02 09:00"}
	got := o.told(r)
	for n := range got { // the clock of the test ticks
		got[n] = got[n][:len(got[n])-2] + "00"
	}
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("told %q, want %q", got, want)
	}
	stored, err := w.requests.Get(t.Context(), r.ID)
	if err != nil || len(stored.Raised) != len(want) || !stored.Alerted || !stored.NextAt.Equal(never) {
		t.Errorf("written down: %+v, next at %v, %v", stored.Raised, stored.NextAt, err)
	}
	list, err := w.Queue(t.Context(), w.desk, Filter{Alerted: true}, civic.PageRequest{})
	if err != nil || len(list.Items) != 1 || list.Items[0].ID != r.ID {
		t.Errorf("the list of those: %+v, %v", list.Items, err)
	}
	if own, err := w.Own(t.Context(), w.anna, r.ID); err != nil || len(own.Raised) != 0 {
		t.Errorf("the applicant reads of the steps: %+v, %v", own.Raised, err)
	}
}

// TestEscalationAfterACrash: a program that dies between a letter and writing it down tells nothing twice.
func TestEscalationAfterACrash(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-03-01")
	r := w.filed(t, "istanza", "2026-03-02")
	w.Clock.Set(at(t, "2026-03-17 10:00"))
	o.dies = true
	for range 2 {
		if _, err := w.Escalate(t.Context()); err == nil {
			t.Fatal("it did not die")
		}
	}
	o.dies = false
	for range 2 {
		_, err := w.another(t).Escalate(t.Context())
		testtown.Check(t, err)
	}
	stored, err := w.requests.Get(t.Context(), r.ID)
	if err != nil || len(stored.Raised) != 1 || len(o.told(r)) != 1 {
		t.Errorf("told %v, written down %+v, %v", o.told(r), stored.Raised, err)
	}
}

// TestNothingLeavesWhileTheOfficeIsClosed: what comes before the end of a term comes on the working day
// before when the office is closed on its day, what comes after on the next; nothing at night or during a
// closure, unless it is urgent.
func TestNothingLeavesWhileTheOfficeIsClosed(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-07-01")
	urgent, err := w.SaveStep(t.Context(), w.admin, formKey(), "", 0,
		Step{Kind: StepAfter, Value: 2, Tell: []Reader{ReaderHead}, Urgent: true})
	testtown.Check(t, err)
	w.closes(t, hours.Town, hours.Closure{From: "2026-08-10", Until: "2026-08-21", Reason: "Ferie"})
	r := w.filed(t, "istanza", "2026-07-13") // until 12 August
	w.pass(t, "2026-07-13 11:00", "2026-08-26 11:00")
	want := []string{"half-of-the-term 2026-07-28", "most-of-the-term 2026-08-06", "due-tomorrow 2026-08-07",
		"silence 2026-08-13", string(urgent.ID) + " 2026-08-14", "term-over 2026-08-24"}
	got := o.told(r)
	for n := range got {
		if hour := got[n][len(got[n])-5:]; !strings.HasPrefix(got[n], string(urgent.ID)) && hour < "08:00" ||
			hour > "18:00" {
			t.Errorf("%s comes while the office is closed", got[n])
		}
		got[n] = got[n][:len(got[n])-6]
	}
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("told %q, want %q", got, want)
	}
}

// TestAPromiseMissedAtClosingTime: what is due in the second in which the office closes comes when it opens.
func TestAPromiseMissedAtClosingTime(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-02-27")
	r := w.filed(t, "disservizio", "2026-03-01") // a Sunday; 16 hours are over on Tuesday at 17:30
	w.pass(t, "2026-03-01 11:00", "2026-03-04 11:00")
	if got := strings.Join(o.told(r), "; "); got != "first-answer-missed 2026-03-04 09:00" {
		t.Errorf("told %q", got)
	}
}

// TestStepsGoByTheTermAsItRuns: a suspension moves what has not come yet; a term that begins anew has its
// steps again; an answer ends them; a promise that was missed has its own.
func TestStepsGoByTheTermAsItRuns(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-03-01")
	asked := w.filed(t, "istanza", "2026-03-02")
	asked = w.does(t, w.desk, asked, "", MoveInput{Act: ActTake})
	access := w.filed(t, "accesso-documenti", "2026-03-02")
	access = w.does(t, w.desk, access, "", MoveInput{Act: ActTake})
	access = w.does(t, w.desk, access, "2026-03-10", MoveInput{Act: ActIrregular})
	promised := w.filed(t, "assistenza", "2026-03-10") // a Tuesday: two days of eight hours
	w.pass(t, "2026-03-10 11:00", "2026-03-18 18:00")
	asked = w.does(t, w.desk, asked, "2026-03-19", MoveInput{Act: ActAsk})
	w.does(t, w.anna, access, "2026-03-19", MoveInput{Act: ActSupply}) // anew, until 18 April
	w.pass(t, "2026-03-19 11:00", "2026-04-03 18:00")
	asked = w.does(t, w.anna, asked, "2026-04-04", MoveInput{Act: ActSupply}) // 16 days later: until 17 April
	w.pass(t, "2026-04-04 11:00", "2026-04-14 11:00")
	w.does(t, w.desk, asked, "2026-04-14", MoveInput{Act: ActAnswer})
	w.pass(t, "2026-04-14 12:00", "2026-04-24 11:00")
	for name, c := range map[string]struct {
		r    Request
		want []string
	}{
		"suspended": {asked, []string{"half-of-the-term 2026-03-17", "most-of-the-term 2026-04-10"}},
		"anew": {access, []string{"half-of-the-term 2026-04-03", "most-of-the-term 2026-04-10",
			"due-tomorrow 2026-04-17", "silence 2026-04-19", "term-over 2026-04-20"}},
		"promised": {promised, []string{"first-answer-missed 2026-03-12", "half-of-the-term 2026-03-13",
			"solution-missed 2026-03-17", "most-of-the-term 2026-03-18", "due-tomorrow 2026-03-19",
			"term-over 2026-03-23"}},
	} {
		got := o.told(c.r)
		for n := range got {
			got[n] = got[n][:len(got[n])-6]
		}
		if strings.Join(got, "; ") != strings.Join(c.want, "; ") {
			t.Errorf("%s: told %q, want %q", name, got, c.want)
		}
	}
}

// TestStepsAreEdited: a procedure with steps of its own goes by those alone; what a new or changed step would
// have done before does not happen any more; what is switched off does not come; the same form sent again
// makes one step, and what cannot be is refused with the field.
func TestStepsAreEdited(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-03-01")
	ctx := t.Context()
	own := w.filed(t, "istanza", "2026-03-02")
	w.on(t, "2026-03-20") // after half of the term, which nobody looked at
	key := formKey()
	var first Step
	for range 2 {
		st, err := w.SaveStep(ctx, w.admin, key, "", 0,
			Step{Procedure: "istanza", Kind: StepShare, Value: 40, Tell: []Reader{ReaderHead}})
		testtown.Check(t, err)
		if first.ID != "" && first.ID != st.ID {
			t.Error("a form that was sent twice made two steps")
		}
		first = st
	}
	before, err := w.SaveStep(ctx, w.admin, formKey(), "", 0,
		Step{Procedure: "istanza", Kind: StepBefore, Value: 3, Tell: []Reader{ReaderResponsible}})
	testtown.Check(t, err)
	silence, err := w.Step(ctx, "silence")
	testtown.Check(t, err)
	_, err = w.SaveStep(ctx, w.admin, "", "silence", silence.Revision,
		Step{Off: true, Kind: StepAfter, Value: 9})
	testtown.Check(t, err)
	w.pass(t, "2026-03-20 11:00", "2026-04-08 11:00")
	got := strings.Join(o.told(own), "; ")
	if want := string(before.ID) + " 2026-03-27"; len(o.told(own)) != 1 || !strings.HasPrefix(got, want) {
		t.Errorf("told %s, want %s", got, want)
	}
	if st, err := w.Step(ctx, "silence"); err != nil || st.Kind != StepSilence || !st.Off {
		t.Errorf("what applicants are told: %+v, %v", st, err)
	}
	for field, st := range map[string]Step{
		"value":      {Kind: StepShare, Value: 100, Tell: []Reader{ReaderHead}},
		"tell":       {Kind: StepFirst},
		"kind":       {Kind: "x", Tell: []Reader{ReaderHead}},
		"procedure":  {Kind: StepFirst, Procedure: "x", Tell: []Reader{ReaderHead}},
		"substitute": {Kind: StepFirst, Substitute: "x", Tell: []Reader{ReaderSubstitute}},
	} {
		_, err := w.SaveStep(ctx, w.admin, formKey(), "", 0, st)
		if f := testtown.Fields(err); len(f) != 1 || f[0] != field {
			t.Errorf("a wrong %s: %v, %v", field, f, err)
		}
	}
	for _, k := range []StepKind{StepShare, StepBefore, StepAfter} {
		_, err := w.SaveStep(ctx, w.admin, formKey(), "", 0, Step{Kind: k, Tell: []Reader{ReaderHead}})
		if f := testtown.Fields(err); len(f) != 1 || f[0] != "value" || k.Usual() == 0 {
			t.Errorf("%s of nought: %v, %v", k, f, err)
		}
	}
	_, err = w.SaveStep(ctx, w.desk, formKey(), "", 0, Step{Kind: StepFirst, Tell: []Reader{ReaderHead}})
	testtown.WantCode(t, err, civic.Forbidden)
	_, err = w.SaveStep(ctx, w.admin, "", before.ID, before.Revision+7,
		Step{Kind: StepFirst, Tell: []Reader{ReaderHead}})
	testtown.WantCode(t, err, civic.Conflict)
}

// TestAsManyStepsAsThereMayBe: one more is refused; the last one sent again is the same.
func TestAsManyStepsAsThereMayBe(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	all := make([]Step, maxSteps-1)
	for n := range all {
		all[n] = Step{Kind: StepBefore, Value: n + 1, Tell: []Reader{ReaderHead}, Off: true}
		all[n].ID = civic.ID(fmt.Sprint("step-", n))
	}
	testtown.Check(t, w.SeedSteps(t.Context(), root, all))
	key, in := formKey(), Step{Kind: StepShare, Value: 50, Tell: []Reader{ReaderHead}}
	for range 2 {
		_, err := w.SaveStep(t.Context(), w.admin, key, "", 0, in)
		testtown.Check(t, err)
	}
	_, err := w.SaveStep(t.Context(), w.admin, formKey(), "", 0, in)
	testtown.WantCode(t, err, civic.Invalid)
}
