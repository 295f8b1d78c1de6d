package notify

import (
	"testing"

	"ascolto/internal/civic"
	"ascolto/notify/transport"
)

// sharedBox is an address that two people read.
const sharedBox = "famiglia@posta.example"

// enqueueShared puts a message to the shared mailbox into the outbox: Anna's, Bruno's, or a code, which is
// nobody's.
func (o *office) enqueueShared(id, contact civic.ID, class Class) {
	o.t.Helper()
	if err := o.Enqueue(o.t.Context(), Message{ID: id, To: sharedBox, Language: "it", Subject: "Avviso",
		Text: "Testo.", Class: class, Contact: contact}); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) erasePerson(contact civic.ID, emails ...string) {
	o.t.Helper()
	err := o.ErasePersonal(o.t.Context(), civic.System("test"), civic.Subject{Contact: contact},
		civic.PersonalErasure{At: o.now(), Emails: emails})
	if err != nil {
		o.t.Fatal(err)
	}
}

// TestAnErasureSparesWhoSharesTheMailbox: of two people with the same address, one is erased. The mail that
// waits for the other, the other's kept mail and suspension stay; what names nobody goes.
func TestAnErasureSparesWhoSharesTheMailbox(t *testing.T) {
	t.Parallel()
	files, err := transport.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o := openOffice(t, 1, func(op *Options) { op.Transport = files })
	stop := o.serve()
	o.enqueueShared("anna-sent", "anna", ClassService)
	o.enqueueShared("bruno-sent", "bruno", ClassService)
	o.enqueueShared("code-sent", "", ClassCode)
	o.awaitThat("three mails are kept", func() bool {
		kept, err := files.List(civic.PageRequest{})
		return err == nil && len(kept.Items) == 3
	})
	o.awaitIdle(o.prompt)
	stop()
	o.enqueueShared("anna-waits", "anna", ClassService)
	o.enqueueShared("bruno-waits", "bruno", ClassService)
	o.enqueueShared("code-waits", "", ClassCode)
	dead := transport.Outcome{Code: 550, Enhanced: "5.1.1", Cause: transport.CauseMailbox,
		Answer: "550 5.1.1 no such user"}
	if err := o.refusedAddress(t.Context(), &Delivery{Contact: "bruno"}, sharedBox, dead); err != nil {
		t.Fatal(err)
	}
	o.erasePerson("anna", sharedBox)
	for id, erased := range map[civic.ID]bool{"anna-sent": true, "bruno-sent": false, "anna-waits": true,
		"bruno-waits": false, "code-waits": true} {
		d := o.delivery(civic.Key(messageQueue, id))
		if d.Erased != erased || !erased && d.Contact != "bruno" ||
			id == "bruno-waits" && (d.State != Queued || d.Address != sharedBox) {
			t.Errorf("%s: %+v", id, d)
		}
	}
	for id, stays := range map[civic.ID]bool{"anna-sent": false, "bruno-sent": true, "code-sent": false} {
		if _, err := files.Read(civic.Key(messageQueue, id)); (err == nil) != stays {
			t.Errorf("the file of %s: %v", id, err)
		}
	}
	if held, err := o.Held(t.Context(), sharedBox); err != nil || !held {
		t.Errorf("the address of the other is suspended: %v, %v", held, err)
	}
	o.erasePerson("bruno", sharedBox)
	if held, err := o.Held(t.Context(), sharedBox); err != nil || held {
		t.Errorf("after both are erased it is suspended: %v, %v", held, err)
	}
}
