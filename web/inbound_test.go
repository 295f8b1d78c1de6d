package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"ascolto/crm/requests/intake"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

const inboundPath = "/desk/inbound"

// wrote has a mail come in, and returns what came of it.
func wrote(t *testing.T, town *webtest.Town, lines ...string) intake.Mail {
	t.Helper()
	raw := strings.Join(lines, "\r\n")
	m, err := town.Intake.Take(t.Context(), intake.Arrived{Place: "1/" + lines[1],
		At: civic.Now().Add(-time.Minute), Size: int64(len(raw)), Body: strings.NewReader(raw)})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// mailsComeIn has mails of every kind come in: one that became a request, one that waits, one of a machine,
// one that nobody could read.
func mailsComeIn(t *testing.T, town *webtest.Town) (filed, waits, machines, bomb intake.Mail) {
	t.Helper()
	waits = wrote(t, town, "From: Carlo Rossi <carlo@posta.example>", "Subject: Buca in via Roma", "",
		"È <b>profonda</b>.")
	set, err := town.Intake.SaveSettings(t.Context(), town.Administrator, 0,
		intake.Settings{Procedure: "istanza", Office: "urp"}, []civic.ID{"urp"})
	if err != nil || set.Procedure != "istanza" {
		t.Fatal(err)
	}
	filed = wrote(t, town, "From: Anna <anna@posta.example>", "Subject: Lampione spento", "",
		"In via Emilia 12.")
	machines = wrote(t, town, "From: Carlo <carlo@posta.example>", "Subject: Fuori ufficio",
		"Auto-Submitted: auto-replied", "", "Torno lunedì.")
	bomb = wrote(t, town, "From: Carlo <carlo@posta.example>", "Subject: A tutti",
		"Cc: "+strings.Repeat("a@b.example, ", 2000), "", "Ciao")
	return filed, waits, machines, bomb
}

// Staff see what came in by mail and what became of it, file what waits, add it to a request, or discard it
// with a reason; what was typed comes back when it is wrong, and nobody else's office reads it.
func TestMailIsSortedAtTheDesk(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	filed, waits, machines, bomb := mailsComeIn(t, town)
	desk := town.As(t, town.Desk)
	if home := desk.Get("/desk"); !home.Has("2 e-mail aspettano che qualcuno dica che cosa sono") {
		t.Errorf("the start page does not say that mails wait: %.600s", home.Text())
	}
	list := desk.Get(inboundPath)
	for _, want := range []string{"Lampione spento", "divenuta una richiesta", filed.Number, "Buca in via Roma",
		"da smistare", "Carlo Rossi <carlo@posta.example>", "automatica", "in quarantena", "troppi destinatari"} {
		if !list.Has(want) {
			t.Errorf("the list does not say %q: %.900s", want, list.Text())
		}
	}
	if few := desk.Get(inboundPath + "?state=quarantined"); !few.Has("A tutti") || few.Has("Buca in via Roma") {
		t.Errorf("the filter: %.600s", few.Text())
	}
	path := inboundPath + "/" + string(waits.ID)
	one := desk.Get(path)
	if !one.Has("È <b>profonda</b>.") || strings.Contains(one.Body, "<b>profonda") {
		t.Errorf("the mail: %.900s", one.Text())
	}
	back := desk.Submit(one, path+"/file", url.Values{"procedure": {""}, "subject": {"Buca profonda"}})
	if back.Status != 422 || back.Form(path+"/file").Get("subject") != "Buca profonda" {
		t.Errorf("without a procedure: status %d, %.600s", back.Status, back.Text())
	}
	sent := desk.Submit(back, path+"/file", url.Values{"procedure": {"istanza"}})
	if sent.Status != 303 || !desk.Get(sent.Location).Has("è ora la richiesta n.") {
		t.Errorf("filing: status %d to %s, %.300s", sent.Status, sent.Location, sent.Text())
	}
	if found := desk.Get("/desk/requests"); !found.Has("Buca profonda") || !found.Has("Rossi Carlo") {
		t.Errorf("the queue: %.600s", found.Text())
	}

	path = inboundPath + "/" + string(machines.ID)
	back = desk.Submit(desk.Get(path), path+"/attach", url.Values{"number": {"2020-000001"}})
	if back.Status != 422 || !back.Has("Non c'è nessuna richiesta") ||
		back.Form(path+"/attach").Get("number") != "2020-000001" {
		t.Errorf("to no request: status %d, %.600s", back.Status, back.Text())
	}
	sent = desk.Submit(back, path+"/attach", url.Values{"number": {filed.Number}})
	if sent.Status != 303 || !desk.Get(sent.Location).Has("è ora con la richiesta n. "+filed.Number) {
		t.Errorf("adding: status %d, %.300s", sent.Status, sent.Text())
	}
	notes := desk.Get("/desk/requests/" + string(filed.Request))
	if !notes.Has("Torno lunedì.") {
		t.Errorf("the request has no note of it: %.900s", notes.Text())
	}
	if own := town.As(t, town.Anna).Get("/richieste/mie/" + string(filed.Request)); own.Status != 200 ||
		own.Has("Torno lunedì.") {
		t.Errorf("the applicant reads the note: status %d", own.Status)
	}

	path = inboundPath + "/" + string(bomb.ID)
	if original := desk.Get(path + "/original"); original.Status != 200 ||
		!strings.HasPrefix(original.Header.Get("Content-Disposition"), "attachment") ||
		!strings.HasPrefix(original.Body, "From: Carlo") {
		t.Errorf("the original: status %d, %v", original.Status, original.Header)
	}
	ask := desk.Get(path + "/discard")
	back = desk.Submit(ask, path+"/discard", url.Values{"reason": {" "}})
	if back.Status != 422 || !ask.Has("Nessuno riceve risposta") {
		t.Errorf("without a reason: status %d, %.600s", back.Status, back.Text())
	}
	sent = desk.Submit(back, path+"/discard", url.Values{"reason": {"Pubblicità."}})
	if done := desk.Get(path); sent.Status != 303 || !done.Has("scartata") || !done.Has("Pubblicità.") {
		t.Errorf("discarding: status %d, %.600s", sent.Status, done.Text())
	}
	if again := desk.Get(path + "/discard"); again.Status != 409 {
		t.Errorf("what was discarded is asked about: status %d", again.Status)
	}
	var scenarios []webtest.Scenario
	for _, who := range town.Everybody() {
		want := map[civic.Role]int{civic.Operator: 200, civic.OfficeMember: 404, civic.OfficeHead: 404}[roleOf(who)]
		if want == 200 {
			continue
		}
		if want == 0 {
			want = 403
		}
		if who.Account == "" || roleOf(who) == civic.Citizen {
			continue
		}
		for _, below := range []string{"", "/original"} {
			scenarios = append(scenarios, webtest.Scenario{Name: string(roleOf(who)) + below, Who: &who,
				Path: path + below, WantStatus: want, WantNot: []string{"A tutti"}})
		}
	}
	town.Run(t, scenarios)
	if home := town.As(t, town.Works).Get("/desk"); home.Has("e-mail aspett") {
		t.Errorf("another office is told of mails: %.600s", home.Text())
	}
}

func roleOf(who civic.Actor) civic.Role {
	if len(who.Roles) == 0 {
		return ""
	}
	return who.Roles[0]
}

// Administrators say what becomes of mail; a form that a colleague has overtaken is told so.
func TestAdministratorsSayWhatMailsAskFor(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	const path = "/desk/inbound-settings"
	admin := town.As(t, town.Administrator)
	form := admin.Get(path)
	saved := admin.Submit(form, path, url.Values{"procedure": {"istanza"}, "office": {"urp"}})
	if saved.Status != 303 || admin.Get(path).Form(path).Get("procedure") != "istanza" {
		t.Errorf("saving: status %d, %.600s", saved.Status, saved.Text())
	}
	other := admin.Submit(form, path, url.Values{"procedure": {""}, "office": {""}})
	if other.Status != 422 || !other.Has("Un collega ha cambiato") {
		t.Errorf("an overtaken form: status %d, %.600s", other.Status, other.Text())
	}
	set, err := town.Intake.Settings(t.Context())
	if err != nil || set.Procedure != "istanza" || set.Office != "urp" {
		t.Errorf("settings: %+v, %v", set, err)
	}
	wrong := admin.Submit(admin.Get(path), path, url.Values{"procedure": {"nessuno"}, "office": {"urp"}})
	if wrong.Status != 422 {
		t.Errorf("a procedure that there is not: status %d", wrong.Status)
	}
	town.Run(t, []webtest.Scenario{{Name: "the desk", Who: &town.Desk, Path: path, WantStatus: 403}})
}
