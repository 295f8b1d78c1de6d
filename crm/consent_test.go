package crm

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

func yes(topic civic.ID) ConsentInput {
	return ConsentInput{Topic: topic, Channel: ByMail, Given: true, Version: 1, Language: "it",
		Source: FromPhone}
}

func TestConsentHistoryIsNeverAltered(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna", Emails: []string{"anna@posta.example"}})
	if _, err := w.SetConsent(t.Context(), w.Operator, anna.ID, yes("mobilita")); err != nil {
		t.Fatal(err)
	}
	first, err := w.Contact(t.Context(), w.Operator, anna.ID)
	if err != nil {
		t.Fatal(err)
	}
	row := first.Consents[0]
	want := Consent{ID: row.ID, Topic: "mobilita", Channel: ByMail, Given: true, Version: 1, Language: "it",
		Source: FromPhone, By: "urp-1", ByName: w.Operator.Name, At: row.At}
	if diff := cmp.Diff(want, row); diff != "" || row.ID == "" || row.At.IsZero() {
		t.Errorf("row: (-want +got)\n%s", diff)
	}
	before, err := w.ConsentReceipt(t.Context(), w.Operator, anna.ID, row.ID)
	if err != nil || before.Text == "" {
		t.Fatalf("receipt: %+v, %v", before, err)
	}

	// the text changes, the contact is edited, consent is taken back and given again: the row stays as it was
	topic, err := w.reference.Topic(t.Context(), "mobilita")
	if err != nil {
		t.Fatal(err)
	}
	if topic, err = w.reference.SaveTopic(t.Context(), w.News, topic,
		civic.Text{"it": "Testo nuovo", "en": "New text"}); err != nil || topic.Current().Version != 2 {
		t.Fatalf("%+v, %v", topic, err)
	}
	if _, err := w.UpdateContact(t.Context(), w.Operator, anna.ID,
		ContactInput{Version: 1, Kind: Person, GivenName: "Anna Maria"}); err != nil {
		t.Fatal(err)
	}
	// as notify says it
	if _, err := w.Withdraw(t.Context(), anna.ID, "mobilita", "unsubscribe/01CAMPAIGN"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SetConsent(t.Context(), w.Operator, anna.ID,
		yes("mobilita")); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("consent to a text that no longer holds: %v", err)
	}
	again := yes("mobilita")
	again.Version, again.Language = 2, "en"
	c, err := w.SetOwnConsent(t.Context(), w.Citizen(anna.ID), again)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Consents) != 3 {
		t.Fatalf("%d rows", len(c.Consents))
	}
	if diff := cmp.Diff(row, c.Consents[0]); diff != "" {
		t.Errorf("the first row changed:\n%s", diff)
	}
	if back := c.Consents[1]; back.Given || back.Source != FromUnsubscribe || back.Version != 1 ||
		back.Language != "it" {
		t.Errorf("taken back: %+v", back)
	}
	if own := c.Consents[2]; own.By != "" || own.Source != FromWeb || own.Version != 2 {
		t.Errorf("given by the person: %+v", own)
	}
	after, err := w.ConsentReceipt(t.Context(), w.Citizen(anna.ID), anna.ID, row.ID)
	if err != nil || after.Text != before.Text {
		t.Errorf("the receipt's text changed: %q, %v", after.Text, err)
	}
	if en, err := w.ConsentReceipt(t.Context(), w.Operator, anna.ID, c.Consents[2].ID); err != nil ||
		en.Text != "New text" {
		t.Errorf("receipt %q, %v", en.Text, err)
	}
}

func TestSayingWhatHoldsAddsNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna"})
	for range 3 {
		if _, err := w.SetConsent(t.Context(), w.Operator, anna.ID, yes("mobilita")); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		if _, err := w.Withdraw(t.Context(), anna.ID, "mobilita", string(FromUnsubscribe)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Withdraw(t.Context(), anna.ID, "partecipazione", string(FromUnsubscribe)); err != nil {
			t.Fatal(err)
		}
	}
	c, _ := w.contacts.Get(t.Context(), anna.ID)
	if len(c.Consents) != 2 || c.ConsentsTo("mobilita", ByMail) || c.ConsentsTo("partecipazione", ByMail) {
		t.Errorf("rows %+v", c.Consents)
	}
	got := w.audited(t, anna.ID)
	if !slices.Equal(got, []string{"crm.consent.withdraw", "crm.consent.give", "crm.contact.create"}) {
		t.Errorf("audited %v", got)
	}
}

func TestConsentsRefused(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna"})
	bruno := w.create(t, ContactInput{GivenName: "Bruno"})
	tests := []struct {
		name   string
		change func(*ConsentInput)
		want   civic.Code
	}{
		{"no such topic", func(c *ConsentInput) { c.Topic = "x" }, civic.NotFound},
		{"no such channel", func(c *ConsentInput) { c.Channel = AtDesk }, civic.Invalid},
		{"no language", func(c *ConsentInput) { c.Language = "" }, civic.Invalid},
		{"a source operators have not", func(c *ConsentInput) { c.Source = FromWeb }, civic.Invalid},
		{"no text", func(c *ConsentInput) { c.Version = 0 }, civic.Conflict},
		{"a text to come", func(c *ConsentInput) { c.Version = 2 }, civic.Conflict},
	}
	for _, tt := range tests {
		in := yes("mobilita")
		tt.change(&in)
		if _, err := w.SetConsent(t.Context(), w.Operator, anna.ID, in); civic.CodeOf(err) != tt.want {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if _, err := w.SetConsent(t.Context(), w.Works, anna.ID,
		yes("mobilita")); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("another office: %v", err)
	}
	if _, err := w.SetOwnConsent(t.Context(), w.Visitor,
		yes("mobilita")); civic.CodeOf(err) != civic.Unauthenticated {
		t.Errorf("a visitor: %v", err)
	}
	if _, err := w.SetConsent(t.Context(), w.Operator, anna.ID, yes("mobilita")); err != nil {
		t.Fatal(err)
	}
	c, _ := w.contacts.Get(t.Context(), anna.ID)
	if _, err := w.ConsentReceipt(t.Context(), w.Citizen(bruno.ID), anna.ID,
		c.Consents[0].ID); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("another citizen's receipt: %v", err)
	}
	if _, err := w.ConsentReceipt(t.Context(), w.Works, anna.ID,
		c.Consents[0].ID); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("a receipt for another office: %v", err)
	}
}
