package notify

import (
	"bytes"
	"strings"
	"testing"

	"ascolto/internal/civic"
	"ascolto/notify/message"
	"ascolto/notify/transport"
)

// Files go with a single message: within a bound, under names that a mail can carry, and to its reader alone.
// Whoever reads kept mail reads how many there are, and nothing of them, not even what they are called.
func TestFilesOfAMessage(t *testing.T) {
	t.Parallel()
	files, err := transport.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o := openOffice(t, 0, func(o *Options) { o.Transport = files })
	send := func(id civic.ID, all ...message.Attachment) error {
		return o.Enqueue(t.Context(), Message{ID: id, To: "anna@posta.example", Language: "it",
			Subject: "Ricevuta", Text: "È qui sotto.", Class: ClassService, Attachments: all})
	}
	receipt := message.Attachment{Name: "ricevuta-2026-000123.pdf", Type: "application/pdf",
		Content: []byte("%PDF- il codice è 48291357")}
	half := message.Attachment{Name: "a.pdf", Type: "application/pdf", Content: make([]byte, MaxAttached/2)}
	for what, c := range map[string]struct {
		files []message.Attachment
		want  civic.Code
	}{
		"more than a mail takes":  {[]message.Attachment{half, half, receipt}, civic.TooLarge},
		"a name of two lines":     {[]message.Attachment{{Name: "a\r\nBcc: x", Type: "text/plain"}}, civic.Invalid},
		"a name that is a folder": {[]message.Attachment{{Name: "a/b.pdf", Type: "text/plain"}}, civic.Invalid},
		"no type":                 {[]message.Attachment{{Name: "a.pdf"}}, civic.Invalid},
	} {
		if err := send("request/receipt/wrong", c.files...); civic.CodeOf(err) != c.want {
			t.Errorf("%s: %v", what, err)
		}
	}
	if known, err := o.o.Outbox.Known(t.Context(), "request/receipt/wrong"); known || err != nil {
		t.Errorf("what was refused is known: %v", err)
	}
	if err := send("request/receipt/x", receipt); err != nil {
		t.Fatal(err)
	}
	if known, err := o.o.Outbox.Known(t.Context(), "request/receipt/x"); !known || err != nil {
		t.Errorf("what waits is not known: %v", err)
	}
	o.serve()
	line := awaitKept(t, o)
	read, err := o.ReadKept(t.Context(), o.admin, line.ID)
	if err != nil || read.Attached != 1 || line.Attached != 1 || read.Withheld != SecretFollow {
		t.Errorf("read as %+v, %v", read, err)
	}
	if all := read.Text + read.HTML + read.Subject + strings.Join(read.Header, ""); strings.Contains(all,
		"000123") {
		t.Errorf("the mail that is withheld tells %s", all)
	}
	raw, err := files.Read(line.ID)
	if err != nil || !bytes.Contains(raw, []byte(receipt.Name)) ||
		!bytes.Contains(raw, []byte("JVBERi0gaWwgY29kaWNl")) {
		t.Errorf("the file does not go with the mail: %v, %.900s", err, raw)
	}
}
