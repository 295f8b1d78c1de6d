package web_test

import (
	"image/color"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/surveys"
	"ascolto/web"
	"ascolto/web/webtest"
)

// askForFiles publishes a survey that asks for files, and why where there are any.
func askForFiles(t *testing.T, news *webtest.Browser, title string, more, files url.Values) (at string) {
	t.Helper()
	at = newSurvey(t, news, title, more)
	addQuestion(t, news, at, "1", surveys.File, joined(values("text.it", "Che cosa si vede?"), files))
	news.Submit(news.Get(at), at+"/pages", nil)
	addQuestion(t, news, at, "2", surveys.FreeText, values("text.it", "Perché?", "join", "all", "terms.1",
		"answered:q1"))
	return at
}

func publishNow(t *testing.T, news *webtest.Browser, at string) *webtest.Page {
	t.Helper()
	return news.Submit(news.Get(at+"/publish"), at+"/publish",
		values("opens", surveys.FormatLocal(time.Now().Add(-time.Minute)),
			"closes", surveys.FormatLocal(time.Now().Add(time.Hour))))
}

// storedFiles returns what is kept about files.
func storedFiles(t *testing.T, w *webtest.Town) []blob.File {
	t.Helper()
	keptFiles(t, w) // declares the collection
	files, err := docstore.Collect[blob.File](t.Context(), w.DB, docstore.Spec{Name: "files",
		Indexes: []docstore.Index{{Name: "claims", Fields: []string{"claims"}},
			{Name: "loose", Fields: []string{"loose"}}, {Name: "person", Fields: []string{"person", "loose"}},
			{Name: "sender", Fields: []string{"sender", "loose"}},
			{Name: "pool_loose", Fields: []string{"pool", "loose"}}}})
	if err != nil {
		t.Fatal(err)
	}
	found, err := files.Find(t.Context(), docstore.Query{})
	if err != nil {
		t.Fatal(err)
	}
	return found.Items
}

// TestFilesOfAResponse: what was chosen survives faults and pages, is let go when its tick is taken away, is
// read by who may read answers and is written down then, is in nobody else's hands, in no public page, and
// goes with its respondent.
func TestFilesOfAResponse(t *testing.T) {
	t.Parallel()
	town := openDoor(t)
	news := town.As(t, town.News)
	at := askForFiles(t, news, "Prova dei file", values("participation", "known"),
		values("files", "2", "megabytes", "1", "papers", "1", "required", "1"))
	if done := publishNow(t, news, at); done.Status != 303 {
		t.Fatalf("publishing: %d %.900s", done.Status, done.Text())
	}
	anna, slug := town.signInCitizen(t, "anna@posta.example"), "/sondaggi/prova-dei-file"
	page, here := start(anna, "prova-dei-file")
	wantTexts(t, "the question", page, "2 file", "PDF", "1,0 MB")
	nothing := anna.UploadAll(page, here, nil, "q1")
	wantTexts(t, "nothing chosen", nothing, "Questa domanda richiede una risposta.")
	photo := jpegOf(t, drawing(80, 60, color.Black))
	bad := anna.UploadAll(nothing, here, nil, "q1", webtest.SentFile{Name: "buca.JPG", Content: photo},
		webtest.SentFile{Name: "programma.exe", Content: []byte("MZ\x90\x00 non è una foto")})
	if bad.Status != 422 || len(bad.Form(here)["q1.kept"]) != 1 || !bad.Has("buca.jpg") ||
		!bad.Has("programma.exe") || bad.Has("richiede una risposta") {
		t.Fatalf("a bad file beside a good one: %d %.1500s", bad.Status, bad.Text())
	}
	second := anna.UploadAll(anna.Get(here), here, nil, "q1",
		webtest.SentFile{Name: "referto.pdf", Content: []byte(smallPDF)})
	if second.Location != slug+"/pagina/2" {
		t.Fatalf("a second file: %d %q %.900s", second.Status, second.Location, second.Text())
	}
	back := anna.Get(here)
	form := back.Form(here)
	if len(form["q1.kept"]) != 2 || !back.Has("buca.jpg") || !back.Has("referto.pdf") {
		t.Fatalf("back on the page: %v", form)
	}
	left := anna.UploadAll(back, here, values("vai", "esci"), "q1",
		webtest.SentFile{Name: "programma.exe", Content: []byte("MZ")})
	if left.Location != slug || len(anna.Get(here).Form(here)["q1.kept"]) != 2 {
		t.Errorf("who leaves with a bad file: %d %q", left.Status, left.Location)
	}
	over := anna.UploadAll(back, here, nil, "q1", webtest.SentFile{Name: "terza.jpg", Content: photo})
	if over.Status != 422 || !over.Has("2 file") {
		t.Errorf("one file too many: %d %.900s", over.Status, over.Text())
	}
	second = anna.UploadAll(over, here, url.Values{"q1.kept": form["q1.kept"][:1]}, "q1")
	summary := anna.Follow(anna.Submit(anna.Follow(second), slug+"/pagina/2", values("q2", "È qui")))
	wantTexts(t, "the summary", summary, "buca.jpg")
	if summary.Has("referto.pdf") {
		t.Error("the summary has the file whose tick was taken away")
	}
	if sent := anna.Submit(summary, slug+"/riepilogo", nil); sent.Location != slug+"/inviato" {
		t.Fatalf("sending: %d %.400s", sent.Status, sent.Text())
	}
	wantTexts(t, "own answers", anna.Get("/area-personale/sondaggi"), "buca.jpg")
	wantTexts(t, "the copy of all data", anna.Get("/area-personale/dati"), "buca.jpg")

	wantTexts(t, "the results", news.Get(at+"/results"), "Apri i file: Che cosa si vede?")
	table := news.Get(at + "/responses.csv").Body
	if !strings.Contains(table, "q1;q1_names;q2") || !strings.Contains(table, ";1;buca.jpg;È qui") {
		t.Errorf("the table of responses: %s", table)
	}
	links := fileLinks(news.Get(at + "/texts/q1"))
	if len(links) != 1 {
		t.Fatalf("the list of files: %v", links)
	}
	got := news.Get(links[0])
	if got.Status != 200 || got.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("the file: %d %s", got.Status, got.Header.Get("Content-Type"))
	}
	read, err := town.Audit.List(t.Context(), civic.System("test"), audit.Query{Action: surveys.ActionFileRead})
	if err != nil || len(read.Items) != 1 {
		t.Errorf("%d lines of the audit, %v", len(read.Items), err)
	}
	for _, who := range []civic.Actor{town.Bruno, town.Desk, town.Works, civic.Visitor("")} {
		if got := town.As(t, who).Get(links[0]); got.Status == 200 {
			t.Errorf("%s opens the file", who.Name)
		}
	}
	other := newSurvey(t, news, "Un altro", nil)
	if got := news.Get(strings.Replace(links[0], at, other, 1)); got.Status != 404 {
		t.Errorf("as another survey's: %d", got.Status)
	}
	subject := civic.Subject{Contact: storedFiles(t, town.Town)[0].Person}
	if subject.Contact == "" {
		t.Fatal("a file is nobody's")
	}
	erased := civic.PersonalErasure{At: civic.Now()}
	for _, data := range []civic.PersonalData{town.Surveys, town.Files} {
		if err := data.ErasePersonal(t.Context(), civic.System("test"), subject, erased); err != nil {
			t.Fatal(err)
		}
	}
	if got := news.Get(links[0]); got.Status != 404 || len(storedFiles(t, town.Town)) != 0 {
		t.Errorf("after the erasure: %d, %d files", got.Status, len(storedFiles(t, town.Town)))
	}
}

