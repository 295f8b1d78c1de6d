package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html/atom"

	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/search"
	"ascolto/surveys"
	"ascolto/web/desk/deskui"
	"ascolto/web/webtest"
)

// crowd gives a town n more contacts, some of whose names a spreadsheet would run.
func crowd(t *testing.T, town *webtest.Town, n int) {
	t.Helper()
	people := func(yield func(crm.LoadContact) bool) {
		for i := range n {
			in := crm.ContactInput{Kind: crm.Person, GivenName: "Persona",
				FamilyName: fmt.Sprintf("Numero%05d", i), Language: civic.Italian, District: "centro"}
			if !yield(crm.LoadContact{ContactInput: in, CreatedAt: civic.Now()}) {
				return
			}
		}
	}
	if err := town.CRM.LoadContacts(t.Context(), civic.System("test"), people, nil); err != nil {
		t.Fatal(err)
	}
}

// worked has the town's long work done.
func worked(t *testing.T, town *webtest.Town) {
	t.Helper()
	for {
		more, err := town.Work.WorkOne(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return
		}
	}
}

// refreshed reports whether a browser without scripts shows the page anew by itself.
func refreshed(page *webtest.Page) bool {
	return strings.Contains(page.Body, `<noscript><meta http-equiv="refresh" content="3"`)
}

// actions returns how often each action was audited.
func actions(t *testing.T, town *webtest.Town, action audit.Action) (n int) {
	t.Helper()
	page, err := town.Audit.List(t.Context(), civic.System("test"), audit.Query{Action: action})
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Items)
}

// TestLargeExport: a list that is too large to be sent at once is made as a task, which its page follows to
// the file.
func TestLargeExport(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	news := town.As(t, town.News)
	list := news.Get("/desk/contacts")
	if sent := news.Submit(list, "/desk/contacts/export", nil); sent.Status != 303 ||
		!strings.HasPrefix(sent.Location, "/desk/contacts/export?") {
		t.Errorf("a small list: %d, leads to %q", sent.Status, sent.Location)
	}
	crowd(t, town, crm.DirectExport+1)
	asked := news.Submit(list, "/desk/contacts/export", nil)
	if again := news.Submit(list, "/desk/contacts/export", nil); asked.Status != 303 ||
		again.Location != asked.Location {
		t.Fatalf("asking leads to %d %q, and once more to %q", asked.Status, asked.Location, again.Location)
	}
	path := asked.Location
	waiting := news.Follow(asked)
	if !waiting.Has("In attesa") || !waiting.Has("Annulla l'elaborazione") || !refreshed(waiting) ||
		len(waiting.By("data-live", "3")) != 1 {
		t.Errorf("the page of a task that waits says: %.900s", waiting.Text())
	}
	if held := news.Get(path + "?hold=1"); refreshed(held) || !held.Has("Riprendi l'aggiornamento") {
		t.Error("the refreshing cannot be stopped")
	}
	if early := news.Get(path + "/file"); early.Status != 409 {
		t.Errorf("a file that is not made yet: %d", early.Status)
	}
	worked(t, town)
	done := news.Get(path)
	if !done.Has("Scarica il file") || !done.Has("contatti.csv") || refreshed(done) ||
		done.Has("Annulla l'elaborazione") {
		t.Errorf("the page of a task that is done says: %.900s", done.Text())
	}
	file := news.Get(path + "/file")
	direct := news.Get("/desk/contacts/export")
	if file.Status != 200 || file.Body != direct.Body || strings.Count(file.Body, "\r\n") != crm.DirectExport+
		1+2+1 {
		t.Errorf("the file has status %d and %d lines", file.Status, strings.Count(file.Body, "\r\n"))
	}
	if got := file.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") ||
		file.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the file is sent as %q, %q", got, file.Header.Get("Cache-Control"))
	}
	exports, err := town.Audit.List(t.Context(), civic.System("test"),
		audit.Query{Action: "crm.contact.export"})
	for _, r := range exports.Items {
		if err != nil || r.Name != town.News.Name {
			t.Errorf("an export is audited as one of %q, %v", r.Name, err)
		}
	}
	for action, want := range map[audit.Action]int{work.ActionAsked: 1, "crm.contact.export": 2,
		work.ActionTaken: 1} {
		if n := actions(t, town, action); n != want {
			t.Errorf("%s was audited %d times, want %d", action, n, want)
		}
	}
	for _, who := range town.Everybody() {
		wantPage, wantFile := 404, 404
		b := town.Browser(t)
		switch {
		case who.Account == "":
			wantPage, wantFile = 303, 303
		case !who.IsStaff():
			wantPage, wantFile = 403, 403
		case who.Account == town.News.Account:
			wantPage, wantFile = 200, 200
		case who.Account == town.Administrator.Account:
			wantPage = 200
		}
		if who.Account != "" {
			b = town.As(t, who)
		}
		if page := b.Get(path); page.Status != wantPage {
			t.Errorf("%s is answered %d by the page, want %d", who.Name, page.Status, wantPage)
		}
		if page := b.Get(path + "/file"); page.Status != wantFile {
			t.Errorf("%s is answered %d by the file, want %d", who.Name, page.Status, wantFile)
		}
	}
	if seen := town.As(t, town.Administrator).Get(path); seen.Has("Scarica il file") ||
		!seen.Has("solo chi l'ha richiesto") {
		t.Error("administrators are offered somebody's file")
	}
	former := town.News
	former.Roles = []civic.Role{civic.Operator} // who changed duties since
	if page := town.As(t, former).Get(path + "/file"); page.Status != 403 {
		t.Errorf("who lost the permission is answered %d", page.Status)
	}
	if page := town.As(t, former).Get(path); page.Has("Scarica il file") {
		t.Error("who lost the permission is offered the file")
	}
}

