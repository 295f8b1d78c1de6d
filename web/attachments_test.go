package web_test

import (
	"bufio"
	"fmt"
	"image/color"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html/atom"

	"ascolto/crm"
	"ascolto/crm/privacy"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/web/webtest"
)

const smallPDF = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nstartxref\n9\n%%EOF\n"

// callWith records a call of Anna's with files and returns the path of its page.
func callWith(t *testing.T, w *webtest.Town, values url.Values, files ...webtest.SentFile) string {
	t.Helper()
	b := w.As(t, w.Desk)
	form := b.Get("/desk/calls/new?contact=" + string(w.Anna.Contact))
	if saved := b.UploadAll(form, "/desk/calls", values, "files", files...); saved.Status != 303 {
		t.Fatalf("status %d: %.600s", saved.Status, saved.Text())
	}
	list, err := w.CRM.Interactions(t.Context(), w.Desk, crm.InteractionFilter{}, civic.PageRequest{})
	if err != nil || len(list.Items) == 0 {
		t.Fatal(len(list.Items), err)
	}
	return "/desk/interactions/" + string(list.Items[0].ID)
}

// fileLinks returns where the files of a page are.
func fileLinks(p *webtest.Page) []string {
	var all []string
	for _, n := range p.Tags(atom.A) {
		if href := webtest.Attr(n, "href"); strings.Contains(href, "/files/") ||
			strings.Contains(href, "/file/") {
			all = append(all, href)
		}
	}
	return all
}

