package crm

import (
	"testing"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
)

// What an account told of its owner leaves the contact it was bound to: the proof of an address, what was
// proposed, the fiscal code.
func TestMove(t *testing.T) {
	t.Parallel()
	const code = "RSSMRA85T10A562S"
	w := newTown(t)
	told := accounts.Identity{Account: "spid", FiscalCode: code, GivenName: "Mario", FamilyName: "Rossi",
		Email: "mario@posta.example", EmailProved: true}
	double := w.ensure(t, told)
	for _, id := range []accounts.Identity{
		told,
		{Account: "other", Email: "mario@posta.example", EmailProved: true},
		{Account: "spid", FiscalCode: code, GivenName: "Mario Ugo", FamilyName: "Rossi",
			Email: "nuova@posta.example", EmailProved: true},
	} {
		if err := w.Learn(t.Context(), double, id); err != nil {
			t.Fatal(err)
		}
	}
	right := w.create(t, ContactInput{GivenName: "Mario", FamilyName: "Rossi",
		Emails: []string{"mario@posta.example"}, Reason: "sportello"})
	for range 2 { // it may be asked twice
		if err := w.Move(t.Context(), double, right.ID, accounts.Identity{Account: "spid", FiscalCode: code},
			false); err != nil {
			t.Fatal(err)
		}
	}
	c, _ := w.contacts.Get(t.Context(), double)
	if len(c.Proved) != 1 || c.Proved[0].Account != "other" || c.Awaits("mario@posta.example") {
		t.Errorf("what the other account proved is not all that is left: %+v, awaits %v", c.Proved,
			c.Unconfirmed)
	}
	if len(c.Proposals) != 0 || c.CodeDigest != "" || c.SealedCode != nil || c.CodeParts != nil {
		t.Errorf("left behind: %+v, %q, %v", c.Proposals, c.CodeDigest, c.CodeParts)
	}
	to, _ := w.contacts.Get(t.Context(), right.ID)
	if fiscal, err := w.openCode(to); err != nil || fiscal.String() != code ||
		!to.HasProved("mario@posta.example") {
		t.Errorf("the right contact has %q, %v, proved %+v", fiscal, err, to.Proved)
	}
	if again := w.ensure(t, accounts.Identity{FiscalCode: code}); again != right.ID {
		t.Errorf("the code leads to %s", again)
	}
	if err := w.Move(t.Context(), double, right.ID, accounts.Identity{Account: "other"}, true); err != nil {
		t.Fatal(err)
	}
	if c, _ := w.contacts.Get(t.Context(), double); len(c.Proved) != 0 || !c.Awaits("mario@posta.example") ||
		c.WrittenTo().Address != "" {
		t.Errorf("nobody is left who proved it: %+v, written to %q", c.Proved, c.WrittenTo().Address)
	}
}

// Proofs of an earlier version do not say whose they are. The last account takes them along; while another
// one is bound, they are only believed no more, and it proves its own at its next sign-in.
func TestMoveOfOldProofs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name          string
		alone, awaits bool
	}{{"alone", true, true}, {"beside another", false, false}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			old := w.proved(t, ContactInput{GivenName: "Lucia", FamilyName: "Bo",
				Emails: []string{"lucia@posta.example"}})
			if _, err := w.contacts.Update(t.Context(), old.ID, func(c *Contact) error {
				c.Proposals = []Proposal{{Field: ProposedName, GivenName: "Lucia Maria", FamilyName: "Bo",
					At: time.Now()}}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			right := w.create(t, ContactInput{GivenName: "Lucia", FamilyName: "Bo",
				Emails: []string{"lucia@posta.example"}, Reason: "sportello"})
			if err := w.Move(t.Context(), old.ID, right.ID, accounts.Identity{Account: "mail"},
				tt.alone); err != nil {
				t.Fatal(err)
			}
			c, _ := w.contacts.Get(t.Context(), old.ID)
			if c.HasProved("lucia@posta.example") || c.Awaits("lucia@posta.example") != tt.awaits ||
				len(c.Proposals) != 0 {
				t.Errorf("proved %+v, awaits %v, proposals %v", c.Proved, c.Unconfirmed, c.Proposals)
			}
			if to, _ := w.contacts.Get(t.Context(),
				right.ID); to.HasProved("lucia@posta.example") != tt.alone {
				t.Errorf("the right contact: %+v", to.Proved)
			}
		})
	}
}

// An account is never bound to who surely is somebody else.
func TestAccepts(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	coded := w.create(t, ContactInput{GivenName: "Giulia", FamilyName: "Bianchi",
		FiscalCode: "BNCGLI72H65H501H"})
	club := w.create(t, ContactInput{Kind: Organisation, Organisation: "Circolo Ponte Alto"})
	plain := w.create(t, ContactInput{GivenName: "Mario", FamilyName: "Rossi"})
	for _, tt := range []struct {
		name    string
		contact civic.ID
		code    string
		want    civic.Code
	}{
		{"the same code", coded.ID, "BNCGLI72H65H501H", ""},
		{"known by an address alone", coded.ID, "", ""},
		{"another code", coded.ID, "RSSMRA85T10A562S", civic.Conflict},
		{"no code yet", plain.ID, "RSSMRA85T10A562S", ""},
		{"an organisation", club.ID, "", civic.Conflict},
		{"nobody", "none", "", civic.NotFound},
	} {
		if err := w.Accepts(t.Context(), tt.contact,
			accounts.Identity{FiscalCode: tt.code}); civic.CodeOf(err) != tt.want {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}