// TestFilesOfAnAnonymousResponse: photographs alone are asked for, and nothing that is kept of one tells who
// sent it or at what hour: not its name, not what is hidden in it.
func TestFilesOfAnAnonymousResponse(t *testing.T) {
	t.Parallel()
	town := openDoor(t)
	news := town.As(t, town.News)
	at := askForFiles(t, news, "Foto anonime", values("participation", "anonymous"), values("papers", "1"))
	wantTexts(t, "documents", publishNow(t, news, at), "un sondaggio anonimo può chiedere solo foto")
	own := at + "/questions/q1"
	news.Submit(news.Get(own), own, values("papers", ""))
	if done := publishNow(t, news, at); done.Status != 303 {
		t.Fatalf("publishing: %d %.900s", done.Status, done.Text())
	}
	b, slug := town.site.Browser(t), "/sondaggi/foto-anonime"
	wantTexts(t, "the introduction", b.Get(slug),
		"i nomi dei file e i dati nascosti nelle foto non si conservano")
	page, here := start(b, "foto-anonime")
	wantTexts(t, "the question", page, "ricevono un nome casuale")
	const secret = "casa di Mario"
	photo := withEXIF(jpegOf(t, drawing(80, 60, color.White)), secret)
	paper := b.UploadAll(page, here, nil, "q1",
		webtest.SentFile{Name: "lettera di Mario.pdf", Content: []byte(smallPDF)})
	if paper.Status != 422 {
		t.Errorf("a document: %d", paper.Status)
	}
	second := b.UploadAll(page, here, nil, "q1", webtest.SentFile{Name: "Mario Rossi.jpg", Content: photo})
	if second.Location != slug+"/pagina/2" {
		t.Fatalf("a photograph: %d %.900s", second.Status, second.Text())
	}
	thief, _ := start(town.site.Browser(t), "foto-anonime")
	drafted := storedFiles(t, town.Town)
	if len(drafted) != 1 {
		t.Fatalf("%d files", len(drafted))
	}
	stolen := values("q1.kept", string(drafted[0].ID))
	other := town.site.Browser(t)
	page, _ = start(other, "foto-anonime")
	if got := other.UploadAll(page, here, stolen, "q1"); got.Status != 422 || thief.Status != 200 {
		t.Errorf("another's file is taken: %d", got.Status)
	}
	summary := b.Follow(b.Submit(b.Follow(second), slug+"/pagina/2", values("q2", "Così")))
	if sent := b.Submit(summary, slug+"/riepilogo", nil); sent.Location != slug+"/inviato" {
		t.Fatalf("sending: %d %.400s", sent.Status, sent.Text())
	}
	f := storedFiles(t, town.Town)[0]
	if strings.Contains(f.Name, "Mario") || f.Person != "" || f.At.Minute() != 0 || f.At.Second() != 0 ||
		f.Loose != nil || len(f.Claims) != 1 {
		t.Errorf("kept of the file: %+v", f)
	}
	links := fileLinks(news.Get(at + "/texts/q1"))
	if len(links) != 1 {
		t.Fatalf("the list of files: %v", links)
	}
	if got := news.Get(links[0]); got.Status != 200 || strings.Contains(got.Body, secret) {
		t.Errorf("the file: %d, its secret told: %v", got.Status, strings.Contains(got.Body, secret))
	}
	if page := news.Get(at + "/texts/q1"); page.Has("Mario") {
		t.Error("the name is told")
	}
}

