package requests

import (
	"errors"
	"testing"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
)

// A form that is sent twice at once is one mail; of an address that is corrected meanwhile only the new one
// gets it.
func TestOneMailOfTwoAtOnce(t *testing.T) {
	t.Parallel()
	for name, email := range map[string]string{"the same": "nadia@posta.example",
		"corrected": "nadia.ferri@posta.example"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, p, of, _ := visited(t)
			in := askingAs("nadia@posta.example")
			second := in
			second.Declared = &Declared{GivenName: "Nadia", FamilyName: "Ferri", Email: email}
			of.counting = func() {
				if _, err := w.Ask(t.Context(), w.Visitor, second); err != nil {
					t.Error(err)
				}
			}
			d, err := w.Ask(t.Context(), w.Visitor, in)
			if err != nil || d.MailedAt.IsZero() || d.Declared.Email != email {
				t.Errorf("%+v, %v", d, err)
			}
			if len(p.asked) != 1 || p.asked[0].To != email {
				t.Fatalf("mails went out: %+v", p.asked)
			}
			if _, proved, err := w.Awaited(t.Context(), d.ID, p.asked[0].Code); err != nil || !proved {
				t.Errorf("its code: %t, %v", proved, err)
			}
		})
	}
}

// Nothing goes to an address that was corrected, even where nothing went to the new one.
func TestNoMailToAnAddressThatWasCorrected(t *testing.T) {
	t.Parallel()
	w, p, of, _ := visited(t)
	in := askingAs("nadia@posta.example")
	of.counting = func() {
		second := askingAs("nadia.ferri@posta.example")
		second.FormKey, of.full = in.FormKey, true
		_, _ = w.Ask(t.Context(), w.Visitor, second) // kept, and no mail goes out
		of.full = false
	}
	d, err := w.Ask(t.Context(), w.Visitor, in)
	if err != nil || len(p.asked) != 0 || !d.MailedAt.IsZero() || d.Declared.Email == in.Declared.Email {
		t.Errorf("%+v, %v, mails %+v", d, err, p.asked)
	}
}

// A mail that could not be queued counts as none: it can be asked for at once.
func TestAMailThatDidNotGoOut(t *testing.T) {
	t.Parallel()
	w, p, _, _ := visited(t)
	p.fail = errors.New("the outbox is away")
	d, err := w.Ask(t.Context(), w.Visitor, askingAs("nadia@posta.example"))
	if civic.CodeOf(err) != civic.Unavailable || !d.MailedAt.IsZero() {
		t.Fatalf("%+v, %v", d, err)
	}
	p.fail = nil
	if d, err = w.Remind(t.Context(), d.ID, accounts.Client{}); err != nil || len(p.asked) != 1 ||
		d.MailedAt.IsZero() {
		t.Errorf("%+v, %v", d, err)
	}
}

// Whoever typed an address reads nothing of what its owner wrote since, who has the code: neither their name
// nor their telephone nor the text.
func TestWhatTheOwnerWritesIsTheirs(t *testing.T) {
	t.Parallel()
	w, p, _, _ := visited(t)
	in := askingAs("nadia@posta.example")
	d, err := w.Ask(t.Context(), w.Visitor, in)
	if err != nil {
		t.Fatal(err)
	}
	if typed, _, err := w.Awaited(t.Context(), d.ID, ""); err != nil || typed.Text == "" {
		t.Fatalf("who typed it, before: %+v, %v", typed, err)
	}
	owner := in
	owner.Code, owner.Text = p.asked[0].Code, "Davanti a casa mia, al civico 14."
	owner.Declared = &Declared{GivenName: "Nadia", FamilyName: "Ferri", Email: "nadia@posta.example",
		Phone: "059 206311"}
	if _, err := w.Ask(t.Context(), w.Visitor, owner); err != nil {
		t.Fatal(err)
	}
	d, proved, err := w.Awaited(t.Context(), d.ID, "")
	if err != nil || proved || d.Declared != nil || d.Subject+d.Text+d.Grounds != "" || d.Files != nil ||
		d.Seed != "" {
		t.Errorf("who typed it reads %+v, %v", d, err)
	}
	if d, proved, err = w.Awaited(t.Context(), d.ID, owner.Code); err != nil || !proved ||
		d.Text != owner.Text || d.Declared == nil {
		t.Errorf("who has the code reads %+v, %v", d, err)
	}
	for name, code := range map[string]string{"without a code": "", "with a wrong one": "AAAAA-AAAAA-AAAAA"} {
		older := in
		older.Code, older.Text = code, "Un testo scritto prima, altrove."
		_, err := w.Ask(t.Context(), w.Visitor, older)
		if civic.CodeOf(err) != civic.Conflict ||
			civic.CodeOf(w.Discard(t.Context(), d.ID, code)) != civic.Conflict {
			t.Errorf("%s what the owner wrote is replaced: %v", name, err)
		}
	}
	if d, _, err = w.Awaited(t.Context(), d.ID, owner.Code); err != nil || d.Text != owner.Text {
		t.Errorf("it says %q, %v", d.Text, err)
	}
	w.Clock.Pass(time.Hour)
	owner.Declared.Email = "nadia.ferri@posta.example" // another code leads to it from now on
	if _, err := w.Ask(t.Context(), w.Visitor, owner); err != nil {
		t.Fatal(err)
	}
	if d, _, err = w.Awaited(t.Context(), d.ID, ""); err != nil || d.Declared != nil {
		t.Errorf("with another address: %+v, %v", d, err)
	}
	// who slipped at the address reads and corrects it in the browser where they did, and confirms nothing there
	if d, proved, err = w.Awaited(t.Context(), d.ID, owner.Code); err != nil || proved || d.Text != owner.Text {
		t.Errorf("who changed the address reads %+v, %v", d, err)
	}
	_, _, err = w.Confirm(t.Context(), w.Visitor, d.ID, owner.Code, d.Version)
	if civic.CodeOf(err) != civic.Invalid {
		t.Errorf("the code of the address before confirms: %v", err)
	}
	w.Clock.Pass(time.Hour)
	owner.Declared.Email = "nadia@posta.example"
	if d, err = w.Ask(t.Context(), w.Visitor, owner); err != nil {
		t.Fatalf("the address corrected: %v", err)
	}
	last := p.asked[len(p.asked)-1].Code
	r, _, err := w.Confirm(t.Context(), w.Visitor, d.ID, last, d.Version)
	if err != nil || r.Text != owner.Text {
		t.Errorf("confirmed with the last code: %q, %v", r.Text, err)
	}
	if err := w.Discard(t.Context(), d.ID, ""); err != nil { // nothing waits any more
		t.Errorf("discarded afterwards: %v", err)
	}
}