func keptFiles(t *testing.T, w *webtest.Town) int {
	t.Helper()
	files, err := docstore.Collect[blob.File](t.Context(), w.DB, docstore.Spec{
		Name: "files", Indexes: []docstore.Index{ // as blob has them
			{Name: "claims", Fields: []string{"claims"}}, {Name: "loose", Fields: []string{"loose"}},
			{Name: "person", Fields: []string{"person", "loose"}},
			{Name: "sender", Fields: []string{"sender", "loose"}},
			{Name: "pool_loose", Fields: []string{"pool", "loose"}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	n, err := files.Count(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAttachmentsOfACall: what was sent with a form that was wrong elsewhere is still there, is attached
// once however often the form is sent, and lives on the page of the case.
func TestAttachmentsOfACall(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	settled(t, w)
	b := w.As(t, w.Desk)
	photo := jpegOf(t, drawing(80, 60, color.Black))
	wrong := b.UploadAll(
		b.Get("/desk/calls/new?contact="+string(w.Anna.Contact)),
		"/desk/calls",
		url.Values{"note": {"Manda due file"}},
		"files",
		webtest.SentFile{
			Name:    "contratto.pdf",
			Content: []byte(smallPDF),
		},
		webtest.SentFile{Name: "buca.JPG", Content: photo},
	)
	form := wrong.Form("/desk/calls")
	if wrong.Status != 422 || len(form["files.kept"]) != 2 || !wrong.Has("contratto.pdf") ||
		!wrong.Has("buca.jpg") ||
		form.Get("note") != "Manda due file" {
		t.Fatalf("status %d, the form holds %v", wrong.Status, form)
	}
	searched := b.UploadAll(wrong, "/desk/calls", url.Values{"do": {"search"}, "q": {"dall olio"}}, "files")
	if searched.Status != 200 || len(searched.Form("/desk/calls")["files.kept"]) != 2 {
		t.Errorf("after a search: status %d", searched.Status)
	}
	unticked := url.Values{"subject": {"Buca"}, "files.kept": form["files.kept"][1:]}
	for range 2 {
		if sent := b.UploadAll(wrong, "/desk/calls", unticked, "files"); sent.Status != 303 {
			t.Fatalf("status %d: %.600s", sent.Status, sent.Text())
		}
	}
	list, err := w.CRM.Interactions(t.Context(), w.Desk, crm.InteractionFilter{}, civic.PageRequest{})
	if err != nil || len(list.Items) != 1 || len(list.Items[0].Attachments) != 1 {
		t.Fatalf("%+v, %v", list.Items, err)
	}
	path := "/desk/interactions/" + string(list.Items[0].ID)
	if page := b.Get(path); !page.Has("buca.jpg") || page.Has("contratto.pdf") || !page.Has("Carla Conti") {
		t.Errorf("the case says %.800s", page.Text())
	}
	if page := b.Get("/desk/contacts/" + string(w.Anna.Contact)); !page.Has("1 allegato") {
		t.Errorf("the timeline says %.800s", page.Text())
	}
	added := b.UploadAll(
		b.Get(path),
		path+"/files",
		nil,
		"files",
		webtest.SentFile{Name: "contratto.pdf", Content: []byte(smallPDF)},
	)
	if page := b.Follow(added); !page.Has("I file sono stati allegati") || len(fileLinks(page)) != 2 {
		t.Errorf("added: %d links, %.400s", len(fileLinks(page)), page.Text())
	}
	if none := b.UploadAll(b.Get(path), path+"/files", nil, "files"); none.Status != 422 ||
		!none.Has("Scegliere almeno un file") {
		t.Errorf("no file: status %d", none.Status)
	}
}

// TestTheSameFilesTwice: a form with files that is sent twice, as a browser does after a lost answer, is the
// same form, although its files came twice.
func TestTheSameFilesTwice(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	settled(t, w)
	b := w.As(t, w.Desk)
	form := b.Get("/desk/calls/new?contact=" + string(w.Anna.Contact))
	pdf := webtest.SentFile{Name: "a.pdf", Content: []byte(smallPDF)}
	for range 3 {
		if sent := b.UploadAll(form, "/desk/calls", url.Values{"subject": {"Buca"}}, "files",
			pdf); sent.Status != 303 {
			t.Fatalf("status %d: %.600s", sent.Status, sent.Text())
		}
	}
	other := webtest.SentFile{Name: "a.pdf", Content: []byte("%PDF-1.4\n" + smallPDF)}
	if sent := b.UploadAll(form, "/desk/calls", url.Values{"subject": {"Buca"}}, "files",
		other); sent.Status != 422 {
		t.Errorf("another file under the same key: status %d", sent.Status)
	}
	list, err := w.CRM.Interactions(t.Context(), w.Desk, crm.InteractionFilter{}, civic.PageRequest{})
	if err != nil || len(list.Items) != 1 || len(list.Items[0].Attachments) != 1 {
		t.Fatalf("%+v, %v", list.Items, err)
	}
	path := "/desk/interactions/" + string(list.Items[0].ID)
	page := b.Get(path)
	for range 2 {
		b.UploadAll(page, path+"/files", nil, "files", pdf)
	}
	if n := len(fileLinks(b.Get(path))); n != 2 {
		t.Errorf("%d files, want 2", n)
	}
}

// TestWhoOpensAttachments: whoever may read the note of a conversation, the person whose data it is, and
// nobody else; what is opened can run nothing, and is audited.
func TestWhoOpensAttachments(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	settled(t, w)
	path := callWith(t, w, url.Values{"subject": {"Buca"}, "confidential": {"1"}},
		webtest.SentFile{Name: "verbale riservato.pdf", Content: []byte(smallPDF)})
	desk := w.As(t, w.Desk)
	file := fileLinks(desk.Get(path))[0]
	got := desk.Get(file)
	if got.Status != 200 || got.Body != smallPDF || got.Header.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") ||
		!strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("status %d, %v", got.Status, got.Header)
	}
	req, err := http.NewRequest(http.MethodGet, w.Origin+file, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Range", "bytes=1-3")
	if part := desk.Do(req); part.Status != 206 || part.Body != "PDF" {
		t.Errorf("a range: status %d, %q", part.Status, part.Body)
	}
	for _, who := range w.Everybody() {
		if who.Account == w.Desk.Account {
			continue
		}
		b := w.As(t, who)
		want := map[bool]int{true: 404, false: 403}[who.Account == w.Works.Account || who.Account == w.Head.Account]
		if who.Allowed(crm.PermReadInteractions) && who.In("urp") {
			want = 200
		}
		if page := b.Get(file); page.Status != want && !(who.Account == "" && page.Status == 303) {
			t.Errorf("%v: status %d, want %d", who.Roles, page.Status, want)
		}
		if page := b.Get(path); strings.Contains(page.Body, "verbale") && want != 200 {
			t.Errorf("%v read the name of the file", who.Roles)
		}
		if page := b.Post(file+"/remove", nil); page.Status == 303 && page.Location == path {
			t.Errorf("%v removed it", who.Roles)
		}
	}
	log := w.As(t, w.Officer).Get("/desk/audit")
	if !log.Has("ha aperto un allegato di un colloquio") || !log.Has("file: un file PDF") || log.Has("verbale") {
		t.Errorf("the audit says %.600s", log.Text())
	}
	removed := desk.Submit(desk.Get(path), file+"/remove", nil)
	page := desk.Follow(removed)
	if len(fileLinks(page)) != 0 || !page.Has("File tolto") || !page.Has("verbale riservato.pdf") {
		t.Errorf("removed: %.900s", page.Text())
	}
	if gone := desk.Get(file); gone.Status != 404 {
		t.Errorf("the removed file: status %d", gone.Status)
	}
	if again := desk.Post(file+"/remove", nil); again.Status != 303 {
		t.Errorf("removed again: status %d", again.Status)
	}
}

// TestHostileAttachments: each is refused by name with what to do, the rest of the form is there, and
// nothing of it is kept.
func TestHostileAttachments(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	b := w.As(t, w.Desk)
	big := append([]byte(smallPDF), make([]byte, 20<<20)...)
	for name, tt := range map[string]struct {
		file webtest.SentFile
		want []string
	}{
		"a zip called PNG": {webtest.SentFile{Name: "foto.png",
			Content: []byte("PK\x03\x04" + strings.Repeat("x", 200))},
			[]string{"«foto.png»", "incompleto o rovinato"}},
		"nothing in it": {webtest.SentFile{Name: "vuoto.pdf"}, []string{"«vuoto.pdf»", "è vuoto"}},
		"a page": {webtest.SentFile{Name: "pagina.pdf",
			Content: []byte("<html><script>alert(1)</script>")},
			[]string{"«pagina.pdf»", "di un tipo che qui non si può inviare"}},
		"a drawing": {webtest.SentFile{Name: "disegno.svg",
			Content: []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`)},
			[]string{"«disegno.svg»", "di un tipo"}},
		"a torn picture": {webtest.SentFile{Name: "rotta.png",
			Content: pngOf(t, drawing(60, 60, color.Black))[:60]}, []string{"«rotta.png»", "incompleto o rovinato"}},
		"a program": {webtest.SentFile{Name: "../../fattura\u202efdp.exe",
			Content: []byte("MZ\x90\x00\x03\x00\x00\x00")}, []string{"«fatturafdp.exe»", "di un tipo"}},
		"too large": {webtest.SentFile{Name: "grande.pdf", Content: big},
			[]string{"«grande.pdf»", "supera 20 MB"}},
	} {
		page := b.UploadAll(b.Get("/desk/calls/new"), "/desk/calls",
			url.Values{"subject": {"Con allegato"}, "note": {"Scritta a lungo"}}, "files", tt.file)
		if page.Status != 422 || page.Form("/desk/calls").Get("note") != "Scritta a lungo" ||
			strings.Contains(page.Body, "\u202e") {
			t.Errorf("%s: status %d", name, page.Status)
		}
		for _, want := range tt.want {
			if !page.Has(want) {
				t.Errorf("%s: the page does not say %q: %.500s", name, want, page.Text())
			}
		}
		if len(page.By("aria-invalid", "true")) != 1 {
			t.Errorf("%s: %d fields are wrong", name, len(page.By("aria-invalid", "true")))
		}
	}
	if n := keptFiles(t, w); n != 0 {
		t.Errorf("%d files are kept", n)
	}
	many := make([]webtest.SentFile, 12)
	for i := range many {
		many[i] = webtest.SentFile{Name: "nota.txt", Content: []byte("riga " + strings.Repeat("x", i))}
	}
	page := b.UploadAll(
		b.Get("/desk/calls/new"),
		"/desk/calls",
		url.Values{"subject": {"Molti"}},
		"files",
		many...)
	if page.Status != 422 || !page.Has("al massimo 10 file: 2 non sono stati presi") ||
		len(page.Form("/desk/calls")["files.kept"]) != 10 {
		t.Errorf("twelve: status %d, %.500s", page.Status, page.Text())
	}
	form := b.Get("/desk/calls/new").Form("/desk/calls")
	if page := b.Do(b.UploadRequest("/desk/calls", form, "files",
		make([]webtest.SentFile, 5000)...)); page.Status != 413 {
		t.Errorf("five thousand: status %d", page.Status)
	}
	if status, text := begun(t, w, b, nil, url.Values{"csrf": {form.Get("csrf")}}, 500<<20); status != 413 ||
		!strings.Contains(text, "superano insieme 50 MB") {
		t.Errorf("500 MB: status %d, %.300s", status, text)
	}
	for _, bidi := range []string{"../../etc/pas\u202ewd.txt", `C:\dati\elenco.txt`} {
		page := b.UploadAll(
			b.Get("/desk/calls/new"),
			"/desk/calls",
			nil,
			"files",
			webtest.SentFile{Name: bidi, Content: []byte("elenco")},
		)
		if strings.Contains(page.Body, "\u202e") || strings.Contains(page.Body, "etc/") ||
			strings.Contains(page.Body, "dati\\") {
			t.Errorf("%q is shown as it was sent", bidi)
		}
	}
}

// TestFilesFromElsewhereAreNotRead: a form with files that another site sends, or that has no token of this
// session, is refused before its files are read; what was written is given back to whom it belongs.
func TestFilesFromElsewhereAreNotRead(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	b := w.As(t, w.Desk)
	form := b.Get("/desk/calls/new").Form("/desk/calls")
	form.Set("note", "Una nota lunga da non perdere")
	for name, tt := range map[string]struct {
		head http.Header
		csrf string
	}{
		"another site":   {http.Header{"Sec-Fetch-Site": {"cross-site"}}, form.Get("csrf")},
		"foreign origin": {http.Header{"Origin": {"https://evil.example"}}, form.Get("csrf")},
		"no token":       {nil, "AAAA"},
	} {
		status, text := begun(t, w, b, tt.head, url.Values{"csrf": {tt.csrf}, "note": form["note"]}, 60<<20)
		if status != 403 || strings.Contains(text, "Una nota lunga") != (tt.csrf == "AAAA") {
			t.Errorf("%s: status %d, %.300s", name, status, text)
		}
	}
	if n := keptFiles(t, w); n != 0 {
		t.Errorf("%d files are kept", n)
	}
}

// begun announces a call with so many bytes, sends its fields and the beginning of a file, and returns the
// answer that comes without the rest.
func begun(
	t *testing.T, w *webtest.Town, b *webtest.Browser, head http.Header, values url.Values, bytes int,
) (status int, text string) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(w.Origin, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	all := http.Header{"Origin": {w.Origin}, "Cookie": {"sid=" + b.Cookie("sid")},
		"Content-Type": {"multipart/form-data; boundary=b"}, "Content-Length": {strconv.Itoa(bytes)}}
	maps.Copy(all, head)
	var request strings.Builder
	fmt.Fprintf(
		&request,
		"POST /desk/calls HTTP/1.1\r\nHost: %s\r\n",
		strings.TrimPrefix(w.Origin, "http://"),
	)
	if err := all.Write(&request); err != nil {
		t.Fatal(err)
	}
	request.WriteString("\r\n")
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(
			&request,
			"--b\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n",
			name,
			values.Get(name),
		)
	}
	request.WriteString("--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.pdf\"\r\n\r\n" +
		smallPDF + strings.Repeat("x", 10_000))
	if _, err := io.WriteString(c, request.String()); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || !res.Close {
		t.Errorf("%v, and the connection goes on: %v", err, !res.Close)
	}
	return res.StatusCode, string(body)
}

// TestFilesFollowThePerson: a file is in the copy of the data of the person it is about and of nobody else,
// also when the conversation turns out to be another's; an erasure takes it away, with its name.
func TestFilesFollowThePerson(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	settled(t, d.Town)
	path := callWith(t, d.Town, url.Values{"subject": {"Buca"}},
		webtest.SentFile{Name: "referto dall'olio.pdf", Content: []byte(smallPDF)})
	anna, bruno := d.signInCitizen(t, "anna@posta.example"), d.signInCitizen(t, "bruno@posta.example")
	shown := anna.Get("/area-personale/dati")
	own := fileLinks(shown)
	if len(own) != 1 || !shown.Has("Dimensione") || !shown.Has("1 KB") {
		t.Fatalf("%d files in Anna's copy: %.900s", len(own), shown.Text())
	}
	if got := anna.Get(own[0]); got.Status != 200 || got.Body != smallPDF {
		t.Errorf("Anna's file: status %d", got.Status)
	}
	if data := anna.Submit(anna.Get("/area-personale/dati"), "/area-personale/dati", nil); !strings.Contains(
		data.Body,
		own[0],
	) {
		t.Errorf("the copy for programs does not say where the file is")
	}
	if got := bruno.Get(own[0]); got.Status != 404 || len(fileLinks(bruno.Get("/area-personale/dati"))) != 0 {
		t.Errorf("Bruno at Anna's file: status %d", got.Status)
	}
	if got := d.Browser(t).Get(own[0]); got.Status == 200 {
		t.Error("a stranger has Anna's file")
	}
	id := civic.ID(strings.TrimPrefix(path, "/desk/interactions/"))
	i, err := d.CRM.Interaction(t.Context(), d.Desk, id)
	if err != nil {
		t.Fatal(err)
	}
	if i, err = d.CRM.AttachContact(t.Context(), d.Desk, id, i.Revision, "", d.Bruno.Contact); err != nil {
		t.Fatal(err)
	}
	if got := anna.Get(own[0]); got.Status != 404 {
		t.Errorf("Anna at what is Bruno's now: status %d", got.Status)
	}
	if got := bruno.Get(own[0]); got.Status != 200 {
		t.Errorf("Bruno at his file: status %d", got.Status)
	}
	if _, err := d.Erasures.Erase(t.Context(), civic.System("test"), d.Bruno.Contact, privacy.ErasureInput{
		Reason: privacy.ReasonRequest, Confirmed: true}); err != nil {
		t.Fatal(err)
	}
	desk := d.As(t, d.Desk)
	if page := desk.Get(path); strings.Contains(page.Body, "referto") || len(fileLinks(page)) != 0 {
		t.Errorf("the case still says %.600s", page.Text())
	}
	if got := desk.Get(path + "/files/" + string(i.Attachments[0].File)); got.Status != 404 ||
		keptFiles(t, d.Town) != 0 {
		t.Errorf("the erased file: status %d, %d kept", got.Status, keptFiles(t, d.Town))
	}
}