// TestLargeSegmentExport: the same for the people of a segment.
func TestLargeSegmentExport(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	crowd(t, town, crm.DirectExport+1)
	g, err := town.Segments.Create(t.Context(), town.News,
		segment.Input{Name: "Centro", Rule: segment.Rule{Op: segment.OpIs, Field: crm.AttributeDistrict,
			Values: []string{"centro"}}})
	if err != nil {
		t.Fatal(err)
	}
	news, path := town.As(t, town.News), "/desk/segments/"+string(g.ID)
	asked := news.Submit(news.Get(path), path+"/export", nil)
	worked(t, town)
	if page := news.Get(asked.Location); !page.Has("Centro") || !page.Has("segmento.csv") {
		t.Fatalf("the page says: %.900s", page.Text())
	}
	file, direct := news.Get(asked.Location+"/file"), news.Get(path+"/export")
	if file.Body != direct.Body || strings.Count(file.Body, "\r\n") != crm.DirectExport+1+1 {
		t.Errorf("the file has status %d and %d lines", file.Status, strings.Count(file.Body, "\r\n"))
	}
	if list := news.Get("/desk/work"); !list.Has("Contatti di un segmento") || !list.Has("Terminata") {
		t.Errorf("the list says: %.600s", list.Text())
	}
	if list := town.As(t, town.Desk).Get("/desk/work"); list.Has("Contatti di un segmento") {
		t.Error("the list shows somebody else's task")
	}
}

// TestInterruptedExportIsWhole: an export that is interrupted again and again, by stops of the program, has
// each contact once.
func TestInterruptedExportIsWhole(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	crowd(t, town, crm.DirectExport+3000)
	g, err := town.Segments.Create(t.Context(), town.News,
		segment.Input{Name: "Centro", Rule: segment.Rule{Op: segment.OpIs, Field: crm.AttributeDistrict,
			Values: []string{"centro"}}})
	if err != nil {
		t.Fatal(err)
	}
	news := town.As(t, town.News)
	for from, direct := range map[string]string{"/desk/contacts": "/desk/contacts/export",
		"/desk/segments/" + string(g.ID): ""} {
		asked := news.Submit(news.Get(from), from+"/export", nil)
		id := civic.ID(asked.Location[strings.LastIndex(asked.Location, "/")+1:])
		task := stopOften(t, town, id)
		if task.State != work.Done || task.Term < 3 {
			t.Fatalf("%s: it ended as %s after %d claims", from, task.State, task.Term)
		}
		if direct == "" {
			direct = from + "/export"
		}
		if news.Get(asked.Location+"/file").Body != news.Get(direct).Body {
			t.Errorf("%s: the file is not what an export at once is", from)
		}
	}
	if n := actions(t, town, "crm.segment.export"); n != 2 { // the task and the one at once
		t.Errorf("the export was audited %d times", n)
	}
}

