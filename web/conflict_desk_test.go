package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"ascolto/crm/hours"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// twoAdministrators has two set what only administrators do: hours, steps and procedures.
func twoAdministrators(t *testing.T, town *webtest.Town) {
	t.Helper()
	b := town.As(t, town.Administrator)
	const office, whole, procedure = "/desk/hours/urp", "/desk/hours/town", "/desk/procedures/istanza"
	st, err := town.Requests.SaveStep(t.Context(), town.Administrator, "step-0000000000001", "", 0,
		requests.Step{Kind: requests.StepBefore, Value: 3, Tell: []requests.Reader{requests.ReaderHead}})
	if err != nil {
		t.Fatal(err)
	}
	step := "/desk/escalation/" + string(st.ID)
	today := civic.Now().In(civic.Rome())
	day := func(days int) string { return today.AddDate(0, 0, days).Format(time.DateOnly) }
	for _, tt := range []twoEdits{
		{editRow{"hours", office, office, b, "day.mon", nil, nil, "Orario dal giorno: "},
			[2]string{"9-12", "9-13"}, [2]string{"lunedì: 09:00-12:00", "lunedì: 09:00-13:00"},
			url.Values{"from": {day(30)}}},
		{editRow{"hours", whole, whole + "/patron", b, hours.PatronField, nil, nil, "Giorno del patrono"},
			[2]string{"31/01", "24/06"}, [2]string{}, nil},
		{editRow{"step", step, step, b, "value", url.Values{"tell": {"responsible", "head"}},
			url.Values{"urgent": {"1"}}, "Quando"}, [2]string{"4", "5"},
			[2]string{"mancano 4 giorni", "mancano 5 giorni"}, nil},
		{editRow{"procedure", procedure, procedure, b, "basis",
			url.Values{"description.en": {"Of the first."}, "office": {"lavori-pubblici"}},
			url.Values{"length": {"45"}, "stops": {"information", "privacy_opinion"}}, "Norma o regolamento"},
			[2]string{}, [2]string{}, nil},
	} {
		var after url.Values
		if tt.first != nil {
			after = tt.anotherField(t)
		}
		tt.oneField(t, after)
	}
	// another week, another closure, the patron: nobody is asked
	first, second := b.Get(whole), b.Get(whole)
	for _, sent := range []struct {
		page   *webtest.Page
		action string
		values url.Values
	}{
		{first, whole, url.Values{"from": {day(40)}, "day.tue": {"9-11"}}},
		{second, whole, url.Values{"from": {day(50)}, "day.tue": {"9-10"}}},
		{first, whole + "/closures", url.Values{"from": {day(20)}, "until": {day(20)}, "reason": {"Trasloco"}}},
		{second, whole + "/closures", url.Values{"from": {day(20)}, "until": {day(21)}, "reason": {"Lavori"}}},
		{first, whole + "/patron", url.Values{hours.PatronField: {"13/06"}}},
	} {
		if page := b.Submit(sent.page, sent.action, sent.values); page.Status != 303 {
			t.Fatalf("%s: status %d: %.500s", sent.action, page.Status, page.Text())
		}
	}
	now := b.Get(whole)
	for _, want := range []string{"martedì: 09:00-11:00", "martedì: 09:00-10:00", "Trasloco", "Lavori"} {
		if !now.Has(want) {
			t.Errorf("%q was lost", want)
		}
	}
	if now.Input(hours.PatronField) != "13/06" {
		t.Errorf("the patron's day is %q", now.Input(hours.PatronField))
	}
}

// TestARemovalThatIsRefused: what cannot be taken away is said on the page as it is now, and no form comes
// back half filled; a week that a colleague changed since is not taken away unseen, and is on purpose.
func TestARemovalThatIsRefused(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	ada, ugo := town.As(t, town.Administrator), town.As(t, town.Administrator)
	const office, whole = "/desk/hours/urp", "/desk/hours/town"
	from := civic.Now().In(civic.Rome()).AddDate(0, 0, 30).Format(time.DateOnly)
	week := func(b *webtest.Browser, page *webtest.Page, monday string) {
		t.Helper()
		saved := b.Submit(page, office, url.Values{"from": {from}, "day.mon": {monday}})
		if saved.Status != 303 {
			t.Fatalf("status %d: %.400s", saved.Status, saved.Text())
		}
	}
	week(ada, ada.Get(office), "9-12")
	open := ugo.Get(office)
	week(ada, ada.Get(office), "9-13")
	back := ugo.Submit(open, office+"/weeks/remove", nil)
	for _, want := range []string{"Non è stato tolto", "lunedì: 09:00-13:00", "in un'altra finestra"} {
		if alert := strings.Join(alerts(back), "|"); back.Status != 422 || !strings.Contains(alert, want) {
			t.Errorf("status %d, said %q, lacks %q", back.Status, alert, want)
		}
	}
	fresh := func(page *webtest.Page, path string) {
		t.Helper()
		form, want := page.Form(path), ugo.Get(path).Form(path)
		for _, day := range hours.Weekdays() {
			if name := hours.WeekdayField(day); form.Get(name) != want.Get(name) || want.Get("day.mon") == "" {
				t.Errorf("%s came back as %q, want %q", name, form.Get(name), want.Get(name))
			}
		}
		if form.Get("from") != want.Get("from") || form.Has("closed") || !page.Has("Errore:") {
			t.Errorf("the form came back with %v", form)
		}
	}
	fresh(back, office)
	if page := ugo.Get(office); !page.Has("lunedì: 09:00-13:00") {
		t.Error("the week was taken away")
	}
	if page := ugo.Submit(back, office+"/weeks/remove", nil); page.Status != 303 {
		t.Errorf("on purpose: status %d: %.400s", page.Status, page.Text())
	}
	if page := ugo.Get(office); !page.Has("segue l'orario di tutto il Comune") {
		t.Error("the week is there still")
	}
	page := ugo.Get(whole)
	request := page.Form(whole)
	request.Set("from", "")
	back = ugo.Do(ugo.PostRequest(whole+"/weeks/remove", request)) // which the page offers no button for
	alert := strings.Join(alerts(back), "|")
	if back.Status != 422 || !strings.Contains(alert, "si cambia, non si toglie") {
		t.Errorf("status %d, said %q", back.Status, alert)
	}
	fresh(back, whole)
}

// alerts returns what a page says in boxes that are read at once.
func alerts(page *webtest.Page) (all []string) {
	for _, n := range page.By("role", "alert") {
		all = append(all, webtest.TextOf(n))
	}
	return all
}
