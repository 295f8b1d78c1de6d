package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
	"ascolto/notify/message"
	"ascolto/notify/transport"
	"ascolto/notify/transport/transporttest"
)

func code(id civic.ID) Message {
	return Message{ID: id, To: "anna@posta.example", Name: "Anna", Language: "it",
		Subject: "Codice di accesso", Text: "Il codice è 482913.\n\nhttps://x.example/a", Class: ClassCode,
		Contact: "anna"}
}

func TestACodeGoesOutOnceAndIsForgotten(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 0)
	for range 3 {
		if err := o.Enqueue(t.Context(), code("uno")); err != nil {
			t.Fatal(err)
		}
	}
	waiting := o.delivery("message/uno")
	if raw, _ := json.Marshal(waiting); bytes.Contains(raw, []byte("482913")) || len(waiting.Sealed) == 0 {
		t.Error("the code is kept in clear")
	}
	began := time.Now()
	o.serve()
	o.awaitThat("the code", func() bool { return len(o.sink.mails()) == 1 })
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	o.awaitThat("its end", func() bool { return o.delivery("message/uno").State == Sent })
	if d := o.delivery("message/uno"); len(d.Sealed) != 0 || d.Address != "a•••@posta.example" ||
		d.Subject != "" {
		t.Errorf("kept after sending: %+v", d)
	}
	m := o.mailOf("anna@posta.example")
	if m.Subject != "Codice di accesso" || !strings.Contains(m.Text, "482913") ||
		!strings.Contains(m.HTML, `<a href="https://x.example/a"`) ||
		headerOf(m, "Auto-Submitted") != "auto-generated" || headerOf(m, "List-Unsubscribe") != "" {
		t.Errorf("%v\n%s", m.Header, m.Text)
	}
	if len(o.diary.All()) != 0 {
		t.Error("a code is on a timeline")
	}
	for range 2 { // the same ID never again, even after it was sent
		if err := o.Enqueue(t.Context(), code("uno")); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Enqueue(t.Context(), code("due")); err != nil {
		t.Fatal(err)
	}
	o.awaitThat("another one", func() bool { return o.delivery("message/due").State == Sent })
	if n := len(o.sink.mails()); n != 2 {
		t.Errorf("%d mails", n)
	}
	if log := o.log.String(); strings.Contains(log, "482913") || strings.Contains(log, "anna@") {
		t.Errorf("log: %s", log)
	}
}

// TestServersWordsAreLoggedWithoutAddresses: a server that defers may quote the citizen's address.
func TestServersWordsAreLoggedWithoutAddresses(t *testing.T) {
	t.Parallel()
	server := transporttest.NewServer(t, transport.NoTLS, nil)
	refuseAll(server, "421 4.7.28 <anna@posta.example>: rate exceeded")
	o := openOffice(t, 0, overSMTP(server))
	o.serve()
	if err := o.Enqueue(t.Context(), code("uno")); err != nil {
		t.Fatal(err)
	}
	o.awaitThat("the log says why", func() bool { return strings.Contains(o.log.String(), "rate exceeded") })
	if log := o.log.String(); strings.Contains(log, "anna@") {
		t.Errorf("log: %s", log)
	}
}

func TestAServiceMessageIsOnTheTimeline(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 0)
	o.serve()
	m := code("due")
	m.Class, m.HTML = ClassService,
		`<p>Ciao <script>alert(1)</script><img src="https://spia.example/p.png"><b onclick="x">Anna</b></p>`
	if err := o.Enqueue(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	o.awaitThat("activity", func() bool { return len(o.diary.All()) == 1 })
	if html := o.mailOf("anna@posta.example").HTML; strings.Contains(html, "script") ||
		strings.Contains(html, "spia") || strings.Contains(html, "onclick") {
		t.Errorf("not sanitized: %s", html)
	}
}

