package requests

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

// TestMovesAreALife: every state is reached, none that is open is a dead end, what has ended stays so, and an
// act leads on from a state in one way.
func TestMovesAreALife(t *testing.T) {
	t.Parallel()
	ways, reached := map[string]bool{}, map[State]bool{}
	for _, m := range Moves() {
		reached[m.To] = true
		if m.Act != ActFile && len(m.From) == 0 || m.Sides == 0 {
			t.Errorf("nobody can do %s", m.Act)
		}
		for _, from := range m.From {
			way := string(m.Act + " " + Act(from))
			if ways[way] {
				t.Errorf("%s stands there twice", way)
			}
			ways[way] = true
			if !from.Open() && m.To != "" {
				t.Errorf("%s leads out of %s", m.Act, from)
			}
		}
	}
	for _, s := range States() {
		if !reached[s] {
			t.Errorf("nothing leads to %s", s)
		}
		on := slices.ContainsFunc(Moves(), func(m Move) bool {
			return slices.Contains(m.From, s) && m.To != "" && m.To != Withdrawn && m.Sides&Staff != 0
		})
		if s.Open() != on {
			t.Errorf("staff can lead on from %s: %t", s, on)
		}
	}
	if _, ok := MoveOf("forget"); ok {
		t.Error("there is an act that is none")
	}
}

func TestNoRefusalWithoutNotice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	if got := w.fails(t, w.desk, r, "", MoveInput{Act: ActRefuse}); got != "requests.error.moved" {
		t.Errorf("before it is in charge: %s", got)
	}
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	if got := w.fails(t, w.desk, r, "", MoveInput{Act: ActRefuse}); got != "requests.block.notice_first" {
		t.Errorf("without notice: %s", got)
	}
	if got := w.blocked(r, Staff, ActRefuse); got != "requests.block.notice_first" {
		t.Errorf("the button says %q", got)
	}
	r = w.does(t, w.desk, r, "2026-03-10", MoveInput{Act: ActNotice})
	if got := w.fails(t, w.desk, r, "2026-03-20",
		MoveInput{Act: ActRefuse}); got != "requests.block.observations" {
		t.Errorf("on the tenth day: %s", got)
	}
	refused := w.does(t, w.desk, r, "2026-03-21", MoveInput{Act: ActRefuse})
	if refused.State != Refused || refused.Open {
		t.Errorf("%s", refused.State)
	}
}

func TestObservationsAreConsidered(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	r = w.does(t, w.desk, r, "2026-03-10", MoveInput{Act: ActNotice})
	r = w.does(t, w.anna, r, "2026-03-12", MoveInput{Act: ActObserve})
	in := filled(MoveInput{Act: ActRefuse})
	_, err := w.Service.Move(t.Context(), w.desk, r.ID, in)
	if diff := cmp.Diff([]string{"considered error.required"}, fieldsOf(err)); diff != "" {
		t.Error(diff)
	}
	in.Considered = "Non cambiano la valutazione."
	r = w.does(t, w.desk, r, "", in)
	if r.State != Refused {
		t.Errorf("%s", r.State)
	}
}

// The notice is due even when the term is over: it stops nothing then.
func TestNoticeAfterTheTerm(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	if got := w.fails(t, w.desk, r, "2026-04-20", MoveInput{Act: ActAsk}); got != "term.error.after_due" {
		t.Errorf("asking when the term is over: %s", got)
	}
	r = w.does(t, w.desk, r, "2026-04-20", MoveInput{Act: ActNotice})
	if e := r.Events[len(r.Events)-1]; e.Stops != "" || r.Resting || r.DueOn != "2026-04-01" {
		t.Errorf("%+v, due on %s", e, r.DueOn)
	}
	w.does(t, w.desk, r, "2026-05-05", MoveInput{Act: ActRefuse})
}

func TestRefusalOfWhatNeedsNoNotice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "reclamo", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	if got := w.blocked(r, Staff, ActNotice); got != "-" {
		t.Errorf("a notice is offered: %q", got)
	}
	w.does(t, w.desk, r, "", MoveInput{Act: ActRefuse})
}

