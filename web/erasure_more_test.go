package web_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"slices"
	"testing"

	"ascolto/crm/privacy"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web"
	"ascolto/web/webtest"
)

// busy is a part of the program while whose data are erased something more is stored, so many times.
type busy struct {
	civic.PersonalData
	more  int
	store func(context.Context) error
}

func (b *busy) ErasePersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, how civic.PersonalErasure,
) error {
	if err := b.PersonalData.ErasePersonal(ctx, by, about, how); err != nil || b.more == 0 {
		return err
	}
	b.more--
	return b.store(ctx)
}

// TestAnErasureToWhichMoreComes: mails to the person were kept as often as the program erased. The page says
// that it has begun, what is left, and that it is completed as it was begun; it asks for nothing again, and
// the button completes it.
func TestAnErasureToWhichMoreComes(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	outbox, err := notify.NewOutbox(t.Context(), notify.OutboxOptions{DB: town.DB, Vault: town.Vault})
	if err != nil {
		t.Fatal(err)
	}
	parts := slices.Clone(town.Personal)
	last := &busy{PersonalData: parts[0], more: 3, store: func(ctx context.Context) error {
		return outbox.Enqueue(ctx, notify.Message{
			ID: civic.ID(rand.Text()), To: "anna@posta.example", Language: "it", Subject: "Ricevuta",
			Text: "Arriva tardi.", Class: notify.ClassService, Contact: town.Anna.Contact,
		})
	}}
	parts[0] = last
	services := town.Services
	services.Erasures, err = privacy.NewErasures(t.Context(), privacy.ErasureOptions{
		DB: town.DB, Parts: parts, Contacts: town.CRM, Accounts: town.Accounts, Index: town.Search,
		Audit: town.Audit,
	})
	if err != nil {
		t.Fatal(err)
	}
	town.Site = webtest.Start(t, web.Options{Services: services, Vault: town.Vault})
	path := "/desk/contacts/" + string(town.Anna.Contact) + "/erasure"
	b := town.As(t, town.Officer)
	begun := b.Submit(b.Get(path), path,
		url.Values{"reason": {"request"}, "text": {"removed"}, "confirmed": {"1"}})
	if begun.Status != 303 || begun.Location != path || last.more != 0 {
		t.Fatalf("the erasure: %d to %q, %d more: %.400s", begun.Status, begun.Location, last.more, begun.Text())
	}
	page := b.Follow(begun)
	if !page.Has("e intanto è arrivato altro") {
		t.Errorf("nothing says that more came: %.400s", page.Text())
	}
	page = b.Get(path)
	form := page.Form(path)
	for _, want := range []string{"Che cosa è conservato su questa persona", "Messaggi inviati o da inviare 1",
		"non è arrivata in fondo", "Completa la cancellazione"} {
		if page.Status != 200 || !page.Has(want) {
			t.Errorf("while it is under way, %d: no %q: %.900s", page.Status, want, page.Text())
		}
	}
	if form == nil || form.Has("reason") || form.Has("text") || form.Has("confirmed") {
		t.Errorf("what is asked again: %v", form)
	}
	for _, never := range []string{"Dall'Olio", "Lo ha chiesto la persona", "sono stati cancellati",
		"privacy."} {
		if page.Has(never) {
			t.Errorf("while it is under way the page says %q", never)
		}
	}
	if english := b.Get(path + "?lingua=en"); !english.Has("Complete the erasure") ||
		english.Has("cancellazione") {
		t.Errorf("in English: %.400s", english.Text())
	}
	done := b.Submit(b.Get(path+"?lingua=it"), path, nil)
	if page := b.Follow(done); done.Status != 303 || page.Form(path) != nil ||
		!page.Has("Lo ha chiesto la persona") || !page.Has("Ivo Neri") {
		t.Errorf("completed: %d: %.400s", done.Status, page.Text())
	}
}
