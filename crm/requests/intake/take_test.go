package intake

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/reach"
	"ascolto/internal/testtown"
)

// TestMailBecomesARequest: what a citizen writes is filed for the person who proved to have the address, as
// received when the mailbox got it, and both are told.
func TestMailBecomesARequest(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	m := w.comes(t, mail(anna, "Lampione spento", "In via Emilia 12, da tre settimane."))
	r := w.requestOf(t, m)
	if m.State != Filed || m.Number != r.Number || m.Contact != w.anna.Contact || m.Office != r.Office {
		t.Errorf("of the mail came %+v", m)
	}
	if r.Contact != w.anna.Contact || r.Declared != nil || r.Channel != crm.ByMail ||
		r.Subject != "Lampione spento" || r.Text != "In via Emilia 12, da tre settimane." ||
		!r.ReceivedAt.Equal(m.At) || !r.Events[0].Citizen {
		t.Errorf("the request is %+v", r)
	}
	if r.Listed != "Verdi Anna" || r.SortName == "" {
		t.Errorf("it is listed as %q, by %q", r.Listed, r.SortName)
	}
	if got := w.post.kinds(); got != "received office" {
		t.Errorf("told: %s", got)
	}
	if own, err := w.requests.Own(t.Context(), w.anna, r.ID); err != nil || own.Number != r.Number {
		t.Errorf("the citizen does not find it: %v", err)
	}
}

// TestStrangersOnlyClaim: an address that nobody proved is a contact of its own, the same for each mail,
// even when staff know somebody with that address, and says who wrote.
func TestStrangersOnlyClaim(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	known := w.Create(t, crm.ContactInput{GivenName: "Bruno", FamilyName: "Neri",
		Emails: []string{"bruno@posta.example"}})
	first := w.requestOf(t, w.comes(t, mail("Bruno Neri <bruno@posta.example>", "Uno", "Primo.")))
	second := w.requestOf(t, w.comes(t, mail("bruno@POSTA.example", "Due", "Secondo.")))
	if first.Contact == known.ID || first.Contact != second.Contact || first.Declared == nil ||
		first.Declared.Email != "bruno@posta.example" || first.Applicant != "Bruno Neri" {
		t.Errorf("the first is of %s (%s), the second of %s; known is %s", first.Contact, first.Applicant,
			second.Contact, known.ID)
	}
	c, err := w.CRM.Contact(t.Context(), root, first.Contact)
	if err != nil || c.HasProved("bruno@posta.example") || c.Double != crm.DoubleClaimed {
		t.Errorf("the contact: double %q, %v", c.Double, err)
	}
	third := w.comes(t, mail("Comune di Borgoforte <falso@posta.example>", "Tre", "Terzo."))
	if r := w.requestOf(t, third); r.Applicant == "Comune di Borgoforte" {
		t.Error("a stranger is called as the municipality")
	}
}