// Of an address that is none of its person's any more nothing is filed, and what was typed can be changed.
func TestAnAddressTakenOffFilesNothing(t *testing.T) {
	t.Parallel()
	w, p, of, _ := visited(t)
	in := askingAs("nadia@posta.example")
	d, err := w.Ask(t.Context(), w.Visitor, in)
	if err != nil {
		t.Fatal(err)
	}
	of.err = civic.NewError(civic.Forbidden, "accounts.error.address_gone")
	if _, _, err := w.Confirm(t.Context(), w.Visitor, d.ID, p.asked[0].Code, d.Version); civic.CodeOf(err) !=
		civic.Forbidden {
		t.Errorf("confirmed: %v", err)
	}
	if list, err := w.Queue(t.Context(), w.desk, Filter{}, civic.PageRequest{}); err != nil ||
		len(list.Items) != 0 {
		t.Errorf("filed: %+v, %v", list.Items, err)
	}
	in.Text = "Da un mese è spento."
	if _, err := w.Ask(t.Context(), w.Visitor, in); err != nil {
		t.Errorf("changed afterwards: %v", err)
	}
}

// Of a confirmation that stored the request and ended before all that follows, a change that is sent later
// says that the request is filed without it; and confirmed once more it leads to that request.
func TestAConfirmationThatEndedHalfway(t *testing.T) {
	t.Parallel()
	w, p, _, _ := visited(t)
	ctx := t.Context()
	in := askingAs("nadia@posta.example")
	d, err := w.Ask(ctx, w.Visitor, in)
	if err != nil {
		t.Fatal(err)
	}
	code := p.asked[0].Code
	p.fail = civic.NewError(civic.Unavailable, "error.unavailable")
	if _, _, err := w.Confirm(ctx, w.Visitor, d.ID, code, d.Version); civic.CodeOf(err) != civic.Unavailable {
		t.Fatalf("confirmed: %v", err)
	}
	p.fail = nil
	changed := in
	changed.Text = "Da un anno è spento."
	if _, err := w.Ask(ctx, w.Visitor, changed); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("a change after that: %v", err)
	}
	r, _, err := w.Confirm(ctx, w.Visitor, d.ID, code, d.Version)
	if err != nil || r.Text != in.Text {
		t.Errorf("confirmed once more: %q, %v", r.Text, err)
	}
	list, err := w.Queue(ctx, w.desk, Filter{}, civic.PageRequest{})
	if err != nil || len(list.Items) != 1 {
		t.Errorf("filed: %+v, %v", list.Items, err)
	}
}

// What is confirmed in two tabs at once stays as it is until the first is through, though the other fails.
func TestTwoTabsConfirmAtOnce(t *testing.T) {
	t.Parallel()
	w, p, of, _ := visited(t)
	ctx := t.Context()
	in := askingAs("nadia@posta.example")
	d, err := w.Ask(ctx, w.Visitor, in)
	if err != nil {
		t.Fatal(err)
	}
	code, changed := p.asked[0].Code, in
	changed.Text = "Da un anno è spento."
	of.during = func() {
		of.during, of.err = nil, civic.NewError(civic.Unavailable, "error.unavailable")
		w.Clock.Pass(time.Second)
		_, _, err := w.Confirm(ctx, w.Visitor, d.ID, code, d.Version)
		if civic.CodeOf(err) != civic.Unavailable {
			t.Errorf("the other tab: %v", err)
		}
		of.err = nil
		if _, err := w.Ask(ctx, w.Visitor, changed); civic.CodeOf(err) != civic.Limited {
			t.Errorf("a change meanwhile: %v", err)
		}
	}
	r, _, err := w.Confirm(ctx, w.Visitor, d.ID, code, d.Version)
	if err != nil || r.Text != in.Text {
		t.Fatalf("filed %q, %v", r.Text, err)
	}
}
