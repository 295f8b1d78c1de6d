package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/pdf/pdftest"
	"ascolto/web/locale"
	"ascolto/web/requestview"
)

// attached returns the one file of the n-th mail about something to an address, with its name.
func (w *mailTown) attached(t *testing.T, address string, n int) (name string, content []byte) {
	t.Helper()
	w.post.mu.Lock()
	defer w.post.mu.Unlock()
	for _, e := range w.post.mails {
		if e.To != address {
			continue
		}
		if n--; n >= 0 {
			continue
		}
		m, err := mail.ReadMessage(bytes.NewReader(e.Mail))
		if err != nil {
			t.Fatal(err)
		}
		_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		parts := multipart.NewReader(m.Body, params["boundary"])
		for {
			part, err := parts.NextPart()
			if err != nil {
				t.Fatalf("no file goes with the mail: %v", err)
			}
			if part.FileName() == "" {
				continue
			}
			content, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, part))
			if err != nil || part.Header.Get("Content-Type") != "application/pdf" {
				t.Fatalf("%s as %s: %v", part.FileName(), part.Header.Get("Content-Type"), err)
			}
			return part.FileName(), content
		}
	}
	t.Fatalf("not so many mails went to %s", address)
	return "", nil
}

// spaced returns words with one space between them, wherever lines were broken.
func spaced(text string) string { return strings.Join(strings.Fields(text), " ") }

// The receipt by mail says every row that the page says, the remedies against silence among them, and has the
// same as a PDF. Drawn by several at once it goes out once; written again after a crash, when much has
// happened since, it is the same to the byte.
func TestTheReceiptByMail(t *testing.T) {
	t.Parallel()
	w := openMailTown(t, "2026-03-02")
	ctx := t.Context()
	office, err := w.Reference.Office(ctx, "urp")
	if err == nil {
		office.Phone, office.Email = "059 206311", "urp@comune.example"
		_, err = w.Reference.SaveOffice(ctx, desk, office)
	}
	if err != nil {
		t.Fatal(err)
	}
	in := requests.FileInput{FormKey: rand.Text(), Procedure: "accesso-documenti", Contact: w.anna.ID,
		Channel: crm.ByPhone, Subject: "Lampione", Text: "È spento.", Grounds: "Abito lì."}
	var wg sync.WaitGroup
	for range 4 { // the same form, sent again and again
		wg.Go(func() {
			if _, err := w.Requests.File(ctx, desk, in); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	r, err := w.Requests.Request(ctx, desk, civic.ID(in.FormKey))
	if err != nil {
		t.Fatal(err)
	}
	first := w.mail(t, "anna@posta.example", "Ricevuta")
	name, file := w.attached(t, "anna@posta.example", 0)
	code, err := w.Requests.Code(ctx, desk, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	l := w.Catalogues.In(locale.Italian)
	shown, err := requestview.NewReceipt(ctx, w.Reference, w.config.Town, w.Origin, r, code)
	if err != nil {
		t.Fatal(err)
	}
	text, words := spaced(first.Text), spaced(pdftest.Words(t, file))
	for _, row := range shown.Rows(l) {
		if !strings.Contains(text, row.Label+": "+spaced(row.Value)) ||
			!strings.Contains(words, spaced(row.Value)) {
			t.Errorf("the mail or its file does not say %s: %s\n%s\n%s", row.Label, row.Value, text, words)
		}
	}
	for _, want := range []string{r.Number, code, "comune@pec.borgoforte.example", "1º aprile 2026", "30 giorni",
		"L. 7 agosto 1990, n. 241, artt. 22 e 25", "TAR", "difensore civico", "18-bis", "2 marzo 2026", "10:00",
		"059 206311", "urp@comune.example"} {
		if !strings.Contains(text, want) || !strings.Contains(words, want) {
			t.Errorf("the mail or its file does not say %q: %s", want, text)
		}
	}
	if !strings.Contains(name, r.Number) || !strings.HasSuffix(name, ".pdf") {
		t.Errorf("the file is called %s", name)
	}

	w.moved(t, "2026-03-05", r, requests.MoveInput{Act: requests.ActTake,
		Responsible: w.colleague(t, "Ugo Neri", civic.Operator)})
	w.moved(t, "2026-03-06", r, requests.MoveInput{Act: requests.ActForward, Office: "anagrafe"})
	if _, err := w.Requests.Repair(ctx, r.ReceivedAt); err != nil {
		t.Fatal(err)
	}
	again := w.letter(t, r, requests.LetterReceived)
	rows, files, err := requestLetters{w.App}.receipt(ctx, again, "it")
	if err != nil || !strings.Contains(first.Text, rows) || !bytes.Equal(files[0].Content, file) {
		t.Errorf("written again it says %s, %v; the file has %d bytes, before %d", rows, err,
			len(files[0].Content), len(file))
	}
	w.moved(t, "2026-03-07", r, requests.MoveInput{Act: requests.ActMessage, Text: "Ultimo."})
	w.mail(t, "anna@posta.example", "un messaggio")
	if n := len(w.post.to(t, "anna@posta.example", "Ricevuta")); n != 1 {
		t.Errorf("the receipt went out %d times", n)
	}
}

// keeping is an outbox that keeps the letters it is given.
type keeping struct{ letters []requests.Letter }

func (k *keeping) QueueLetter(_ context.Context, l requests.Letter) (bool, error) {
	k.letters = append(k.letters, l)
	return true, nil
}

func (k *keeping) QueueConfirmation(context.Context, requests.Confirmation) error { return nil }

// letter returns the letter of a kind about a request as another program on the same store draws it again.
func (w *mailTown) letter(t *testing.T, r requests.Request, kind requests.LetterKind) requests.Letter {
	t.Helper()
	k := &keeping{}
	s, err := requests.New(t.Context(), requests.Options{DB: w.DB, Audit: w.Audit, Vault: w.Vault,
		Reference: w.Reference, Hours: w.Hours, Recorder: w.CRM, Outbox: k, Files: w.Files, Now: w.clock})
	if err == nil {
		_, err = s.Repair(t.Context(), r.ReceivedAt)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range k.letters {
		if l.Kind == kind && l.Request.ID == r.ID {
			return l
		}
	}
	t.Fatalf("no letter of the kind %s is drawn again", kind)
	return requests.Letter{}
}

// Who asked for documents and was not answered reads by mail that this counts as a refusal, where they can
// turn to, and until when; of civic access they read of the review, never of a refusal.
func TestSilenceNamesItsRemedies(t *testing.T) {
	t.Parallel()
	w := openMailTown(t, "2026-03-02")
	documents := w.filed(t, "accesso-documenti", w.anna)
	data := w.filed(t, "accesso-civico-generalizzato", w.anna)
	w.on(t, "2026-04-02")
	if _, err := w.Requests.KeepClocks(t.Context()); err != nil {
		t.Fatal(err)
	}
	refused := spaced(w.mail(t, "anna@posta.example", documents.Number+": il termine").Text)
	for _, want := range []string{"silenzio-rigetto", "art. 25, c. 4", "TAR", "difensore civico",
		"2 maggio 2026"} {
		if !strings.Contains(refused, want) {
			t.Errorf("of silence on documents the letter does not say %q: %s", want, refused)
		}
	}
	review := spaced(w.mail(t, "anna@posta.example", data.Number+": il termine").Text)
	if !strings.Contains(review, "riesame al responsabile della trasparenza") || !strings.Contains(review,
		"20 giorni") || strings.Contains(review, "rigetto") {
		t.Errorf("of silence on civic access the letter says %s", review)
	}
}
