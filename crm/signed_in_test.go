package crm

import (
	"slices"
	"testing"

	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// TestASignInThatDiesIsCompleted: at whichever of its writes the program dies, what a sign-in, a rebinding,
// an answer to what was told or the link below a mail does to a contact is complete when it comes again, and
// is audited once.
func TestASignInThatDiesIsCompleted(t *testing.T) {
	t.Parallel()
	const code, email = "RSSMRA85T10A562S", "mario@posta.example"
	known := accounts.Identity{Account: "spid", Email: email, EmailProved: true, FiscalCode: code,
		GivenName: "Mario", FamilyName: "Rossi"}
	mario := ContactInput{GivenName: "Mario", FamilyName: "Rossi", Emails: []string{email}}
	// does returns what is done, and the contact it is done to.
	type does func(t *testing.T, w *town) (func() error, civic.ID)
	for name, c := range map[string]struct {
		action audit.Action // "": it is audited by who asks for it
		deaths int
		does   does
		done   func(t *testing.T, w *town, c Contact) bool
	}{
		"a new contact": {ActionContactCreate, 2, func(t *testing.T, w *town) (func() error, civic.ID) {
			own := civic.ID(w.vault.Digest(purposeCode, code))
			return func() error { return sentTo(w.EnsureContact(t.Context(), known)) }, own
		}, func(t *testing.T, w *town, c Contact) bool { return c.CodeDigest != "" }},
		"a code is given": {ActionContactCode, 2, func(t *testing.T, w *town) (func() error, civic.ID) {
			c := w.proved(t, mario)
			return func() error { return sentTo(w.EnsureContact(t.Context(), known)) }, c.ID
		}, func(t *testing.T, w *town, c Contact) bool { return c.CodeDigest != "" }},
		"an address is proved": {ActionContactLearn, 2, func(t *testing.T, w *town) (func() error, civic.ID) {
			c := w.create(t, mario)
			return func() error { return w.Learn(t.Context(), c.ID, known) }, c.ID
		}, func(t *testing.T, w *town, c Contact) bool { return c.HasProved(email) }},
		"an account is bound anew": {"", 3, func(t *testing.T, w *town) (func() error, civic.ID) {
			from := w.create(t, ContactInput{GivenName: "Mario", FamilyName: "Rosso", Emails: mario.Emails})
			if err := w.Learn(t.Context(), from.ID, known); err != nil {
				t.Fatal(err)
			}
			parsed, err := ParseFiscalCode(code)
			if err == nil {
				_, err = w.giveCode(t.Context(), from.ID, parsed)
			}
			if err != nil {
				t.Fatal(err)
			}
			to := w.create(t, mario)
			return func() error { return w.Move(t.Context(), from.ID, to.ID, known, true) }, to.ID
		}, func(t *testing.T, w *town, c Contact) bool {
			theirs, err := w.byProof(t.Context(), email, 3)
			return err == nil && c.HasProved(email) && c.CodeDigest != "" && len(theirs) == 1
		}},
		"what was told is taken": {ActionContactProposal, 2, answering(mario, code, true),
			func(t *testing.T, w *town, c Contact) bool {
				return c.GivenName == "Marco" && len(c.Proposals) == 0
			}},
		"what was told is declined": {ActionContactProposal, 2, answering(mario, code, false),
			func(t *testing.T, w *town, c Contact) bool {
				return c.GivenName == "Mario" && len(c.Proposals) == 1 && len(c.OpenProposals()) == 0
			}},
		"a link below a mail": {ActionConsentWithdraw, 2, func(t *testing.T, w *town) (func() error, civic.ID) {
			c := w.create(t, mario)
			if _, err := w.SetConsent(t.Context(), w.Operator, c.ID, yes("mobilita")); err != nil {
				t.Fatal(err)
			}
			var first civic.ID
			return func() error {
				id, err := w.Withdraw(t.Context(), c.ID, "mobilita", "unsubscribe/campaign")
				if err == nil && (id == "" || first != "" && id != first) {
					t.Errorf("it was withdrawal %q, now %q", first, id)
				}
				first = id
				return err
			}, c.ID
		}, func(t *testing.T, w *town, c Contact) bool { return !c.ConsentsTo("mobilita", ByMail) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 0; ; n++ {
				w, m := mortalTown(t)
				do, contact := c.does(t, w)
				before := len(w.audited(t, contact))
				live := m.Dies(n)
				err := do()
				died := live()
				if died && err == nil {
					t.Errorf("after %d writes nobody is told that it died", n)
				}
				for range 2 {
					if err := do(); err != nil {
						t.Fatalf("again, after %d writes: %v", n, err)
					}
				}
				stored, err := w.contacts.Get(t.Context(), contact)
				if err != nil || !c.done(t, w, stored) {
					t.Errorf("after %d writes: %+v, %v", n, stored, err)
				}
				said := w.audited(t, contact)
				said = said[:len(said)-before]
				if want := []string{string(c.action)}; c.action != "" && !slices.Equal(said, want) {
					t.Errorf("after %d writes: audited %v, want %v", n, said, want)
				}
				w.flush(t)
				if drift, err := w.search.Drift(t.Context(), w.Service); err != nil || !drift.IsZero() {
					t.Errorf("after %d writes the index differs: %+v, %v", n, drift, err)
				}
				if !died {
					if n < c.deaths {
						t.Errorf("it died %d times", n)
					}
					return
				}
			}
		})
	}
}

// answering returns how somebody answers what an identity provider told of their name.
func answering(known ContactInput, code string, take bool) func(*testing.T, *town) (func() error, civic.ID) {
	return func(t *testing.T, w *town) (func() error, civic.ID) {
		c := w.proved(t, known)
		told := accounts.Identity{Account: "spid", FiscalCode: code, GivenName: "Marco", FamilyName: "Rossi"}
		if err := w.Learn(t.Context(), c.ID, told); err != nil {
			t.Fatal(err)
		}
		by := civic.NewActor(civic.Actor{Account: "spid", Contact: c.ID, Roles: []civic.Role{civic.Citizen}}, nil)
		return func() error { return w.AnswerProposal(t.Context(), by, ProposedName, take) }, c.ID
	}
}

func sentTo(_ civic.ID, err error) error { return err }

// TestWhatASignInDidLongAgoIsLeft: a sign-in tells nothing of what another did to a contact days before, and
// nothing of what staff did.
func TestWhatASignInDidLongAgoIsLeft(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.create(t, ContactInput{GivenName: "Vera", FamilyName: "Bo", Emails: []string{"vera@posta.example"}})
	id := accounts.Identity{Account: "a", Email: "vera@posta.example", EmailProved: true}
	if _, err := w.contacts.Update(t.Context(), c.ID, func(c *Contact) error {
		c.learn(id, w.now())
		c.signIn(ActionContactLearn, w.now())
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.Clock.Pass(2 * firstSignIn)
	before := w.audited(t, c.ID)
	if err := w.Learn(t.Context(), c.ID, id); err != nil {
		t.Fatal(err)
	}
	if after := w.audited(t, c.ID); !slices.Equal(after, before) {
		t.Errorf("audited %v, before %v", after, before)
	}
}
