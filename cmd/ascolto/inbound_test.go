package main

import (
	"bytes"
	"context"
	"io"
	"log"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"ascolto/crm/requests"
	"ascolto/crm/requests/intake"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
)

// mailbox is an IMAP server of this machine with one mailbox.
type mailbox struct {
	user    *imapmemserver.User
	setting string
}

func openMailbox(t *testing.T) *mailbox {
	t.Helper()
	m := &mailbox{user: imapmemserver.NewUser("richieste", "segreta")}
	m.made(t)
	memory := imapmemserver.New()
	memory.AddUser(m.user)
	server := imapserver.New(&imapserver.Options{InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapMove: {}, imap.CapUIDPlus: {}},
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		}})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(ln)
	t.Cleanup(func() { server.Close() })
	m.setting = "imap://richieste:segreta@" + ln.Addr().String() + "?tls=none"
	return m
}

// made makes the mailbox, with a validity that it has not had before.
func (m *mailbox) made(t *testing.T) {
	t.Helper()
	if err := m.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
}

type literal struct {
	io.Reader
	size int64
}

// Size implements imap.LiteralReader.
func (l literal) Size() int64 { return l.size }

func (m *mailbox) lay(t *testing.T, raw string) {
	t.Helper()
	raw = strings.ReplaceAll(raw, "\n", "\r\n")
	_, err := m.user.Append("INBOX", literal{strings.NewReader(raw), int64(len(raw))}, &imap.AppendOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

// lies returns how many mails are in a folder.
func (m *mailbox) lies(folder string) int {
	s, err := m.user.Status(folder, &imap.StatusOptions{NumMessages: true})
	if err != nil {
		return 0
	}
	return int(*s.NumMessages)
}

var replyTo = regexp.MustCompile(`(?m)^Reply-To: (\S+)\r?$`)

// TestMailboxOnSQLite and TestMailboxOnMongo: what lies in a mailbox becomes requests and their messages,
// through the whole program, and is found; a receipt goes out to which one can answer.
func TestMailboxOnSQLite(t *testing.T) { mailComesIn(t, "") }

func TestMailboxOnMongo(t *testing.T) { mailComesIn(t, storetest.Mongo(t).URI) }

func mailComesIn(t *testing.T, db string) {
	t.Helper()
	box := openMailbox(t)
	a := opened(t, map[string]string{"ASCOLTO_DATA": t.TempDir(), "ASCOLTO_DB": db, "ASCOLTO_IMAP": box.setting,
		"ASCOLTO_IMAP_ADDRESS": "richieste@comune.example.it"})
	defer a.mustClose(t)
	ctx, root := t.Context(), civic.System("test")
	if err := a.Seed(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Intake.SaveSettings(ctx, root, 0, intake.Settings{Procedure: "istanza"}, nil); err != nil {
		t.Fatal(err)
	}
	mail := func(head, text string) string {
		return "From: Carla Neri <carla@posta.example>\nTo: richieste@comune.example.it\n" + head + "\n\n" + text
	}
	box.lay(t, mail("Subject: Lampione spento", "In via Emilia, davanti al civico dodici."))
	box.lay(t, mail("Subject: Fuori ufficio\nAuto-Submitted: auto-replied", "Torno."))
	take := func() {
		t.Helper()
		if err := a.TakeMail(ctx); err != nil {
			t.Fatal(err)
		}
	}
	take()
	if in, done := box.lies("INBOX"), box.lies("Ascolto"); in != 0 || done != 2 {
		t.Errorf("%d lie in the mailbox, %d in the other folder", in, done)
	}
	r := a.onlyOpen(t)
	if r.Subject != "Lampione spento" || r.Declared == nil || r.Declared.Email != "carla@posta.example" {
		t.Errorf("the request is %+v", r)
	}
	receipt := a.mailTo(t, "carla@posta.example")
	address := replyTo.FindStringSubmatch(receipt)
	if address == nil || !strings.HasPrefix(address[1], "richieste+"+r.Number+".") ||
		!strings.HasSuffix(address[1], "@comune.example.it") ||
		!strings.Contains(receipt, "Auto-Submitted: auto-generated") {
		t.Fatalf("nobody can answer the receipt:\n%s", receipt)
	}

	answer := mail("Subject: Re: la vostra\nX-Original-To: "+address[1], "È il numero quattordici.")
	box.lay(t, answer)
	take()
	box.lay(t, answer) // once more, as when the mailbox is made anew and has it again
	take()
	now, err := a.Requests.Request(ctx, root, r.ID)
	if err != nil || len(now.Events) != 2 || now.Events[1].Text != "È il numero quattordici." {
		t.Errorf("the request has %d events, %v", len(now.Events), err)
	}
	if err := a.Search.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	if a.onlyOpen(t).ID != r.ID {
		t.Error("the answer is a request of its own")
	}
}

// onlyOpen returns the one request that is open.
func (a instance) onlyOpen(t *testing.T) requests.Request {
	t.Helper()
	list, err := a.Requests.Queue(t.Context(), civic.System("test"), requests.Filter{}, civic.PageRequest{})
	if err != nil || len(list.Items) != 1 {
		t.Fatalf("%d requests are open, %v", len(list.Items), err)
	}
	return list.Items[0]
}

// mailTo returns the mail that went to an address, as it is kept.
func (a instance) mailTo(t *testing.T, to string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Notify.Run(ctx) }()
	defer func() { cancel(); <-done }()
	for range 400 {
		page, err := a.Kept.List(civic.PageRequest{})
		if err != nil {
			t.Fatal(err)
		}
		for _, kept := range page.Items {
			raw, err := a.Kept.Read(kept.ID)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(raw, []byte(to)) {
				return string(raw)
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("no mail went to %s", to)
	return ""
}
