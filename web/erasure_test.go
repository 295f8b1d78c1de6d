package web_test

import (
	"net/url"
	"testing"

	"ascolto/crm"
	"ascolto/crm/privacy"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/web"
	"ascolto/web/webtest"
)

// TestWhoErasesPeople: the page and the act are for who may erase alone; nobody else learns what is kept, or
// changes it.
func TestWhoErasesPeople(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	path := "/desk/contacts/" + string(town.Anna.Contact) + "/erasure"
	may := map[civic.ID]bool{town.Officer.Account: true}
	for _, who := range town.Everybody() {
		if may[who.Account] {
			continue
		}
		b := town.As(t, who)
		if page := b.Get(path); page.Status == 200 || page.Has("Scheda del contatto") {
			t.Errorf("%s reads what is kept: %d", who.Name, page.Status)
		}
		page := b.Post(path, url.Values{"reason": {"request"}, "text": {"removed"}, "confirmed": {"1"}})
		if page.Status != 403 && page.Status != 303 {
			t.Errorf("%s erases: %d", who.Name, page.Status)
		}
	}
	if c, err := town.CRM.Contact(t.Context(), town.Desk, town.Anna.Contact); err != nil ||
		c.FamilyName != "Dall'Olio" {
		t.Errorf("the contact: %+v, %v", c, err)
	}
	for _, who := range []civic.Actor{town.Officer} {
		if page := town.As(t, who).Get(path); page.Status != 200 || !page.Has("Anna Dall'Olio") {
			t.Errorf("%s: status %d: %.300s", who.Name, page.Status, page.Text())
		}
	}
	if page := town.As(t, town.Desk).Get("/desk/contacts/" +
		string(town.Anna.Contact)); page.Has("Cancellazione dei dati") {
		t.Error("who may not erase is led to the page")
	}
}

