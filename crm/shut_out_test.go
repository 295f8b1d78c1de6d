package crm

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

// doorkeeper is who ends sessions; it can be away.
type doorkeeper struct {
	away  bool
	ended []string // address, and the session that goes on
}

func (d *doorkeeper) ShutOut(_ context.Context, _ civic.ID, emails []string, using civic.ID) error {
	if d.away {
		return errors.New("the store is away")
	}
	for _, email := range emails {
		d.ended = append(d.ended, email+" but "+string(using))
	}
	return nil
}

// TestAnAddressTakenOffIsShutOutUntilItIsDone: sessions that began with an address that was taken off, at the
// desk, by a program or by the person, end when the form is sent again, and by the repair of what was left
// half done, also when they could not be ended at first; once, and the person goes on in the browser in use.
func TestAnAddressTakenOffIsShutOutUntilItIsDone(t *testing.T) {
	t.Parallel()
	type sending func(w *town, was Contact) (Contact, error)
	ways := map[string]struct {
		send  sending
		using string
	}{
		"desk": {func(w *town, was Contact) (Contact, error) {
			return w.UpdateContact(t.Context(), w.Operator, was.ID, ContactInput{Shown: was.Shown(),
				Kind: Person, GivenName: "Vera", FamilyName: "Bo", Language: civic.Italian,
				Emails: []string{"nuova@posta.example"}})
		}, ""},
		"program": {func(w *town, was Contact) (Contact, error) {
			return w.PatchContact(t.Context(), w.Operator, was.ID, ContactPatch{Versions: []string{was.Tag()},
				Fields: map[string][]string{"emails": {"nuova@posta.example"}}})
		}, ""},
		"person": {func(w *town, was Contact) (Contact, error) {
			return w.UpdateOwnContact(t.Context(), w.Citizen(was.ID), ContactInput{Shown: was.Shown(),
				GivenName: "Vera", FamilyName: "Bo", Language: civic.Italian, NoSignIn: true,
				Emails: []string{"nuova@posta.example"}, Session: "this"})
		}, "this"},
	}
	for name, way := range ways {
		for _, again := range []string{"the form", "the repair"} {
			t.Run(name+" and "+again, func(t *testing.T) {
				t.Parallel()
				door := &doorkeeper{away: true}
				w := newTown(t, func(o *Options) { o.Sessions = door })
				was := w.proved(t, ContactInput{GivenName: "Vera", FamilyName: "Bo",
					Emails: []string{"vera@posta.example"}})
				was, err := w.contacts.Get(t.Context(), was.ID)
				if err != nil {
					t.Fatal(err)
				}
				began := w.Clock.Now()
				if _, err := way.send(w, was); err == nil {
					t.Fatal("nobody is told that sessions go on")
				}
				door.away = false
				want := []string{"vera@posta.example but " + way.using}
				for range 2 {
					if again == "the form" {
						c, err := way.send(w, was)
						if err != nil || len(c.ShutOuts) > 0 {
							t.Fatalf("still to do: %v, %v", c.ShutOuts, err)
						}
						stored, err := w.contacts.Get(t.Context(), was.ID)
						if err != nil || c.Revision != stored.Revision {
							t.Errorf("told of revision %d of %d, %v", c.Revision, stored.Revision, err)
						}
					} else if _, err := w.RepairShutOuts(t.Context(), began); err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(want, door.ended); diff != "" {
						t.Errorf("ended (-want +got): %s", diff)
					}
				}
				actions := w.audited(t, was.ID)
				n := len(slices.DeleteFunc(slices.Clone(actions), func(a string) bool {
					return a != string(ActionContactUpdate) && a != string(ActionContactUpdateOwn)
				}))
				if n != 1 {
					t.Errorf("audited %v", actions)
				}
			})
		}
	}
}

// TestWhatIsOwedIsFoundHoweverOld: sessions that are to end are ended by the repair also when the program was
// stopped for a month, and by one of a version that did not note since when, of edits since a time; as long
// as they cannot be ended, the repair says so.
func TestWhatIsOwedIsFoundHoweverOld(t *testing.T) {
	t.Parallel()
	door := &doorkeeper{away: true}
	w := newTown(t, func(o *Options) { o.Sessions = door })
	taken := func(email string) civic.ID {
		t.Helper()
		was := w.proved(t, ContactInput{GivenName: "Vera", FamilyName: "Bo", Emails: []string{email}})
		_, err := w.UpdateContact(t.Context(), w.Operator, was.ID, ContactInput{Shown: was.Shown(),
			GivenName: "Vera", FamilyName: "Bo", Language: civic.Italian, Kind: Person})
		if err == nil {
			t.Fatal("no error")
		}
		return was.ID
	}
	began := w.Clock.Now()
	taken("v@posta.example")
	old := taken("prima@posta.example")
	if _, err := w.contacts.Update(t.Context(), old, func(c *Contact) error {
		c.ShutOutAt = time.Time{} // as an earlier version stored it
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.Clock.Pass(30 * 24 * time.Hour)
	if _, err := w.RepairShutOuts(t.Context(), w.Clock.Now()); err == nil {
		t.Error("the repair says that all is done")
	}
	door.away = false
	if n, err := w.RepairShutOuts(t.Context(), w.Clock.Now()); n != 1 || err != nil ||
		!slices.Equal(door.ended, []string{"v@posta.example but "}) {
		t.Errorf("after a month: %d, %v: %v", n, err, door.ended)
	}
	if n, err := w.RepairShutOuts(t.Context(), began); n != 1 || err != nil || len(door.ended) != 2 {
		t.Errorf("of an earlier version: %d, %v: %v", n, err, door.ended)
	}
	if n, err := w.RepairShutOuts(t.Context(), began); n != 0 || err != nil {
		t.Errorf("once more: %d, %v", n, err)
	}
}
