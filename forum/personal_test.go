package forum

import (
	"crypto/rand"
	"slices"
	"testing"

	"ascolto/internal/civic"
)

// wrote returns the texts that a copy of all data holds of what a person wrote and reported.
func (w *town) wrote(about civic.Subject) (texts []string) {
	w.t.Helper()
	sections, err := w.ExportPersonal(w.t.Context(), civic.System("test"), about, "it")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, s := range sections {
		for _, e := range s.Entries {
			for _, f := range e.Fields {
				if f.Name == "text" || f.Name == "earlier" || f.Name == "hidden" {
					texts = append(texts, s.Name+" "+f.Name+": "+f.Value)
				}
			}
		}
	}
	slices.Sort(texts)
	return texts
}

// What a person wrote is known by the contact it is kept with: it follows neither an account that staff bound
// to somebody else, nor is it lost with an account that is no longer theirs. What is kept with no contact is
// the account's.
func TestWhatIsWrittenBelongsToItsContact(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	report := func(by civic.Actor, thread Thread, text string) Report {
		r, err := w.Report(ctx, by, ReportInput{FormKey: rand.Text(), Thread: thread.ID, Number: 1,
			Rule: "off_topic", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	rebound := w.anna // the same account, later another person's
	rebound.Contact = "contact-ada"
	again := citizen("anna-2", "Anna D'Alò") // Anna's contact, by another account
	again.Contact = w.anna.Contact
	thread := w.thread(w.bruno, "Il parco è buio", "I lampioni sono spenti.")
	first := w.reply(w.anna, thread, 1, "Prima")
	if _, err := w.EditPost(ctx, w.anna,
		EditInput{Thread: thread.ID, Number: first.Number, Revision: first.Revision, Base: "Prima",
			Source: "Prima, corretto"}); err != nil {
		t.Fatal(err)
	}
	w.reply(rebound, thread, 1, "Dopo")
	w.reply(again, thread, 1, "Di nuovo")
	old := w.reply(rebound, thread, 1, "Senza contatto")
	if _, err := w.posts.Update(ctx, old.ID,
		func(p *Post) error { p.Author.Contact = ""; return nil }); err != nil {
		t.Fatal(err)
	}
	report(w.anna, thread, "Segnalato prima")
	report(rebound, thread, "Segnalato dopo")
	if _, err := w.Decide(ctx, w.mod, DecisionInput{Thread: thread.ID, Number: first.Number,
		Action: ActionHide, Rule: "spam", Reason: "Ripetuto in dieci discussioni."}); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		about civic.Subject
		want  []string
	}{
		"the person who wrote, without that account": {civic.Subject{Contact: w.anna.Contact,
			Account: again.Account},
			[]string{"posts earlier: Prima", "posts hidden: spam", "posts text: Di nuovo",
				"posts text: Prima, corretto", "reports text: Segnalato prima"}},
		"who has the account now": {civic.Subject{Contact: rebound.Contact, Account: rebound.Account},
			[]string{"posts text: Dopo", "posts text: Senza contatto", "reports text: Segnalato dopo"}},
		"who replied to": {civic.Subject{Contact: w.bruno.Contact, Account: w.bruno.Account},
			[]string{"posts text: I lampioni sono spenti."}},
		"nobody": {civic.Subject{Contact: "contact-nobody"}, nil},
	} {
		if got := w.wrote(test.about); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
