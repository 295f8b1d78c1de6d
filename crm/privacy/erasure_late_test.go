package privacy

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/crmtest"
	"ascolto/internal/civic"
)

// drawer is a part of the house that keeps so many things about people. During, when there is one, is what
// happens while it is being emptied.
type drawer struct {
	civic.PersonalData
	things int
	during func() error
	late   []bool // of each call
}

func (d *drawer) FindPersonal(
	context.Context, civic.Actor, civic.Subject,
) ([]civic.PersonalHolding, error) {
	return []civic.PersonalHolding{{Kind: "files", Count: d.things, Fate: civic.FateErased}}, nil
}

func (d *drawer) ErasePersonal(
	_ context.Context, _ civic.Actor, _ civic.Subject, how civic.PersonalErasure,
) error {
	d.things, d.late = 0, append(d.late, how.Late)
	if d.during != nil {
		return d.during()
	}
	return nil
}

type nobodysAccounts struct{}

func (nobodysAccounts) AccountIDs(context.Context, civic.Actor, civic.ID) ([]civic.ID, error) {
	return []civic.ID{}, nil
}

type noIndex struct{}

func (noIndex) Flush(context.Context) error { return nil }

// desk is a town whose office erases: the contacts, and a drawer that is emptied before them.
type desk struct {
	*crmtest.Town
	*Erasures
	t       *testing.T
	drawer  *drawer
	officer civic.Actor
	contact civic.ID
}

const annasForm = "annaannaannaanna0001"

