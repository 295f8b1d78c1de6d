package crm

import (
	"testing"

	"ascolto/internal/civic"
)

func TestRecipient(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna", FamilyName: "D'Angelo", District: "centro",
		Language: "en", Emails: []string{"anna@posta.example", "b@posta.example"}})
	silent := w.create(t, ContactInput{GivenName: "Bruno"})
	if _, err := w.SetConsent(t.Context(), w.Operator, anna.ID, yes("mobilita")); err != nil {
		t.Fatal(err)
	}
	r, err := w.Recipient(t.Context(), anna.ID, "mobilita", false)
	if err != nil || r.Skip != "" || r.Address != "anna@posta.example" || r.Name != "Anna D'Angelo" ||
		r.Language != "en" || r.Fields["district"] != "Centro storico" || r.Fields["given_name"] != "Anna" {
		t.Errorf("%+v, %v", r, err)
	}
	for _, tt := range []struct {
		contact, topic civic.ID
		institutional  bool
		want           string
	}{
		{anna.ID, "cultura-eventi", false, SkipNoConsent},
		{anna.ID, "cultura-eventi", true, ""},
		{silent.ID, "mobilita", true, SkipNoAddress},
		{"nobody", "mobilita", true, SkipGone},
	} {
		if r, err := w.Recipient(t.Context(), tt.contact, tt.topic, tt.institutional); err != nil ||
			r.Skip != tt.want || (r.Address == "") != (tt.want != "") {
			t.Errorf("%s about %s: %+v, %v", tt.contact, tt.topic, r, err)
		}
	}
	if _, err := w.Withdraw(t.Context(), anna.ID, "mobilita", "unsubscribe"); err != nil {
		t.Fatal(err)
	}
	if r, _ := w.Recipient(t.Context(), anna.ID, "mobilita", false); r.Skip != SkipNoConsent {
		t.Errorf("a withdrawal counts at once: %+v", r)
	}
	if _, err := w.Withdraw(t.Context(), "nobody", "mobilita",
		"unsubscribe"); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("%v", err)
	}
}
