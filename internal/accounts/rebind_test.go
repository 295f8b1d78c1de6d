package accounts

import (
	"context"
	"slices"
	"testing"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// boundTown is a town with an account bound to a contact, and what its contacts were told.
func boundTown(t *testing.T) (*town, *people, SignIn) {
	t.Helper()
	contacts := &people{known: map[string]civic.ID{}}
	tn := newTown(t, func(o *Options) { o.Contacts = contacts })
	return tn, contacts, tn.citizen(t, "vera@example.it")
}

func rebound(t *testing.T, tn *town) []audit.Record {
	t.Helper()
	page, err := tn.audit.List(t.Context(), tn.admin, audit.Query{Action: ActionRebound})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// Two colleagues have the same page open: the second is told that the account was moved, and moves nothing.
func TestRebindingMovesWhatWasSeen(t *testing.T) {
	t.Parallel()
	tn, contacts, in := boundTown(t)
	account, from := in.Session.Account.ID, in.Session.Account.Contact
	if err := tn.Rebind(t.Context(), tn.admin,
		Rebinding{account, from, from, "carta d'identità"}); civic.CodeOf(err) != civic.Invalid {
		t.Errorf("bound to where it is: %v", err)
	}
	if err := tn.Rebind(t.Context(), tn.admin,
		Rebinding{account, from, "first", "carta d'identità"}); err != nil {
		t.Fatal(err)
	}
	for _, to := range []civic.ID{"second", "first"} {
		if err := tn.Rebind(t.Context(), tn.admin,
			Rebinding{account, from, to, "carta d'identità"}); civic.CodeOf(err) != civic.Conflict {
			t.Errorf("rebound to %s by a page that showed another contact: %v", to, err)
		}
	}
	if a, err := tn.accounts.Get(t.Context(), account); err != nil || a.Contact != "first" || a.Left != nil {
		t.Errorf("the account: %+v, %v", a, err)
	}
	want := []moved{{from, "first", Identity{Account: account}, true}}
	if !slices.Equal(contacts.moved, want) {
		t.Errorf("moved %+v, want %+v", contacts.moved, want)
	}
	if tn.alive(t, in.Token) {
		t.Error("the open session goes on")
	}
	var named []civic.ID
	for _, r := range rebound(t, tn) {
		named = append(named, r.Contact)
		if r.Detail["from"] != string(from) || r.Detail["to"] != "first" || r.Object != account {
			t.Errorf("the record: %+v", r)
		}
	}
	if slices.Sort(named); !slices.Equal(named, slices.Sorted(slices.Values([]civic.ID{from, "first"}))) {
		t.Errorf("the records name %v", named)
	}
}

// A rebinding that was cut off after the account was bound anew is ended by the job, or by the sign-in that
// comes before it.
func TestRebindingIsEnded(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*testing.T, *town){
		"by the job": func(t *testing.T, tn *town) {
			if n, err := tn.Resettle(t.Context()); err != nil || n != 1 {
				t.Errorf("ended %d, %v", n, err)
			}
		},
		"by a sign-in": func(t *testing.T, tn *town) { tn.citizen(t, "vera@example.it") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tn, contacts, in := boundTown(t)
			account, from := in.Session.Account.ID, in.Session.Account.Contact
			contacts.failMove = true
			if err := tn.Rebind(t.Context(), tn.admin,
				Rebinding{account, from, "right", "carta d'identità"}); err == nil {
				t.Fatal("no error")
			}
			if tn.alive(t, in.Token) {
				t.Error("the open session goes on")
			}
			contacts.failMove = false
			end(t, tn)
			if a, err := tn.accounts.Get(t.Context(), account); err != nil || a.Left != nil ||
				a.Contact != "right" {
				t.Errorf("the account: %+v, %v", a, err)
			}
			if len(contacts.moved) != 1 || contacts.moved[0].from != from || len(rebound(t, tn)) != 2 {
				t.Errorf("moved %+v, audited %d times", contacts.moved, len(rebound(t, tn)))
			}
			if n, err := tn.Resettle(t.Context()); err != nil || n != 0 {
				t.Errorf("ended again: %d, %v", n, err)
			}
		})
	}
}

// An account that is moved while its owner signs in leaves nothing behind.
func TestRebindingDuringASignIn(t *testing.T) {
	t.Parallel()
	tn, contacts, in := boundTown(t)
	account, from := in.Session.Account.ID, in.Session.Account.Contact
	who := &meanwhile{people: contacts, then: func() {
		if err := tn.Rebind(t.Context(), tn.admin,
			Rebinding{account, from, "right", "carta d'identità"}); err != nil {
			t.Error(err)
		}
	}}
	tn.contacts = who
	again := tn.citizen(t, "vera@example.it")
	if got := again.Session.Account.Contact; got != "right" {
		t.Errorf("signed in for %s", got)
	}
	if last := contacts.moved[len(contacts.moved)-1]; len(contacts.moved) != 2 || last.from != from ||
		last.to != "right" {
		t.Errorf("moved %+v", contacts.moved)
	}
}

// meanwhile does something once, just after a contact learned.
type meanwhile struct {
	*people
	then func()
}

func (m *meanwhile) Names(
	ctx context.Context, by civic.Actor, contacts []civic.ID,
) (map[civic.ID]string, error) {
	if then := m.then; then != nil {
		m.then = nil
		then()
	}
	return m.people.Names(ctx, by, contacts)
}