func TestRelease(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "accesso-civico-generalizzato", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	consult := filled(MoveInput{Act: ActConsult})
	r = w.does(t, w.desk, r, "2026-03-05", consult)
	if got := w.fails(t, w.desk, r, "2026-03-16", MoveInput{Act: ActResume}); got != "requests.block.opponents" {
		t.Errorf("on the last day for an objection: %s", got) // 15 March is a Sunday
	}
	r = w.does(
		t,
		w.desk,
		r,
		"2026-03-10",
		MoveInput{Act: ActObject, Of: civic.ID(consult.FormKey), Objection: true},
	)
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActResume})
	answer := filled(MoveInput{Act: ActAnswer})
	r = w.does(t, w.desk, r, "2026-03-12", answer)
	if got := w.fails(t, w.desk, r, "", MoveInput{Act: ActRelease}); got != "requests.block.release_receipt" {
		t.Errorf("nobody knows that the objector received it: %s", got)
	}
	r = w.does(
		t,
		w.desk,
		r,
		"2026-03-14",
		MoveInput{Act: ActServe, Of: civic.ID(answer.FormKey), On: "2026-03-13"},
	)
	if got := w.fails(t, w.desk, r, "2026-03-27", MoveInput{Act: ActRelease}); got != "requests.block.release" {
		t.Errorf("on the fourteenth day: %s", got)
	}
	r = w.does(t, w.desk, r, "2026-03-28", MoveInput{Act: ActRelease})
	if got := w.fails(t, w.desk, r, "", MoveInput{Act: ActRelease}); got != "requests.block.released" {
		t.Errorf("twice: %s", got)
	}
	unopposed := w.filed(t, "accesso-civico-generalizzato", "2026-03-30")
	unopposed = w.does(t, w.desk, unopposed, "", MoveInput{Act: ActTake})
	unopposed = w.does(t, w.desk, unopposed, "", MoveInput{Act: ActAnswer})
	if got := w.blocked(unopposed, Staff, ActRelease); got != "-" {
		t.Errorf("nothing is held back, but the page says %q", got)
	}
}

func TestForwarding(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "disservizio", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	due := r.DueOn
	_, err := w.Service.Move(t.Context(), w.desk, r.ID, filled(MoveInput{Act: ActForward, Office: "urp"}))
	if diff := cmp.Diff([]string{"office requests.error.same_office"}, fieldsOf(err)); diff != "" {
		t.Error(diff)
	}
	if got := w.fails(t, w.works, r, "", MoveInput{Act: ActMessage}); got != "error.not_found" {
		t.Errorf("another office: %s", got)
	}
	r = w.does(t, w.desk, r, "2026-03-05", MoveInput{Act: ActForward, Office: "lavori-pubblici"})
	if r.State != Forwarded || r.Office != "lavori-pubblici" || r.Responsible != "" || r.DueOn != due ||
		len(r.Events) != 3 {
		t.Errorf("%+v", r)
	}
	_, err = w.Service.Move(
		t.Context(),
		w.works,
		r.ID,
		filled(MoveInput{Act: ActAssign, Responsible: "desk"}),
	)
	if diff := cmp.Diff([]string{"responsible crm.error.owner_office"}, fieldsOf(err)); diff != "" {
		t.Error(diff)
	}
	r = w.does(t, w.works, r, "", MoveInput{Act: ActTake})
	if r.State != InCharge || r.Responsible != "works" || r.ResponsibleName != "Staff works" {
		t.Errorf("%s, %s", r.State, r.Responsible)
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	for name, c := range map[string]struct {
		by   civic.Actor
		act  Act
		want string
	}{
		"the applicant takes nothing in charge": {w.anna, ActTake, "error.forbidden"},
		"another citizen":                       {w.bruno, ActMessage, "error.not_found"},
		"a visitor":                             {w.Visitor, ActMessage, "error.not_found"},
		"an administrator":                      {w.admin, ActMessage, "error.not_found"},
		"an act that is none":                   {w.desk, "forget", "error.forbidden"},
		"filing is no move":                     {w.desk, ActFile, "requests.error.moved"},
	} {
		if got := w.fails(t, c.by, r, "", MoveInput{Act: c.act}); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActNote, Text: "Un vicino lo contesta", Reason: "per noi"})
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake, Reason: "lo seguo io"})
	own, err := w.Own(t.Context(), w.anna, r.ID)
	if err != nil || len(own.Events) != 2 || own.Events[1].Reason != "" || own.Seed != "" {
		t.Errorf("the applicant sees %+v, %v", own.Events, err)
	}
	if _, err := w.Own(t.Context(), w.bruno, r.ID); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("another citizen: %v", err)
	}
	withdrawn := w.does(t, w.anna, r, "", MoveInput{Act: ActWithdraw})
	if withdrawn.State != Withdrawn {
		t.Errorf("%s", withdrawn.State)
	}
	thanks := w.does(t, w.anna, withdrawn, "", MoveInput{Act: ActMessage, Text: "Grazie"})
	if thanks.State != Withdrawn || !thanks.ClosedAt.Equal(withdrawn.ClosedAt) || thanks.Open {
		t.Errorf("thanks opened it again: %+v", thanks)
	}
}