// TestErasingAPerson: from the contact's page to what was done, without a script; what is missing is asked
// for, what is chosen stays.
func TestErasingAPerson(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	contact := "/desk/contacts/" + string(town.Anna.Contact)
	path := contact + "/erasure"
	b := town.As(t, town.Officer)
	if page := b.Get(contact); page.Status != 200 || !page.Has("Cancellazione dei dati") {
		t.Fatalf("the contact: %d: %.300s", page.Status, page.Text())
	}
	page := b.Get(path)
	for _, want := range []string{
		"Scheda del contatto", "Si cancella", "Righe del registro delle operazioni", "almeno 24 mesi",
		"Risposte a sondaggi anonimi", "non conservano nulla che dica chi ha risposto", "copie di sicurezza",
	} {
		if !page.Has(want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if page.Has("privacy.") {
		t.Errorf("the page shows a key: %.600s", page.Text())
	}
	if english := b.Get(path + "?lingua=en"); !english.Has("Erasure of data") ||
		!english.Has("at least 24 months") {
		t.Errorf("in English: %.300s", english.Text())
	}
	page = b.Submit(b.Get(path+"?lingua=it"), path, url.Values{"text": {"removed"}})
	if page.Status != 422 || page.Form(path).Get("text") != "removed" || !page.Has("spuntare la conferma") {
		t.Fatalf("without reason and confirmation: %d: %.400s", page.Status, page.Text())
	}
	done := b.Submit(page, path, url.Values{"reason": {"request"}, "text": {"removed"}, "confirmed": {"1"}})
	if done.Status != 303 || done.Location != path {
		t.Fatalf("the erasure: %d to %q: %.400s", done.Status, done.Location, done.Text())
	}
	page = b.Follow(done)
	if page.Status != 200 || !page.Has("Ivo Neri") || !page.Has("Lo ha chiesto la persona") ||
		page.Has("Dall'Olio") || page.Has("non ancora: succede di notte") == town.DB.Shared() {
		t.Errorf("what was done: %d: %.600s", page.Status, page.Text())
	}
	if page := b.Get(contact); page.Status != 404 {
		t.Errorf("the contact is still there: %d", page.Status)
	}
	if page := b.Post(path,
		url.Values{"reason": {"duty"}, "text": {"kept"}, "confirmed": {"1"}}); page.Status != 303 {
		t.Errorf("erased twice: %d", page.Status)
	}
	audited := b.Get("/desk/audit?action=" + string(privacy.ActionErase))
	if !audited.Has("ha cancellato i dati di una persona") || !audited.Has("Lo ha chiesto la persona") ||
		audited.Has("privacy.") {
		t.Errorf("the audit: %.600s", audited.Text())
	}
}

// TestErasingWaitsForWhatIsOpen: the page says what is still to be done, of which office it is and who
// follows it, with a link for who may open it alone, and offers no button; the act is refused.
func TestErasingWaitsForWhatIsOpen(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	i, err := town.CRM.RecordInteraction(t.Context(), town.Desk, crm.InteractionInput{
		Contact: town.Anna.Contact, Channel: crm.ByPhone, Direction: crm.Inbound, Office: "urp",
		Subject: "Certificato da spedire",
		Outcome: crm.FollowUp,
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/desk/contacts/" + string(town.Anna.Contact) + "/erasure"
	b := town.As(t, town.Officer)
	page := b.Get(path)
	link := "/desk/interactions/" + string(i.ID)
	if !page.Has("Certificato da spedire Ufficio: ") || !page.Has("Seguito da: Carla Conti") ||
		page.Form(path) != nil || len(page.By("href", link)) != 0 {
		t.Errorf("the page: %.500s", page.Text())
	}
	both := town.Officer
	both.Roles = []civic.Role{civic.DataProtection, civic.Operator}
	if page := town.As(t, civic.NewActor(both, web.Grants())).Get(path); len(page.By("href", link)) == 0 {
		t.Errorf("who may open it is not led there: %.500s", page.Text())
	}
	refused := b.Post(path, url.Values{"reason": {"request"}, "text": {"kept"}, "confirmed": {"1"}})
	if refused.Status != 409 || !refused.Has("Certificato da spedire") {
		t.Errorf("the refusal: %d: %.500s", refused.Status, refused.Text())
	}
}

// TestAnErasureThatWaitsSaysWhatFor: a conversation was opened after the erasure had begun. The page says
// that it has begun and what it waits for, not that nothing is erased; the button is there when that is
// closed.
func TestAnErasureThatWaitsSaysWhatFor(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	records, err := docstore.Collect[privacy.Erasure](t.Context(), town.DB,
		docstore.Spec{Name: "erasures", Indexes: []docstore.Index{ // as the program has it
			{Name: "done", Fields: []string{"doneAt", "begunAt"}},
			{Name: "settled", Fields: []string{"settledAt", "doneAt"}},
			{Name: "rebuilt", Fields: []string{"rebuiltAt", "doneAt"}},
		}})
	if err != nil {
		t.Fatal(err)
	}
	begun := privacy.Erasure{Meta: docstore.Meta{ID: town.Anna.Contact}, Reason: privacy.ReasonRequest,
		By: town.Officer.Account, ByName: town.Officer.Name,
		BegunAt: civic.Now()}
	if err := records.Insert(t.Context(), &begun); err != nil {
		t.Fatal(err)
	}
	i, err := town.CRM.RecordInteraction(t.Context(), town.Desk, crm.InteractionInput{
		Contact: town.Anna.Contact, Channel: crm.ByPhone, Direction: crm.Inbound, Office: "urp",
		Subject: "Certificato da spedire", Outcome: crm.FollowUp,
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/desk/contacts/" + string(town.Anna.Contact) + "/erasure"
	b := town.As(t, town.Officer)
	page := b.Get(path)
	if !page.Has("La cancellazione è cominciata, e poi è stato aperto un colloquio") ||
		page.Has("non si cancella nulla") || !page.Has("Certificato da spedire") || page.Form(path) != nil {
		t.Errorf("while it waits: %.500s", page.Text())
	}
	if _, err := town.CRM.CloseFollowUp(t.Context(), town.Desk, i.ID, "Spedito."); err != nil {
		t.Fatal(err)
	}
	page = b.Get(path)
	if page.Form(path) == nil || page.Has("è stato aperto un colloquio") {
		t.Errorf("after it was closed: %.500s", page.Text())
	}
	if done := b.Submit(page, path, nil); done.Status != 303 || !b.Follow(done).Has("Ivo Neri") &&
		!b.Follow(done).Has("Lo ha chiesto la persona") {
		t.Errorf("completed: %d: %.300s", done.Status, done.Text())
	}
}
