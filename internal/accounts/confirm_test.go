package accounts

import (
	"fmt"
	"testing"

	"ascolto/internal/civic"
)

// However many accounts ask to confirm an address, and from wherever, its mailbox gets few codes; its owner's
// codes to sign in go out all the same.
func TestConfirmationsOfOneAddressAreBounded(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	const asked, burst = 40, 6
	sent := 0
	for n := range asked {
		by := civic.NewActor(civic.Actor{Account: civic.ID(fmt.Sprintf("a%d", n)),
			Contact: civic.ID(fmt.Sprintf("c%d", n))}, nil)
		err := tn.AskConfirmation(t.Context(), by, "Victim@example.it", "it", from(fmt.Sprintf("10.%d.0.1", n)))
		switch civic.CodeOf(err) {
		case "":
			sent++
		case civic.Limited:
		default:
			t.Fatal(err)
		}
	}
	if sent != burst {
		t.Errorf("%d codes went out to one address for %d accounts, want %d", sent, asked, burst)
	}
	tn.citizen(t, "victim@example.it")
	by := civic.NewActor(civic.Actor{Account: "a1", Contact: "c1"}, nil)
	if err := tn.AskConfirmation(t.Context(), by, "other@example.it", "it", from("10.0.0.1")); err != nil {
		t.Errorf("another address: %v", err)
	}
}

// TestAConfirmationThatDiesIsCompleted: at whichever of its writes the program dies, the code sent again
// proves the address and is audited once, however often; for another account it is none.
func TestAConfirmationThatDiesIsCompleted(t *testing.T) {
	t.Parallel()
	const second = "seconda@posta.example"
	for n := 0; ; n++ {
		known := &people{known: map[string]civic.ID{}}
		tn, m := mortalTown(t, func(o *Options) { o.Contacts = known })
		actor := func(in SignIn) civic.Actor {
			a, err := tn.accounts.Get(t.Context(), in.Session.AccountID)
			if err != nil {
				t.Fatal(err)
			}
			return civic.NewActor(civic.Actor{Account: a.ID, Contact: a.Contact,
				Roles: []civic.Role{civic.Citizen}}, nil)
		}
		by, other := actor(tn.citizen(t, "anna@posta.example")), actor(tn.citizen(t, "bruno@posta.example"))
		if err := tn.AskConfirmation(t.Context(), by, second, "it", from("192.0.2.9")); err != nil {
			t.Fatal(err)
		}
		code, before := tn.mail.last(t).text, len(known.learned)
		confirm := func(by civic.Actor) error {
			return tn.ConfirmAddress(t.Context(), by, second, code, from("192.0.2.9"))
		}
		live := m.Dies(n)
		err := confirm(by)
		died := live()
		if died != (err != nil) {
			t.Errorf("after %d writes: %v", n, err)
		}
		for range 2 {
			if err := confirm(by); err != nil {
				t.Errorf("again, after %d writes: %v", n, err)
			}
		}
		wantCode(t, confirm(other), civic.Invalid, "code")
		said := tn.records(t, ActionConfirmed)
		if len(said) != 1 || said[0].Object != by.Account || said[0].Contact != by.Contact {
			t.Errorf("after %d writes: audited %+v", n, said)
		}
		told := known.learned[before:]
		if len(told) == 0 {
			t.Errorf("after %d writes nobody learned it", n)
		}
		for _, l := range told {
			if l.contact != by.Contact || l.who.Email != second || !l.who.EmailProved {
				t.Errorf("after %d writes: %+v", n, l)
			}
		}
		if !died {
			if n == 0 {
				t.Error("it never died")
			}
			return
		}
	}
}
