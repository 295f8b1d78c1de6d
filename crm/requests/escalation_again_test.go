package requests

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// days returns which steps of a request were told, and on which day.
func (o *tray) days(r Request) string {
	all := o.told(r)
	for n := range all {
		all[n] = all[n][:len(all[n])-len(" 15:04")]
	}
	return strings.Join(all, "; ")
}

// TestWarningsComeAgainBeforeALaterDay: when the term goes on after its last warning, the queue says no more
// how many days are left to a day that is none, and the warning comes again before the new last day; the
// share of the term that was over does not.
func TestWarningsComeAgainBeforeALaterDay(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-03-01")
	r := w.filed(t, "istanza", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	w.pass(t, "2026-03-02 11:00", "2026-03-31 09:00")
	warned := func(r Request) bool {
		return slices.ContainsFunc(r.Alerts(), func(x Raise) bool { return x.Kind == StepBefore })
	}
	stored, err := w.requests.Get(t.Context(), r.ID)
	if err != nil || !warned(stored) {
		t.Fatalf("on the day before the last one: %+v, %v", stored.Raised, err)
	}
	r = w.does(t, w.desk, r, "2026-03-31", MoveInput{Act: ActNotice})
	if warned(r) || len(r.Alerts()) != 2 || !r.Alerted {
		t.Errorf("while the term rests: %+v", r.Alerts())
	}
	w.pass(t, "2026-03-31 11:00", "2026-04-07 09:00")
	r = w.does(t, w.anna, r, "2026-04-07", MoveInput{Act: ActObserve})
	w.pass(t, "2026-04-07 11:00", "2026-04-30 11:00")
	const want = "half-of-the-term 2026-03-17; most-of-the-term 2026-03-26; due-tomorrow 2026-03-31; " +
		"due-tomorrow 2026-04-17; silence 2026-04-19; term-over 2026-04-20"
	if got := o.days(r); got != want {
		t.Errorf("until %s it was told %s, want %s", r.DueOn, got, want)
	}
}

// TestAStepThatWasChangedComesAgain: a step that came, and is then made another one, comes as that; one of
// which others are told does not come again.
func TestAStepThatWasChangedComesAgain(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-03-01")
	ctx := t.Context()
	r := w.filed(t, "istanza", "2026-03-02")
	w.pass(t, "2026-03-02 11:00", "2026-03-17 18:00")
	st, err := w.Step(ctx, "half-of-the-term")
	testtown.Check(t, err)
	st.Tell = []Reader{ReaderHead}
	st, err = w.SaveStep(ctx, w.admin, "", st.ID, st.Revision, st)
	testtown.Check(t, err)
	w.pass(t, "2026-03-18 08:00", "2026-03-19 18:00")
	st.Kind, st.Value = StepAfter, 5
	_, err = w.SaveStep(ctx, w.admin, "", st.ID, st.Revision, st)
	testtown.Check(t, err)
	w.pass(t, "2026-03-20 08:00", "2026-04-10 18:00")
	const want = "half-of-the-term 2026-03-17; most-of-the-term 2026-03-26; due-tomorrow 2026-03-31; " +
		"silence 2026-04-02; term-over 2026-04-02; half-of-the-term 2026-04-07"
	if got := o.days(r); got != want {
		t.Errorf("told %s, want %s", got, want)
	}
}

// TestStepsComeBackWhenAProceduresOwnAreOff: a procedure whose own steps are all switched off, or given to
// another one, goes by those of every procedure again, from that moment on.
func TestStepsComeBackWhenAProceduresOwnAreOff(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*Step){
		"off":      func(st *Step) { st.Off = true },
		"given":    func(st *Step) { st.Procedure = "reclamo" },
		"for each": func(st *Step) { st.Procedure = "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, o := escalating(t, "2026-03-01")
			ctx := t.Context()
			own := Step{Procedure: "istanza", Kind: StepShare, Value: 10, Tell: []Reader{ReaderHead}}
			own, err := w.SaveStep(ctx, w.admin, formKey(), "", 0, own)
			testtown.Check(t, err)
			r := w.filed(t, "istanza", "2026-03-02")
			w.pass(t, "2026-03-02 11:00", "2026-03-18 18:00")
			end(&own)
			_, err = w.SaveStep(ctx, w.admin, "", own.ID, own.Revision, own)
			testtown.Check(t, err)
			w.pass(t, "2026-03-19 08:00", "2026-04-10 18:00")
			want := string(own.ID) + " 2026-03-05; most-of-the-term 2026-03-26; due-tomorrow 2026-03-31; " +
				"silence 2026-04-02; term-over 2026-04-02"
			if got := o.days(r); got != want {
				t.Errorf("told %s, want %s", got, want)
			}
		})
	}
}