// TestNoRoomForFilesOfDrafts: when the unsent responses to an anonymous survey hold all the files that they
// may, who brings another is told so and what to do, in their language, and what they typed comes back; they
// go on without, and who sends makes room, until responses hold all the files that they may.
func TestNoRoomForFilesOfDrafts(t *testing.T) {
	t.Parallel()
	town := openDoor(t, func(town *webtest.Town, o *web.Options) {
		service, err := surveys.New(t.Context(), surveys.Options{DB: town.DB, Audit: town.Audit,
			Index: town.Search, Recorder: town.CRM, Files: town.Files, Now: civic.Now,
			Log: slog.New(slog.DiscardHandler), DraftFiles: 256 << 10, SentFiles: 512 << 10})
		if err != nil {
			t.Fatal(err)
		}
		o.Surveys = service
	})
	news := town.As(t, town.News)
	at := newSurvey(t, news, "Posto per le foto", values("participation", "anonymous"))
	addQuestion(t, news, at, "1", surveys.File, values("text.it", "Che cosa si vede?"))
	addQuestion(t, news, at, "1", surveys.FreeText, values("text.it", "Dove?"))
	if done := publishNow(t, news, at); done.Status != 303 {
		t.Fatalf("publishing: %d %.900s", done.Status, done.Text())
	}
	photo := webtest.SentFile{Name: "buca.jpg", Content: jpegOf(t, drawing(80, 60, color.White))}
	slug := "/sondaggi/posto-per-le-foto"
	first, second := town.site.Browser(t), town.site.Browser(t)
	page, here := start(first, "posto-per-le-foto")
	if got := first.UploadAll(page, here, nil, "q1", photo); got.Location != slug+"/riepilogo" {
		t.Fatalf("the first file: %d %.900s", got.Status, got.Text())
	}
	page, _ = start(second, "posto-per-le-foto")
	full := second.UploadAll(page, here, values("q2", "Davanti alla Dall'Olio"), "q1", photo)
	if full.Status != 422 || full.Form(here).Get("q2") != "Davanti alla Dall'Olio" {
		t.Fatalf("a file too many: %d %.1500s", full.Status, full.Text())
	}
	wantTexts(t, "no room", full, "Qui non c'è posto per «buca.jpg»", "continuare senza questo file")
	if n := len(storedFiles(t, town.Town)); n != 1 {
		t.Errorf("%d files are kept", n)
	}
	if got := second.UploadAll(full, here, nil, "q1"); got.Location != slug+"/riepilogo" {
		t.Errorf("without a file: %d %.900s", got.Status, got.Text())
	}
	summary := first.Get(slug + "/riepilogo")
	if sent := first.Submit(summary, slug+"/riepilogo", nil); sent.Location != slug+"/inviato" {
		t.Fatalf("sending: %d %.400s", sent.Status, sent.Text())
	}
	if got := second.UploadAll(second.Get(here), here, nil, "q1", photo); got.Location != slug+"/riepilogo" {
		t.Errorf("once there is room: %d %.900s", got.Status, got.Text())
	}
	summary = second.Get(slug + "/riepilogo")
	if sent := second.Submit(summary, slug+"/riepilogo", nil); sent.Location != slug+"/inviato" {
		t.Fatalf("sending: %d %.400s", sent.Status, sent.Text())
	}
	third := town.site.Browser(t)
	page, _ = start(third, "posto-per-le-foto")
	never := third.UploadAll(page, here, values("q2", "In via Però"), "q1", photo)
	if never.Status != 422 || never.Form(here).Get("q2") != "In via Però" {
		t.Fatalf("when responses have all files: %d %.1500s", never.Status, never.Text())
	}
	wantTexts(t, "no room any more", never, "Qui non c'è più posto per «buca.jpg»",
		"continuare senza questo file")
}