func TestBadMessagesAreRefused(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 0)
	for name, change := range map[string]func(*Message){
		"address": func(m *Message) { m.To = "anna" },
		"subject": func(m *Message) { m.Subject = "a\r\nBcc: x@y.example" },
		"name":    func(m *Message) { m.Name = "a\nb" },
		"id":      func(m *Message) { m.ID = "a b" },
		"long":    func(m *Message) { m.Text = strings.Repeat("x", message.MaxPart+1) },
	} {
		m := code("x")
		change(&m)
		if code := civic.CodeOf(o.Enqueue(t.Context(), m)); code != civic.Invalid && code != civic.TooLarge {
			t.Errorf("%s: %v", name, code)
		}
	}
	for name, change := range map[string]func(*Message){
		"class": func(m *Message) { m.Class = "" },
		"empty": func(m *Message) { m.Text = "" },
	} {
		m := code("x")
		change(&m)
		if err := o.Enqueue(t.Context(), m); civic.CodeOf(err) != civic.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHeldMailWaits is what a restored copy of an installation does: with 500 mails queued it sends none
// until somebody says so; codes that lost their worth meanwhile are wiped and never sent.
func TestHeldMailWaits(t *testing.T) {
	t.Parallel()
	clock := testtown.Machine()
	o := openOffice(t, 500, func(o *Options) { o.Now = clock.Now })
	if err := o.HoldSending(t.Context(), o.admin, "ripristino"); err != nil {
		t.Fatal(err)
	}
	if err := o.Enqueue(t.Context(), code("uno")); err != nil {
		t.Fatal(err)
	}
	c := o.launch("k1")
	o.looks()
	o.serve()
	o.awaitThat("the ledger is full", func() bool { return o.counts(c.ID).Of(Queued) == 500 })
	o.awaitLooks()
	if n := len(o.sink.mails()); n != 0 {
		t.Fatalf("%d mails went out", n)
	}
	status, err := o.Status(t.Context(), o.admin)
	if err != nil || !status.Held || status.Reason != "ripristino" || status.ByName != "admin" ||
		status.Messages != 1 || status.Kept {
		t.Errorf("%+v %v", status, err)
	}
	clock.Pass(validCode)
	o.awaitThat("the code is wiped", func() bool { return o.delivery("message/uno").State == Failed })
	if d := o.delivery("message/uno"); len(d.Sealed) != 0 || d.Cause != causeExpired {
		t.Errorf("%+v", d)
	}
	if err := o.ReleaseSending(t.Context(), o.admin); err != nil {
		t.Fatal(err)
	}
	o.await(c.ID, Finished)
	checkCopies(t, o.sink.mails(), 500, 500)
}

func TestHoldingAStoreBeforeTheServiceRuns(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 0)
	if err := HoldStore(context.Background(), o.DB, HoldRestored, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := HoldStore(context.Background(), o.DB, HoldRestored, time.Now()); err != nil {
		t.Fatal(err)
	}
	status, err := o.Status(t.Context(), o.admin)
	if err != nil || !status.Held || status.Reason != HoldRestored {
		t.Errorf("%+v %v", status, err)
	}
}

func TestKeptMailIsSaidToBeKept(t *testing.T) {
	t.Parallel()
	files, err := transport.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o := openOffice(t, 20, func(o *Options) { o.Transport = files })
	o.serve()
	c := o.launch("k1")
	o.await(c.ID, Finished)
	status, err := o.Status(t.Context(), o.sender)
	if err != nil || !status.Kept {
		t.Errorf("%+v %v", status, err)
	}
	page, err := o.KeptMail(t.Context(), o.sender, civic.PageRequest{Size: 15})
	if err != nil || len(page.Items) != 15 || page.Next == "" {
		t.Fatalf("%d %v", len(page.Items), err)
	}
	m, err := o.ReadKept(t.Context(), o.sender, page.Items[0].ID)
	if err != nil || !strings.Contains(m.Text, "Gentile Nicol") {
		t.Errorf("%v %v", m, err)
	}
	for _, by := range []civic.Actor{o.writer, o.other, o.citizen, o.stranger} {
		if _, err := o.KeptMail(t.Context(), by, civic.PageRequest{}); civic.CodeOf(err) != civic.Forbidden &&
			civic.CodeOf(err) != civic.Unauthenticated {
			t.Errorf("%s lists kept mail: %v", by.Name, err)
		}
		if _, err := o.ReadKept(t.Context(), by, page.Items[0].ID); civic.CodeOf(err) != civic.Forbidden &&
			civic.CodeOf(err) != civic.Unauthenticated {
			t.Errorf("%s reads kept mail: %v", by.Name, err)
		}
	}
	if _, err := openOffice(t, 0).KeptMail(t.Context(), o.sender,
		civic.PageRequest{}); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("kept mail where a server is set: %v", err)
	}
}