// TestSameMailOnce: a mail that is taken out of the mailbox by two programs at once, and again from another
// place as after the mailbox was made anew, is one request and one receipt.
func TestSameMailOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	raw := mail(anna, "Lampione", "Spento.")
	var group sync.WaitGroup
	for n, s := range []*Service{w.Service, w.another(t), w.another(t), w.another(t)} {
		group.Go(func() {
			if _, err := s.Take(t.Context(), w.arrived(strings.Repeat("1", n+1)+"/7", raw)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if _, err := w.Take(t.Context(), w.arrived("2/1", raw)); err != nil {
		t.Error(err)
	}
	if n, letters := len(w.all(t)), w.post.kinds(); n != 1 || letters != "received office" {
		t.Errorf("%d requests, told: %s", n, letters)
	}
	if known, err := w.Known(t.Context(), "9/9"); known || err != nil {
		t.Errorf("one that never came is known, %v", err)
	}
}

// TestCutShort: when what follows from a mail cannot be stored, who brings it is told so; it is done later,
// once, and nothing was lost meanwhile.
func TestCutShort(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	w.post.fail = errors.New("the disk is full")
	a := w.arrived("1/1", mail(anna, "Lampione", "Spento."))
	if _, err := w.Take(t.Context(), a); err == nil {
		t.Fatal("the mail may go from the mailbox although no receipt was queued")
	}
	if known, err := w.Known(t.Context(), "1/1"); known || err != nil {
		t.Errorf("it counts as done: %v", err)
	}
	w.post.fail = nil
	if n, err := w.another(t).Settle(t.Context()); n != 1 || err != nil {
		t.Errorf("%d were gone on with, %v", n, err)
	}
	if m, err := w.Take(t.Context(), w.arrived("1/1", mail(anna, "Lampione", "Spento."))); err != nil ||
		m.State != Filed {
		t.Errorf("brought again: %s, %v", m.State, err)
	}
	if known, err := w.Known(t.Context(), "1/1"); !known || err != nil {
		t.Errorf("it does not count as done: %v", err)
	}
	if n, letters := len(w.all(t)), w.post.kinds(); n != 1 || letters != "received office" {
		t.Errorf("%d requests, told: %s", n, letters)
	}
}

// picture returns a PNG in base64.
func picture(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// withFiles returns a mail with a picture, a program and a page.
func withFiles(t *testing.T) string {
	return strings.Join([]string{"From: " + anna, "Subject: Foto",
		"Content-Type: multipart/mixed; boundary=b", "", "--b", "", "Ecco.", "--b",
		"Content-Type: image/png; name=foto.png", "Content-Transfer-Encoding: base64",
		"Content-Disposition: attachment", "", picture(t),
		"--b", "Content-Type: application/octet-stream; name=gioco.exe", "Content-Disposition: attachment", "",
		"MZ\x00\x01", "--b", "Content-Type: text/html; name=pagina.html", "Content-Disposition: attachment", "",
		"<script>alert(1)</script>", "--b--"}, "\n")
}

// TestFilesOfAMailTakenForAMachines: who files a mail that was taken for a machine's has what came along.
func TestFilesOfAMailTakenForAMachines(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	m := w.comes(t, "List-Unsubscribe: <https://posta.example/via>\nPrecedence: bulk\n"+withFiles(t))
	if m.State != Automatic {
		t.Fatalf("it is %s", m.State)
	}
	filed, err := w.File(t.Context(), w.desk, m.ID, FileInput{Procedure: "istanza", Subject: "Con una foto"})
	testtown.Check(t, err)
	r := w.requestOf(t, filed)
	if files := r.Events[0].Files; len(files) != 1 || files[0].Name != "foto.png" ||
		!strings.Contains(r.Text, "gioco.exe") {
		t.Errorf("files of the request: %+v; %q", files, r.Text)
	}
}

// TestCertifiedEnvelopes: what two people write by certified mail has the same sender, their provider:
// neither is filed for the other, or added to the other's request, and no receipt goes to the provider.
func TestCertifiedEnvelopes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	r := w.requestOf(t, w.comes(t, mail(anna, "Lampione", "Spento.")))
	told := w.post.kinds()
	for _, who := range []string{"mario@pec.example", "luca@pec.example"} {
		m := w.comes(t, mail("\"Per conto di: "+who+"\" <posta-certificata@pec.example>",
			"POSTA CERTIFICATA: "+r.Number+" di "+who, "Messaggio di posta certificata.",
			"X-Trasporto: posta-certificata", "Reply-To: "+who))
		if m.State != Unassigned || m.Why != WhyEnvelope || m.From != "" || m.Contact != "" ||
			!strings.Contains(m.FromName, who) {
			t.Errorf("%s: %s for %q, of %q <%s>", who, m.State, m.Why, m.FromName, m.From)
		}
		if _, err := w.File(t.Context(), w.desk, m.ID, FileInput{Procedure: "istanza",
			Subject: "Istanza"}); civic.CodeOf(err) != civic.Invalid {
			t.Errorf("%s is filed: %v", who, err)
		}
	}
	if w.post.kinds() != told || len(w.requestOf(t, Mail{Request: r.ID}).Events) != len(r.Events) {
		t.Errorf("told %s, the request has %d events", w.post.kinds(), len(r.Events))
	}
}

// TestAMailThatCannotBeDealtWithWaits: what fails for good waits for somebody of the staff, who can say what
// it is; it does not stay where nobody sees it.
func TestAMailThatCannotBeDealtWithWaits(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	w.options.People = refusing{w.options.People}
	w.Service = w.another(t)
	m := w.comes(t, mail("dodici@posta.example", "Dodicesima", "Testo."))
	if m.State != Unassigned || m.Why != WhyTrouble {
		t.Errorf("it is %s for %q", m.State, m.Why)
	}
	if n, err := w.Waiting(t.Context(), w.desk); n != 1 || err != nil {
		t.Errorf("%d wait, %v", n, err)
	}
}

// refusing knows nobody who writes.
type refusing struct{ People }

func (refusing) ContactOfMail(context.Context, reach.Mailbox) (civic.ID, bool, error) {
	return "", false, civic.NewError(civic.Conflict, "error.conflict")
}

// TestFilesAreKeptByTheRules: files that a request may have are the request's, the others are named in it
// and stay in the original, which staff may take away as it came.
func TestFilesAreKeptByTheRules(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	raw := withFiles(t)
	m := w.comes(t, raw)
	r := w.requestOf(t, m)
	if files := r.Events[0].Files; len(files) != 1 || files[0].Name != "foto.png" {
		t.Errorf("files of the request: %+v", files)
	}
	if !strings.Contains(r.Text, "gioco.exe, pagina.html") || len(m.Refused) != 2 {
		t.Errorf("the request does not say what was not kept: %q, %v", r.Text, m.Refused)
	}
	w.Clock.Pass(48 * time.Hour)
	if _, err := w.files.Collect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, content, err := w.requests.OpenFile(t.Context(), w.anna, r.ID, r.Events[0].Files[0].File); err != nil {
		t.Errorf("the citizen cannot open the picture: %v", err)
	} else {
		content.Close()
	}
	f, content, err := w.Original(t.Context(), w.desk, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	got, err := io.ReadAll(content)
	if err != nil || string(got) != strings.ReplaceAll(raw, "\n", "\r\n") || f.Name != "mail.eml" {
		t.Errorf("the original is %s of %d bytes, %v", f.Name, len(got), err)
	}
	if _, _, err := w.Original(t.Context(), w.works, m.ID); r.Office != "lavori-pubblici" &&
		civic.CodeOf(err) != civic.NotFound {
		t.Errorf("another office reads the original: %v", err)
	}
}

// TestBombsWait: what is made to break its readers is kept and waits for people, with the reason; of it no
// request is made, and nobody is answered.
func TestBombsWait(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	var deep strings.Builder
	deep.WriteString("From: " + anna + "\nSubject: bambole\nContent-Type: multipart/mixed; boundary=b\n\n")
	for n := range 1000 {
		fmt.Fprintf(&deep, "--b%s\nContent-Type: multipart/mixed; boundary=b%s\n\n", strings.Repeat("x", n%90),
			strings.Repeat("x", (n+1)%90))
	}
	large := "From: " + anna + "\nSubject: grande\n\n" + strings.Repeat("a\n", 12<<20)
	for name, c := range map[string]struct{ raw, why string }{
		"deep":   {deep.String(), "depth"},
		"many":   {mail(anna, "a", "b", "Cc: "+strings.Repeat("a@b.example, ", 10_000)), "recipients"},
		"header": {"From: " + anna + "\n" + mail(anna, "a", "b", "X-A: "+strings.Repeat("a", 1<<20)), "header"},
		"large":  {large, "large"},
	} {
		m := w.comes(t, c.raw)
		if m.State != Quarantined || m.Why != c.why || m.From != "Anna@posta.example" || m.Original == "" ||
			m.Office != "urp" {
			t.Errorf("%s: %s for %q, from %q, kept %v, of %s", name, m.State, m.Why, m.From, m.Original != "",
				m.Office)
		}
	}
	away, err := w.Take(t.Context(), Arrived{Place: "1/9", At: w.Clock.Now(), Size: 200 << 20,
		Body: strings.NewReader("From: " + anna + "\r\nSubject: enorme\r\n\r\nIl principio")})
	if err != nil || away.State != Quarantined || away.Why != WhyLeft || away.Subject != "enorme" ||
		away.Original != "" {
		t.Errorf("one that stays in the mailbox: %+v, %v", away, err)
	}
	if n := len(w.all(t)); n != 0 || w.post.kinds() != "" {
		t.Errorf("%d requests, told: %s", n, w.post.kinds())
	}
	if n, err := w.Waiting(t.Context(), w.desk); n != 5 || err != nil {
		t.Errorf("%d wait, %v", n, err)
	}
}

// TestMachinesAreNotAnswered: nothing is made of what a machine wrote, nor of what the municipality did, and
// nobody is told.
func TestMachinesAreNotAnswered(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	for _, head := range []string{"Auto-Submitted: auto-replied", "Precedence: bulk", "Return-Path: <>",
		"X-Auto-Response-Suppress: All", "List-Id: <a.b>"} {
		if m := w.comes(t, mail(anna, head, "Sono in ferie.", head)); m.State != Automatic || m.Why == "" {
			t.Errorf("%s: %s", head, m.State)
		}
	}
	if m := w.comes(t, mail("URP <Urp@comune.example>", "a", "b")); m.State != Automatic || m.Why != WhyLoop {
		t.Errorf("one of our own: %s for %q", m.State, m.Why)
	}
	if n := len(w.all(t)); n != 0 || w.post.kinds() != "" {
		t.Errorf("%d requests, told: %s", n, w.post.kinds())
	}
}

// TestWhoWritesTooOftenWaits: from so many mails a day on, an address gets no receipt any more; nor does what
// lay in the mailbox for long.
func TestWhoWritesTooOftenWaits(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	old := w.arrived("1/1", mail("vecchio@posta.example", "Vecchia", "Di un anno fa."))
	old.At = w.Clock.Now().AddDate(-1, 0, 0)
	if m, err := w.Take(t.Context(), old); err != nil || m.State != Unassigned || m.Why != WhyOld {
		t.Errorf("an old one: %s for %q, %v", m.State, m.Why, err)
	}
	var last Mail
	for n := range maxOften + 3 {
		last = w.comes(t, mail("bot@posta.example", strings.Repeat("a", n+1), "Comprate!"))
	}
	if last.State != Unassigned || last.Why != WhyOften {
		t.Errorf("the last is %s for %q", last.State, last.Why)
	}
	if n := len(w.all(t)); n != maxOften {
		t.Errorf("%d requests, want %d", n, maxOften)
	}
	if m := w.comes(t, mail(anna, "Altro", "Io scrivo per la prima volta.")); m.State != Filed {
		t.Errorf("another's is %s for %q", m.State, m.Why)
	}
	w.Clock.Pass(25 * time.Hour)
	if m := w.comes(t, mail("bot@posta.example", "domani", "Oggi è un altro giorno.")); m.State != Filed {
		t.Errorf("a day later: %s for %q", m.State, m.Why)
	}
}

// TestWithoutAProcedureMailWaits: where the municipality did not say what mails ask for, or what it said is
// not offered any more, people say it.
func TestWithoutAProcedureMailWaits(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	if m := w.comes(t, mail(anna, "Lampione", "Spento.")); m.State != Unassigned || m.Why != WhyProcedure {
		t.Errorf("%s for %q", m.State, m.Why)
	}
	if m := w.comes(t, mail("chi sa chi", "Lampione", "Spento.")); m.State != Unassigned || m.Why != WhySender {
		t.Errorf("without an address: %s for %q", m.State, m.Why)
	}
	if w.post.kinds() != "" {
		t.Errorf("told: %s", w.post.kinds())
	}
}

// tag returns what letters about a request carry.
func (w *town) tag(t testing.TB, r requests.Request) string {
	t.Helper()
	for _, l := range w.post.letters {
		if l.Request.ID == r.ID && l.Tag != "" {
			return l.Tag
		}
	}
	t.Fatal("no letter about the request")
	return ""
}

// TestAnswersFindTheirRequest: an answer is known by the token in the address or in the ids of our letters,
// whoever sent it, and by the number in its subject when the applicant did; all else waits for people.
func TestAnswersFindTheirRequest(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	r := w.requestOf(t, w.comes(t, mail(anna, "Lampione", "Spento.")))
	other := w.requestOf(t, w.comes(t, mail("bruno@posta.example", "Buca", "Profonda.")))
	tag := w.tag(t, r)
	wrong := r.Number + "." + strings.Repeat("0", 20)
	w.post.letters = nil
	for name, c := range map[string]struct {
		raw   string
		state State
		why   string
	}{
		"the address": {mail("altra@posta.example", "Re: senza numero", "Dall'altra mia casella.",
			"Delivered-To: Urp+"+strings.ToUpper(tag)+"@comune.example"), Added, ""},
		"the id of a letter": {mail("altra2@posta.example", "Re: a", "Con un altro programma.",
			"In-Reply-To: <xyz."+tag+"@comune.example>"), Added, ""},
		"a reference": {mail("altra3@posta.example", "Re: b", "Con un terzo.",
			"References: <"+tag+"@comune.example> <other@posta.example>"), Added, ""},
		"the number, by the applicant": {mail(anna, "Re: Richiesta n. "+r.Number, "Grazie."), Added, ""},
		"the number, by a stranger": {mail("furbo@posta.example", "Re: n. "+r.Number, "Ritiro tutto."), Unassigned,
			WhyStranger},
		"a wrong token": {mail("furbo@posta.example", "a", "Provo.", "Delivered-To: urp+"+wrong+"@comune.example"),
			Unassigned, WhyStranger},
		"a token of another request's number": {mail("furbo@posta.example", "b", "Riprovo.",
			"Delivered-To: urp+"+other.Number+tag[strings.Index(tag, "."):]+"@comune.example"), Unassigned,
			WhyStranger},
	} {
		m := w.comes(t, c.raw)
		if m.State != c.state || m.Why != c.why {
			t.Errorf("%s: %s for %q, want %s for %q", name, m.State, m.Why, c.state, c.why)
		}
		if c.state == Added && m.Request != r.ID {
			t.Errorf("%s: added to %s", name, m.Number)
		}
	}
	now := w.requestOf(t, Mail{Request: r.ID})
	if n := len(now.Events); n != 5 {
		t.Errorf("%d events", n)
	}
	for _, e := range now.Events[1:] {
		if e.Act != requests.ActMessage || !e.Citizen || !e.Followed {
			t.Errorf("an event: %+v", e)
		}
	}
	if got := w.post.kinds(); got != "office office office office" {
		t.Errorf("told: %s", got)
	}
	if n := len(w.all(t)); n != 2 {
		t.Errorf("%d requests", n)
	}
}

// TestAutomaticAnswersAreSeen: what a machine answers to a letter is shown with its request, and not added.
func TestAutomaticAnswersAreSeen(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	r := w.requestOf(t, w.comes(t, mail(anna, "Lampione", "Spento.")))
	m := w.comes(t, mail(anna, "Fuori ufficio", "Torno lunedì.", "Auto-Submitted: auto-replied",
		"In-Reply-To: <a."+w.tag(t, r)+"@comune.example>"))
	if m.State != Automatic || m.Request != r.ID {
		t.Errorf("%s, about %q", m.State, m.Number)
	}
	if now := w.requestOf(t, m); len(now.Events) != 1 || w.post.kinds() != "received office" {
		t.Errorf("%d events, told: %s", len(now.Events), w.post.kinds())
	}
}

// TestThanksAfterTheEnd: what comes after a request has come to its end is read with it, and does not open it
// again.
func TestThanksAfterTheEnd(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	r := w.requestOf(t, w.comes(t, mail(anna, "Lampione", "Spento.")))
	_, err := w.requests.Move(t.Context(), w.desk, r.ID, requests.MoveInput{FormKey: strings.Repeat("k", 20),
		Act: requests.ActNotCompetent, Text: "È della Provincia."})
	if err != nil {
		t.Fatal(err)
	}
	was := w.requestOf(t, Mail{Request: r.ID})
	m := w.comes(t, mail(anna, "Re: Richiesta n. "+r.Number, "Grazie lo stesso."))
	now := w.requestOf(t, Mail{Request: r.ID})
	if m.State != Added || now.Open || now.State != requests.NotCompetent || !now.ClosedAt.Equal(was.ClosedAt) ||
		now.DueOn != was.DueOn || len(now.Events) != len(was.Events)+1 {
		t.Errorf("%s; the request is %s, open %v, of %d events", m.State, now.State, now.Open, len(now.Events))
	}
}