// TestThePowerGoesToWhomTheStepNames: when a step names another colleague, the power over what it came to is
// theirs; over what has come to its end nobody has it.
func TestThePowerGoesToWhomTheStepNames(t *testing.T) {
	t.Parallel()
	w, _ := escalating(t, "2026-03-01")
	ctx := t.Context()
	over, err := w.Step(ctx, "term-over")
	testtown.Check(t, err)
	name := func(who civic.ID) {
		t.Helper()
		over.Substitute = who
		over, err = w.SaveStep(ctx, w.admin, "", over.ID, over.Revision, over)
		testtown.Check(t, err)
	}
	power := func(id civic.ID) string {
		r, err := w.requests.Get(ctx, id)
		testtown.Check(t, err)
		_, err = w.Request(ctx, w.works, id)
		if may := slices.Contains(r.Substitutes, w.works.Account); may != (err == nil) {
			t.Errorf("%v have the power, and another office reads: %v", r.Substitutes, err)
		}
		return fmt.Sprint(r.Substitutes)
	}
	name(w.works.Account)
	r := w.filed(t, "istanza", "2026-03-02")
	w.pass(t, "2026-03-31 08:00", "2026-04-02 10:00")
	if got := power(r.ID); got != "[works]" {
		t.Fatalf("the power is of %s", got)
	}
	name(w.desk.Account)
	w.pass(t, "2026-04-02 10:10", "2026-04-02 10:20")
	if got := power(r.ID); got != "[desk]" {
		t.Errorf("then it is of %s", got)
	}
	r = w.does(t, w.desk, r, "2026-04-03", MoveInput{Act: ActTake})
	w.does(t, w.desk, r, "", MoveInput{Act: ActAnswer})
	if got := power(r.ID); got != "[]" {
		t.Errorf("after its end it is of %s", got)
	}
}

// TestSilenceIsToldOfALaterDay: when a receipt that is recorded late moves the last day of the term, the
// applicant is told of that of theirs, too.
func TestSilenceIsToldOfALaterDay(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-03-01")
	r := w.filed(t, "istanza", "2026-03-02")
	r = w.does(t, w.desk, r, "2026-03-20", MoveInput{Act: ActTake})
	r = w.does(t, w.desk, r, "2026-03-31", MoveInput{Act: ActNotice, Text: "Non si può."})
	notice := r.Events[len(r.Events)-1].ID
	w.pass(t, "2026-03-31 12:00", "2026-04-14 11:00")
	first := r.DueOn
	r = w.does(t, w.desk, r, "2026-04-14", MoveInput{Act: ActServe, Of: notice, On: "2026-04-09"})
	w.pass(t, "2026-04-14 12:00", "2026-04-24 11:00")
	if r.DueOn <= first {
		t.Fatalf("the last day was %s and is %s", first, r.DueOn)
	}
	if got := strings.Count(o.days(r), "silence"); got != 2 {
		t.Errorf("from %s to %s: %s", first, r.DueOn, o.days(r))
	}
}