func TestMoveSentTwice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	in := filled(MoveInput{Act: ActTake})
	first := w.does(t, w.desk, r, "", in)
	second := w.does(t, w.desk, r, "", in)
	if len(second.Events) != 2 || first.Revision != second.Revision {
		t.Errorf("%d events", len(second.Events))
	}
	if n := count(w.Audited(t, r.Contact), string(MoveAction(ActTake))); n != 1 {
		t.Errorf("the audit has it %d times", n)
	}
}

func count(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

// A change of the rules moves the term of what runs only when somebody says so, with the day before and
// after.
func TestReterm(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	p, err := w.Procedure(t.Context(), "istanza")
	if err != nil {
		t.Fatal(err)
	}
	v := p.Latest()
	v.From, v.Term.Length = "2026-03-10", 60
	w.on(t, "2026-03-10")
	if _, err := w.SaveProcedure(t.Context(), w.admin, formKey(), p.ID, p.Revision, v); err != nil {
		t.Fatal(err)
	}
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	if r.DueOn != "2026-04-01" || r.Version != 1 {
		t.Errorf("due on %s by version %d", r.DueOn, r.Version)
	}
	_, err = w.Service.Move(t.Context(), w.desk, r.ID, MoveInput{FormKey: formKey(), Act: ActReterm, Version: 9})
	if diff := cmp.Diff([]string{"text error.required", "version error.choice"}, fieldsOf(err)); diff != "" {
		t.Error(diff)
	}
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActReterm, Version: 2, Text: "Nuovo regolamento."})
	last := r.Events[len(r.Events)-1]
	if r.DueOn != "2026-05-02" || last.Was != "2026-04-01" || r.Version != 2 || r.Rules.Term.Length != 60 {
		t.Errorf("due on %s, before %s", r.DueOn, last.Was) // 1 May is a holiday
	}
	if later := w.filed(t, "istanza", "2026-03-11"); later.Version != 2 {
		t.Errorf("a new request goes by version %d", later.Version)
	}
}

// What is derived is what the events say, whatever was stored.
func TestDerivedFromEvents(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	for _, in := range []MoveInput{{Act: ActTake}, {Act: ActAsk}, {Act: ActAssign, Responsible: "desk"},
		{Act: ActSupply}, {Act: ActForward, Office: "lavori-pubblici"}, {Act: ActNote}} {
		w.Clock.Pass(24 * time.Hour)
		r = w.does(t, w.desk, r, "", in)
	}
	stored, err := w.requests.Get(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	again := stored
	again.State, again.Office, again.DueOn, again.Open, again.Responsible = "x", "x", "x", false, "x"
	if err := again.derive(w.cal); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(stored, again, cmp.AllowUnexported(Event{})); diff != "" {
		t.Error(diff)
	}
}