func openDesk(t *testing.T) *desk {
	t.Helper()
	w := crmtest.New(t)
	d := &desk{Town: w, t: t, drawer: &drawer{things: 1}, officer: civic.System("test")}
	var err error
	d.Erasures, err = NewErasures(t.Context(), ErasureOptions{
		DB: w.DB, Parts: []civic.PersonalData{New(w.CRM, w.Reference, w.Log), d.drawer}, Contacts: w.CRM,
		Accounts: nobodysAccounts{}, Index: noIndex{}, Audit: w.Log, Now: w.Clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	d.anna()
	return d
}

// anna comes, or comes back: under the same id.
func (d *desk) anna() {
	d.t.Helper()
	d.contact = d.Create(d.t, crm.ContactInput{FormKey: annasForm, GivenName: "Anna",
		FamilyName: "Però"}).ID
}

func (d *desk) erase() (Erasure, error) {
	return d.Erase(d.t.Context(), d.officer, d.contact, ErasureInput{Reason: ReasonRequest, Confirmed: true})
}

func (d *desk) stored() Erasure {
	d.t.Helper()
	e, err := d.records.Get(d.t.Context(), d.contact)
	if err != nil {
		d.t.Fatal(err)
	}
	return e
}

// call records a conversation with Anna.
func (d *desk) call(outcome crm.Outcome) (crm.Interaction, error) {
	return d.CRM.RecordInteraction(d.t.Context(), d.Operator, crm.InteractionInput{
		FormKey: "callcallcall00000001", Contact: d.contact, Channel: crm.ByPhone, Direction: crm.Inbound,
		Office: "urp", Subject: "Certificato da spedire", Outcome: outcome,
	})
}

// TestAnErasureGoesOnUntilNothingIsFound: what comes while it runs is erased, too; when more keeps coming the
// erasure is not said to be done, says what is left, and is completed by the job.
func TestAnErasureGoesOnUntilNothingIsFound(t *testing.T) {
	t.Parallel()
	for coming, done := range map[int]bool{0: true, 2: true, 3: false} {
		d := openDesk(t)
		times := 0
		d.drawer.during = func() error {
			if times++; times <= coming {
				d.drawer.things = 1
			}
			return nil
		}
		e, err := d.erase()
		if err != nil || e.Done() != done || d.stored().Done() != done {
			t.Fatalf("%d coming: done %v, %v", coming, e.Done(), err)
		}
		if done {
			continue
		}
		o, err := d.Outlook(t.Context(), d.officer, d.contact)
		if err != nil || o.Erasure.ID == "" || o.Erasure.Done() ||
			!slices.ContainsFunc(o.Parts, func(h civic.PersonalHolding) bool {
				return h.Kind == "files" && h.Count == 1
			}) {
			t.Errorf("what the page says: %+v, %v", o, err)
		}
		if n, err := d.Resume(t.Context()); n != 0 || err != nil {
			t.Errorf("while somebody is at it: %d, %v", n, err)
		}
		d.Clock.Pass(resumeAfter)
		coming = 6
		if _, err := d.Resume(t.Context()); err == nil || !strings.Contains(err.Error(), "files") {
			t.Errorf("while more keeps coming: %v", err)
		}
		if n, err := d.Resume(t.Context()); n != 1 || err != nil || !d.stored().Done() {
			t.Errorf("afterwards: %d, %v, %+v", n, err, d.stored())
		}
	}
}

// TestWhatComesLateIsErasedForAWhile: for some time after an erasure the job looks again, then the record is
// closed, and holds no account any more.
func TestWhatComesLateIsErasedForAWhile(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	if _, err := d.erase(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.records.Update(t.Context(), d.contact, func(e *Erasure) error {
		e.Accounts = []civic.ID{"citizen/anna"}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	d.drawer.things = 1
	resume := func() {
		t.Helper()
		if _, err := d.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	resume()
	if e := d.stored(); d.drawer.things != 0 || !e.Done() || !e.SettledAt.IsZero() || len(e.Accounts) != 1 {
		t.Errorf("at once: %d things, %+v", d.drawer.things, e)
	}
	if !slices.Equal(d.drawer.late, []bool{false, true}) {
		t.Errorf("erased as late: %v", d.drawer.late)
	}
	d.drawer.things = 1
	d.Clock.Pass(lateFor)
	resume()
	if e := d.stored(); d.drawer.things != 0 || e.SettledAt.IsZero() || len(e.Accounts) != 0 {
		t.Errorf("at the end: %d things, %+v", d.drawer.things, e)
	}
	resume()
	if n := len(d.drawer.late); n != 3 {
		t.Errorf("after the end it was erased %d times", n)
	}
	d.drawer.things = 1 // whatever it is, pressing the button again erases it, as it was begun
	if o, err := d.Outlook(t.Context(), d.officer, d.contact); err != nil || o.Erasure.ID == "" ||
		o.Erasure.Done() {
		t.Errorf("the page after the end: %+v, %v", o, err)
	}
	e, err := d.Erase(t.Context(), d.officer, d.contact, ErasureInput{})
	if err != nil || !e.Done() || d.drawer.things != 0 || e.Reason != ReasonRequest {
		t.Errorf("pressed again: %+v, %v", e, err)
	}
}

// TestWhoCameBackIsLeftAlone: a person who registers again a minute after the erasure keeps what they do.
func TestWhoCameBackIsLeftAlone(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	if _, err := d.erase(); err != nil {
		t.Fatal(err)
	}
	d.anna()
	d.drawer.things = 1
	if _, err := d.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.CRM.Contact(t.Context(), d.Operator, d.contact); err != nil || d.drawer.things != 1 {
		t.Errorf("the contact: %v; %d things", err, d.drawer.things)
	}
	if e := d.stored(); e.SettledAt.IsZero() {
		t.Errorf("the record: %+v", e)
	}
	if _, err := d.Erase(t.Context(), d.officer, d.contact, ErasureInput{}); civic.CodeOf(err) != civic.Invalid {
		t.Errorf("erased without a reason of its own: %v", err)
	}
	if e, err := d.erase(); err != nil || !e.Done() || !e.SettledAt.IsZero() {
		t.Errorf("erased a second time: %+v, %v", e, err)
	}
}

// TestAFollowUpOfMeanwhileIsNotLost: something to be done for the person is recorded while the erasure runs.
// Contact and conversation stay until it is closed; then the job completes the erasure.
func TestAFollowUpOfMeanwhileIsNotLost(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	var left crm.Interaction
	d.drawer.during = func() (err error) {
		if left.ID == "" {
			left, err = d.call(crm.FollowUp)
		}
		return err
	}
	if _, err := d.erase(); civic.CodeOf(err) != civic.Conflict || d.stored().Done() {
		t.Fatalf("with an open follow-up: %v, %+v", err, d.stored())
	}
	d.Clock.Pass(resumeAfter)
	if _, err := d.Resume(t.Context()); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("the job: %v", err)
	}
	i, err := d.CRM.Interaction(t.Context(), d.Operator, left.ID)
	if err != nil || !i.Open || i.Subject != left.Subject || i.Contact != d.contact {
		t.Errorf("the follow-up: %+v, %v", i, err)
	}
	if _, err := d.CRM.Contact(t.Context(), d.Operator, d.contact); err != nil {
		t.Errorf("the contact: %v", err)
	}
	o, err := d.Outlook(t.Context(), d.officer, d.contact)
	if err != nil || len(o.Open()) != 1 || o.Erasure.ID == "" {
		t.Errorf("the page: %+v, %v", o, err)
	}
	if _, err := d.CRM.CloseFollowUp(t.Context(), d.Operator, left.ID, "Spedito."); err != nil {
		t.Fatal(err)
	}
	if n, err := d.Resume(t.Context()); n != 1 || err != nil || !d.stored().Done() {
		t.Errorf("after it was closed: %d, %v", n, err)
	}
	if i, err = d.CRM.Interaction(t.Context(), d.Operator, left.ID); err != nil || i.Contact != "" ||
		i.Subject != civic.Taken {
		t.Errorf("the conversation: %+v, %v", i, err)
	}
}

// TestTheFileIsRebuiltOnceAfterAnErasure: every night until the erasure is settled and one rebuild has
// succeeded, then no more; the record says when.
func TestTheFileIsRebuiltOnceAfterAnErasure(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	if _, err := d.erase(); err != nil {
		t.Fatal(err)
	}
	night := func() {
		t.Helper()
		if err := d.RebuildStore(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	night()
	if at := d.stored().RebuiltAt; !at.IsZero() {
		t.Errorf("said to be rebuilt at %v, while something late may still come", at)
	}
	d.Clock.Pass(lateFor)
	if _, err := d.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	night()
	at := d.stored().RebuiltAt
	if at.IsZero() {
		t.Fatal("not said to be rebuilt")
	}
	d.Clock.Pass(24 * time.Hour)
	night()
	if again := d.stored(); !again.RebuiltAt.Equal(at) || again.SettledAt.IsZero() {
		t.Errorf("the night after: %v", again.RebuiltAt)
	}
	if o, err := d.Outlook(t.Context(), d.officer, d.contact); err != nil || !o.Erasure.RebuiltAt.Equal(at) ||
		o.OneFile == d.DB.Shared() {
		t.Errorf("what the page says: %+v, %v", o, err)
	}
}