// TestWhoHasTheSubstitutePowerDecides: a colleague of another office whom a step names opens the request,
// finds it in a list of their own, and brings it to its end; before that, and when others are named, it is
// none of theirs.
func TestWhoHasTheSubstitutePowerDecides(t *testing.T) {
	t.Parallel()
	w, _ := escalating(t, "2026-03-01")
	ctx := t.Context()
	over, err := w.Step(ctx, "term-over")
	testtown.Check(t, err)
	over.Substitute = w.works.Account
	_, err = w.SaveStep(ctx, w.admin, "", over.ID, over.Revision, over)
	testtown.Check(t, err)
	r := w.filed(t, "istanza", "2026-03-02")
	w.pass(t, "2026-03-31 08:00", "2026-04-01 18:00")
	mine := func(by civic.Actor) (n int) {
		t.Helper()
		list, err := w.Queue(ctx, by, Filter{Substitute: true}, civic.PageRequest{})
		testtown.Check(t, err)
		return len(list.Items)
	}
	_, err = w.Request(ctx, w.works, r.ID)
	testtown.WantCode(t, err, civic.NotFound)
	if n := mine(w.works); n != 0 {
		t.Errorf("before the term is over the list has %d", n)
	}
	w.pass(t, "2026-04-02 08:00", "2026-04-02 10:00")
	if read, err := w.Request(ctx, w.works, r.ID); err != nil || len(read.Raised) == 0 {
		t.Fatalf("who has the substitute power reads %+v, %v", read.Raised, err)
	}
	r, err = w.Request(ctx, w.works, r.ID)
	testtown.Check(t, err)
	offered, err := w.Responsible(ctx, w.works, r)
	testtown.Check(t, err)
	if !slices.ContainsFunc(offered, func(c crm.Colleague) bool { return c.ID == w.works.Account }) {
		t.Errorf("the form offers %+v", offered)
	}
	other := w.staff("other", civic.OfficeMember, "lavori-pubblici")
	_, err = w.Request(ctx, other, r.ID)
	testtown.WantCode(t, err, civic.NotFound)
	if a, b := mine(w.works), mine(other); a != 1 || b != 0 {
		t.Errorf("the lists have %d, and %d of a colleague who is not named", a, b)
	}
	r = w.does(t, w.works, r, "2026-04-03", MoveInput{Act: ActTake})
	if r.Responsible != w.works.Account {
		t.Errorf("taken by %q", r.Responsible)
	}
	w.does(t, w.works, r, "", MoveInput{Act: ActAnswer})
	if _, err := w.Request(ctx, w.works, r.ID); err != nil || mine(w.works) != 0 {
		t.Errorf("after its end: %v, %d in the list", err, mine(w.works))
	}
}

// TestAStepOfAnotherValueComesAgain: a step that came, and is then said to come later, comes then, too.
func TestAStepOfAnotherValueComesAgain(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-03-01")
	r := w.filed(t, "istanza", "2026-03-02")
	w.pass(t, "2026-03-02 11:00", "2026-04-03 18:00")
	st, err := w.Step(t.Context(), "term-over")
	testtown.Check(t, err)
	st.Value = 8
	_, err = w.SaveStep(t.Context(), w.admin, "", st.ID, st.Revision, st)
	testtown.Check(t, err)
	w.pass(t, "2026-04-04 08:00", "2026-04-12 18:00")
	const want = "half-of-the-term 2026-03-17; most-of-the-term 2026-03-26; due-tomorrow 2026-03-31; " +
		"silence 2026-04-02; term-over 2026-04-02; term-over 2026-04-09"
	if got := o.days(r); got != want {
		t.Errorf("told %s, want %s", got, want)
	}
}

