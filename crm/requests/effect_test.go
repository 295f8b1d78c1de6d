package requests

import (
	"context"
	"strings"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// post is an Outbox that remembers what was queued, by id as the contract says.
type post struct {
	order []civic.ID
	kept  map[civic.ID]Letter
	asked []Confirmation
	fail  error
}

func (p *post) QueueLetter(_ context.Context, l Letter) (bool, error) {
	if p.fail != nil {
		return false, p.fail
	}
	if _, there := p.kept[l.ID]; !there {
		p.order = append(p.order, l.ID)
	}
	p.kept[l.ID] = l
	return true, nil
}

func (p *post) QueueConfirmation(_ context.Context, c Confirmation) error {
	if p.fail == nil {
		p.asked = append(p.asked, c)
	}
	return p.fail
}

func (p *post) kinds() string {
	var all []string
	for _, id := range p.order {
		all = append(all, string(p.kept[id].Kind))
	}
	return strings.Join(all, " ")
}

func withPost(p *post) func(*Options) {
	return func(o *Options) { o.Outbox = p }
}

// Each move is told once to whom it concerns; a receipt has the code by which the request is followed.
func TestWhatIsTold(t *testing.T) {
	t.Parallel()
	p := &post{kept: map[civic.ID]Letter{}}
	w := newTown(t, withPost(p))
	r := w.filed(t, "istanza", "2026-12-01")
	receipt := p.kept[p.order[0]]
	if receipt.Kind != LetterReceived || receipt.Request.Number != r.Number {
		t.Errorf("the receipt is %+v", receipt)
	}
	if _, err := w.Followed(t.Context(), civic.Actor{}, r.Number, receipt.Code); err != nil {
		t.Errorf("the code of the receipt opens nothing: %v", err)
	}
	take := filled(MoveInput{Act: ActTake})
	r = w.does(t, w.desk, r, "2026-12-02", take)
	w.does(t, w.desk, r, "", take) // the same form
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActNote})
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActMessage})
	r = w.does(t, w.anna, r, "", MoveInput{Act: ActMessage})
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActForward, Office: "lavori-pubblici"})
	w.does(t, w.anna, r, "", MoveInput{Act: ActWithdraw})
	if got, want := p.kinds(),
		"received office taken message office forwarded office withdrawn office"; got != want {
		t.Errorf("told: %s, want %s", got, want)
	}
	for _, l := range p.kept {
		if l.Code != "" && l.Kind != LetterReceived {
			t.Errorf("%s tells the code", l.Kind)
		}
	}
}

// A mail that cannot be queued fails the act, and the form sent again queues it.
func TestTellingIsRedone(t *testing.T) {
	t.Parallel()
	p := &post{kept: map[civic.ID]Letter{}, fail: civic.NewError(civic.Unavailable, "error.unavailable")}
	w := newTown(t, withPost(p))
	in := asking("istanza")
	if _, err := w.File(t.Context(), w.anna, in); civic.CodeOf(err) != civic.Unavailable {
		t.Fatalf("filing: %v", err)
	}
	p.fail = nil
	if n, err := w.Repair(t.Context(), testtown.Morning); n != 1 || err != nil {
		t.Errorf("repaired %d, %v", n, err)
	}
	told := p.kinds()
	if _, err := w.File(t.Context(), w.anna, in); err != nil {
		t.Fatal(err)
	}
	if told != "received office" || p.kinds() != told {
		t.Errorf("told: %s, then %s", told, p.kinds())
	}
}

// An erasure waits for open requests, and leaves of the others what says nothing about the person.
func TestErasure(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	officer := testtown.Colleague(civic.Grants{civic.DataProtection: {civic.PermErase}}, "dpo",
		civic.DataProtection)
	about := civic.Subject{Contact: w.anna.Contact}
	r := w.filed(t, "istanza", "2026-12-01")
	of := w.filed(t, "reclamo", "2026-12-01")
	w.does(t, w.anna, of, "", MoveInput{Act: ActWithdraw})
	found, err := w.FindPersonal(t.Context(), officer, about)
	if err != nil || found[0].Count != 1 || found[0].Fate != civic.FateUnavoidable ||
		len(found[0].Open) != 1 || found[1].Count != 1 {
		t.Fatalf("found %+v, %v", found, err)
	}
	err = w.ErasePersonal(t.Context(), officer, about, civic.PersonalErasure{})
	if civic.CodeOf(err) != civic.Conflict {
		t.Errorf("erased with an open request: %v", err)
	}
	code, err := w.Code(t.Context(), w.anna, r.ID)
	testtown.Check(t, err)
	w.does(t, w.anna, r, "", MoveInput{Act: ActWithdraw})
	for range 2 {
		testtown.Check(t, w.ErasePersonal(t.Context(), officer, about, civic.PersonalErasure{}))
	}
	stored, err := w.requests.Get(t.Context(), r.ID)
	testtown.Check(t, err)
	if stored.Contact != "" || stored.Applicant != "" || stored.Text != "" || stored.Subject != civic.Taken ||
		stored.Number != r.Number || stored.State != Withdrawn || stored.Verdict() == nil {
		t.Errorf("left: %+v", stored)
	}
	if _, err := w.Followed(t.Context(), civic.Actor{}, r.Number, code); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("an erased request is followed: %v", err)
	}
	if _, err := w.FindPersonal(t.Context(), w.desk, about); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("the desk finds what an erasure does: %v", err)
	}
}

// Who may find a request: its office, who is responsible, who reads all; nobody else.
func TestScopes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-12-01")
	d := r.searchDoc()
	for _, c := range []struct {
		name string
		by   civic.Actor
		want bool
	}{
		{"the desk", w.desk, true}, {"another office", w.works, false}, {"a citizen", w.anna, false},
		{"its office", w.staff("u", civic.OfficeMember, "urp"), true},
	} {
		scopes, err := w.Scopes(t.Context(), c.by)
		testtown.Check(t, err)
		found := false
		for _, s := range scopes {
			found = found || s == d.Scope
			for _, also := range d.Also {
				found = found || s == also
			}
		}
		if found != c.want {
			t.Errorf("%s finds it: %v", c.name, found)
		}
	}
	deals, err := w.DealtWith(t.Context(), r.Contact, []civic.ID{"urp"})
	other, otherErr := w.DealtWith(t.Context(), r.Contact, []civic.ID{"lavori-pubblici"})
	if !deals || other || err != nil || otherErr != nil {
		t.Errorf("the office deals with the contact: %v %v, another: %v %v", deals, err, other, otherErr)
	}
	entries, err := w.CRM.Timeline(t.Context(), w.desk, r.Contact, civic.PageRequest{})
	if err != nil || len(entries.Items) != 1 || entries.Items[0].Kind != ActivityRequest {
		t.Errorf("timeline: %+v, %v", entries.Items, err)
	}
}
