package web_test

import (
	"net/url"
	"strings"
	"testing"

	"ascolto/crm/hours"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// A request has two clocks: that of the law, and that of what the municipality promises. An administrator
// says when offices work; a closure moves the second alone, and everybody reads why.
func TestTwoClocksOnOnePage(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	filedBy(t, town.As(t, town.Anna), "disservizio")
	r := onlyRequest(t, town, town.Anna)
	desk, anna := town.As(t, town.Desk), town.As(t, town.Anna)
	for name, page := range map[string]*webtest.Page{"the desk": desk.Get("/desk/requests/" + string(r.ID)),
		"the applicant": anna.Get("/richieste/mie/" + string(r.ID))} {
		for _, want := range []string{"Gli impegni del Comune", "Prima risposta:", "Conclusione:",
			"L'impegno è di 16 ore di ufficio.", "lunedì–venerdì: 08:30-13:00, 14:00-17:30", "Il termine"} {
			if !page.Has(want) {
				t.Errorf("%s does not read %q", name, want)
			}
		}
	}
	admin := town.As(t, town.Administrator)
	if list := admin.Get("/desk/hours"); list.Status != 200 || !list.Has("Tutto il Comune") ||
		!list.Has("come tutto il Comune") {
		t.Fatalf("the hours: status %d, %.300s", list.Status, list.Text())
	}
	path, today := "/desk/hours/town", civic.Now().In(civic.Rome())
	form := admin.Get(path)
	empty := url.Values{}
	for _, day := range hours.Weekdays() {
		empty.Set(hours.WeekdayField(day), "")
	}
	if shut := admin.Submit(form, path, empty); shut.Status != 422 || !shut.Has("Nessun giorno ha un orario") {
		t.Errorf("a week without hours answered %d", shut.Status)
	}
	wrong := admin.Submit(form, path, url.Values{"day.mon": {"dalle 9"}})
	if wrong.Status != 422 || wrong.Form(path).Get("day.mon") != "dalle 9" || !wrong.Has("8:30-13") {
		t.Errorf("wrong hours: status %d", wrong.Status)
	}
	first, last := today.Format("2006-01-02"), today.AddDate(0, 0, 13).Format("2006-01-02")
	closed := admin.Submit(form, path+"/closures", url.Values{"from": {first}, "until": {last},
		"reason": {"Trasloco dell'archivio"}})
	if closed.Status != 303 {
		t.Fatalf("a closure: status %d, %.400s", closed.Status, closed.Text())
	}
	if page := admin.Get(path); !page.Has("Trasloco dell'archivio") {
		t.Error("the closure is not listed")
	}
	before := onlyRequest(t, town, town.Anna)
	if _, err := town.Requests.KeepClocks(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := onlyRequest(t, town, town.Anna)
	if after.DueOn != before.DueOn {
		t.Errorf("the term of the law moved from %s to %s", before.DueOn, after.DueOn)
	}
	for n, p := range after.Promises {
		if days := p.DueAt.Sub(before.Promises[n].DueAt).Hours() / 24; days < 7 {
			t.Errorf("%s moved by %.1f days", p.Target, days)
		}
	}
	if page := desk.Get("/desk/requests/" + string(r.ID)); !page.Has("Trasloco dell'archivio") {
		t.Error("the reason of the closure is not told")
	}
	announced := "/desk/hours/urp"
	form = admin.Get(announced)
	if got := form.Form(announced).Get("day.fri"); got != "08:30-13:00, 14:00-17:30" {
		t.Errorf("the form of an office without hours of its own begins with %q on Friday", got)
	}
	saved := admin.Submit(form, announced, url.Values{"from": {last}, "day.fri": {"9-12"}})
	if page := admin.Get(announced); saved.Status != 303 || !page.Has("segue l'orario di tutto il Comune") ||
		!page.Has("venerdì: 09:00-12:00") {
		t.Errorf("hours that begin later: status %d, %.600s", saved.Status, page.Text())
	}
	if list := admin.Get("/desk/hours"); strings.Contains(list.Text(), " suo ") {
		t.Errorf("hours that have not begun count as its own: %.600s", list.Text())
	}
	audit := town.As(t, town.Officer).Get("/desk/audit?contact=" + string(town.Anna.Contact))
	if n := strings.Count(audit.Text(), "ha ricalcolato un impegno"); n != 1+2 { // one is the filter's
		t.Errorf("the audit has %d lines of promises that moved: %.600s", n, audit.Text())
	}
	for who, b := range map[string]*webtest.Browser{"an operator": desk, "a citizen": anna} {
		if page := b.Get(path); page.Status == 200 {
			t.Errorf("%s changes hours: status %d", who, page.Status)
		}
	}
}