// stopOften works on a task, and stops each time some progress was stored.
func stopOften(t *testing.T, town *webtest.Town, id civic.ID) work.Task {
	t.Helper()
	for seen := 0; ; {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_, _ = town.Work.WorkOne(ctx) // a store's error of a context that ended
		}()
		var task work.Task
		for task.Done <= seen && task.State != work.Done {
			var err error
			if task, err = town.Work.Task(t.Context(), town.Administrator, id); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Millisecond)
		}
		seen = task.Done
		stop()
		<-ended
		if task, _ = town.Work.Task(t.Context(), town.Administrator, id); !task.Open() {
			return task
		}
	}
}

// TestCancelTask: who asked and administrators may stop a task, others learn nothing of it.
func TestCancelTask(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	task := func() string {
		added, err := town.Work.Add(t.Context(), town.News,
			work.NewTask{FormKey: fmt.Sprintf("form-%020d", time.Now().UnixNano()), Kind: crm.WorkContacts})
		if err != nil {
			t.Fatal(err)
		}
		return "/desk/work/" + string(added.ID)
	}
	path := task()
	if page := town.As(t, town.Head).Post(path+"/cancel", url.Values{}); page.Status != 404 {
		t.Errorf("somebody else is answered %d", page.Status)
	}
	for _, who := range []civic.Actor{town.News, town.Administrator} {
		path, b := task(), town.As(t, who)
		shown := b.Get(path)
		cancelled := b.Submit(shown, path+"/cancel", nil)
		if page := b.Follow(cancelled); !page.Has("Annullata") ||
			!page.Has("L'elaborazione è stata annullata.") || refreshed(page) {
			t.Errorf("%s sees: %.600s", who.Name, page.Text())
		}
		if again := b.Submit(shown, path+"/cancel", nil); again.Status != 303 {
			t.Errorf("%s presses twice: %d %.300s", who.Name, again.Status, again.Text())
		}
		late := town.As(t, town.Administrator)
		if who.Account == town.Administrator.Account {
			late = town.As(t, town.News)
		}
		if done := late.Post(path+"/cancel", url.Values{}); done.Status == 303 {
			t.Errorf("a colleague of %s cancels what has ended", who.Name)
		}
	}
	if n := actions(t, town, work.ActionCancelled); n != 2 {
		t.Errorf("cancelling was audited %d times", n)
	}
}

// TestTaskInWords: a task that failed says why, and every state and kind has its words in both languages.
func TestTaskInWords(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	added, err := town.Work.Add(t.Context(), town.News, work.NewTask{
		FormKey: "form-0000000000000001", Kind: segment.WorkExport,
		Input: map[string]string{"segment": "no-such"},
	})
	if err != nil {
		t.Fatal(err)
	}
	worked(t, town)
	b := town.As(t, town.News)
	page := b.Get("/desk/work/" + string(added.ID))
	if !page.Has("Non riuscita") || !page.Has("L'elaborazione non è riuscita:") || refreshed(page) ||
		len(page.Tags(atom.Progress)) != 0 {
		t.Errorf("the page says: %.600s", page.Text())
	}
	for _, lang := range []string{"it", "en"} {
		for _, kind := range town.CRM.WorkKinds() {
			if key := work.KindWord(kind.Name); !slices.Contains(keysOf(t, "work", lang), key) {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
	}
}

// keysOf lists the texts of a catalogue.
func keysOf(t *testing.T, area, lang string) (keys []string) {
	t.Helper()
	b, err := os.ReadFile("locale/" + area + "." + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]string
	if err := json.Unmarshal(b, &texts); err != nil {
		t.Fatal(err)
	}
	return slices.Collect(maps.Keys(texts))
}

// TestATaskLeadsWhereOneMayGo: the link to what a task is about is there for who may open it.
func TestATaskLeadsWhereOneMayGo(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	for _, task := range []work.Task{{Input: map[string]string{"campaign": "c1"}},
		{Input: map[string]string{surveys.InputSurvey: "s1"}}} {
		if to := deskui.TaskAbout(w.News, task); to.URL == "" {
			t.Errorf("%v: nothing leads the communication office there", task.Input)
		}
		if to := deskui.TaskAbout(w.Administrator, task); to.URL != "" {
			t.Errorf("%v: the administrator is led to %s, where they may not go", task.Input, to.URL)
		}
	}
	rebuild := work.Task{Kind: search.WorkRebuild}
	if by, other := deskui.TaskAbout(w.Administrator, rebuild),
		deskui.TaskAbout(w.News, rebuild); by.URL == "" ||
		other.URL != "" {
		t.Errorf("to the index: the administrator %q, others %q", by.URL, other.URL)
	}
}
