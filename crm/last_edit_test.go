package crm

import (
	"testing"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// TestAnEditIsToldOfByWhoMadeIt: when the program died before the audit was told of an edit, whoever saves
// the contact next without changing anything completes the line, which names who made the edit and as what.
func TestAnEditIsToldOfByWhoMadeIt(t *testing.T) {
	t.Parallel()
	typed := func(c Contact, phones ...string) ContactInput {
		return ContactInput{Shown: c.Shown(), Kind: Person, GivenName: "Vera", FamilyName: "Bo",
			Language: civic.Italian, Emails: []string{"vera@posta.example"}, Phones: phones}
	}
	asStaff := func(w *town, by civic.Actor, c Contact, phones ...string) error {
		_, err := w.UpdateContact(t.Context(), by, c.ID, typed(c, phones...))
		return err
	}
	asPerson := func(w *town, _ civic.Actor, c Contact, phones ...string) error {
		_, err := w.UpdateOwnContact(t.Context(), w.Citizen(c.ID), typed(c, phones...))
		return err
	}
	type saving func(w *town, by civic.Actor, c Contact, phones ...string) error
	for name, c := range map[string]struct {
		edit, save saving
		action     audit.Action
	}{
		"staff, then the person": {asStaff, asPerson, ActionContactUpdate},
		"staff, then a colleague": {asStaff, func(w *town, _ civic.Actor, c Contact, phones ...string) error {
			return asStaff(w, w.News, c, phones...)
		}, ActionContactUpdate},
		"the person, then staff": {asPerson, asStaff, ActionContactUpdateOwn},
		"staff, twice":           {asStaff, asStaff, ActionContactUpdate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, m := mortalTown(t)
			was := w.create(t, ContactInput{GivenName: "Vera", FamilyName: "Bo",
				Emails: []string{"vera@posta.example"}, Language: civic.Italian})
			was, err := w.contacts.Get(t.Context(), was.ID)
			if err != nil {
				t.Fatal(err)
			}
			live := m.Dies(1) // the edit is stored, and no line
			err = c.edit(w, w.Operator, was, "059 203040")
			if !live() || err == nil {
				t.Fatalf("it did not die: %v", err)
			}
			now, err := w.contacts.Get(t.Context(), was.ID)
			if err != nil || now.Version != was.Version+1 {
				t.Fatalf("version %d, %v", now.Version, err)
			}
			for range 2 {
				if err := c.save(w, w.Operator, now, "059 203040"); err != nil {
					t.Fatal(err)
				}
			}
			if err := c.edit(w, w.Operator, was, "059 203040"); err != nil {
				t.Fatal("the form sent again:", err)
			}
			page, err := w.Log.List(t.Context(), civic.System("test"), audit.Query{Contact: was.ID})
			if err != nil {
				t.Fatal(err)
			}
			by := w.Operator
			if c.action == ActionContactUpdateOwn {
				by = w.Citizen(was.ID)
			}
			n := 0
			for _, r := range page.Items {
				if r.Action != ActionContactUpdate && r.Action != ActionContactUpdateOwn {
					continue
				}
				n++
				own := r.Action == ActionContactUpdateOwn
				if r.Action != c.action || r.Actor != by.Account || own != (r.Person == was.ID) ||
					own != (r.Name == "") || !own && r.Name != by.Name {
					t.Errorf("told: %s by %q (%q), person %q", r.Action, r.Actor, r.Name, r.Person)
				}
			}
			if n != 1 {
				t.Errorf("told of %d times", n)
			}
		})
	}
}

// TestWhatAFormDidNotMakeIsNotToldOf: who saves a contact as a sign-in left it, without changing anything,
// has done nothing.
func TestWhatAFormDidNotMakeIsNotToldOf(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.create(t, ContactInput{GivenName: "Vera", FamilyName: "Bo", Language: civic.Italian})
	c, err := w.contacts.Update(t.Context(), c.ID, func(c *Contact) error {
		c.signIn(ActionContactLearn, w.now())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	in := ContactInput{Shown: c.Shown(), Kind: Person, GivenName: "Vera", FamilyName: "Bo",
		Language: civic.Italian}
	if _, err := w.UpdateContact(t.Context(), w.Operator, c.ID, in); err != nil {
		t.Fatal(err)
	}
	for _, action := range w.audited(t, c.ID) {
		if action == string(ActionContactUpdate) {
			t.Error("staff are told of as having changed it")
		}
	}
}