// TestAStepOfAnotherKindIsToldOf: a step that came before the last day, and is then said to come as long
// after it, is told of then, too.
func TestAStepOfAnotherKindIsToldOf(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-03-01")
	r := w.filed(t, "istanza", "2026-03-02")
	w.pass(t, "2026-03-02 11:00", "2026-03-31 18:00")
	change := func(id civic.ID, change func(*Step)) {
		st, err := w.Step(t.Context(), id)
		testtown.Check(t, err)
		change(&st)
		_, err = w.SaveStep(t.Context(), w.admin, "", st.ID, st.Revision, st)
		testtown.Check(t, err)
	}
	change("term-over", func(st *Step) { st.Off = true })
	change("due-tomorrow", func(st *Step) { st.Kind = StepAfter })
	w.pass(t, "2026-04-01 08:00", "2026-04-03 18:00")
	const want = "half-of-the-term 2026-03-17; most-of-the-term 2026-03-26; due-tomorrow 2026-03-31; " +
		"silence 2026-04-02; due-tomorrow 2026-04-02"
	if got := o.days(r); got != want {
		t.Errorf("told %s, want %s", got, want)
	}
}

// TestStepsComeAgainInATermThatBeganAnew: of a request that had to be completed, a tenth of the term is over
// once in each of its two terms.
func TestStepsComeAgainInATermThatBeganAnew(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-03-01")
	tenth := Step{Procedure: "accesso-documenti", Kind: StepShare, Value: 10, Tell: []Reader{ReaderHead}}
	tenth, err := w.SaveStep(t.Context(), w.admin, formKey(), "", 0, tenth)
	testtown.Check(t, err)
	r := w.filed(t, "accesso-documenti", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	w.pass(t, "2026-03-02 11:00", "2026-03-10 08:00")
	r = w.does(t, w.desk, r, "2026-03-10", MoveInput{Act: ActIrregular})
	if len(r.Alerts()) != 1 {
		t.Errorf("before it is completed: %+v", r.Alerts())
	}
	w.pass(t, "2026-03-10 11:00", "2026-04-20 08:00")
	r = w.does(t, w.anna, r, "2026-04-20", MoveInput{Act: ActSupply})
	if len(r.Alerts()) != 0 {
		t.Errorf("in the new term: %+v", r.Alerts())
	}
	w.pass(t, "2026-04-20 11:00", "2026-04-28 18:00")
	want := string(tenth.ID) + " 2026-03-05; " + string(tenth.ID) + " 2026-04-23"
	if got := o.days(r); got != want {
		t.Errorf("until %s it was told %s, want %s", r.DueOn, got, want)
	}
}

// TestStepsComeAgainInAnotherTerm: of a request that goes by another version of its procedure since, what
// came in the term that it had before is told of no more, and comes in the one that it has now.
func TestStepsComeAgainInAnotherTerm(t *testing.T) {
	t.Parallel()
	w, o := escalating(t, "2026-03-01")
	ctx := t.Context()
	tenth := Step{Procedure: "istanza", Kind: StepShare, Value: 10, Tell: []Reader{ReaderHead}}
	tenth, err := w.SaveStep(ctx, w.admin, formKey(), "", 0, tenth)
	testtown.Check(t, err)
	r := w.filed(t, "istanza", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	w.pass(t, "2026-03-02 11:00", "2026-03-09 18:00")
	p, err := w.Procedure(ctx, "istanza")
	testtown.Check(t, err)
	v := p.Latest()
	v.From, v.Term.Length = "2026-03-10", 60
	w.on(t, "2026-03-10")
	_, err = w.SaveProcedure(ctx, w.admin, formKey(), p.ID, p.Revision, v)
	testtown.Check(t, err)
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActReterm, Version: 2, Text: "Nuovo regolamento."})
	if len(r.Alerts()) != 0 {
		t.Errorf("in the new term: %+v", r.Alerts())
	}
	w.pass(t, "2026-03-10 11:00", "2026-03-14 18:00")
	want := string(tenth.ID) + " 2026-03-05; " + string(tenth.ID) + " 2026-03-10"
	if got := o.days(r); got != want {
		t.Errorf("until %s it was told %s, want %s", r.DueOn, got, want)
	}
}
