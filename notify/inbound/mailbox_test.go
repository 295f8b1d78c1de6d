package inbound

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"ascolto/notify/transport"
)

// imapHost is an IMAP server with one mailbox, until the test ends.
type imapHost struct {
	Server
	user *imapmemserver.User
}

func openHost(t *testing.T, caps ...imap.Cap) *imapHost {
	t.Helper()
	h := serveHost(t, listen(t), nil, caps...)
	h.Server.TLS = transport.NoTLS
	return h
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

func serveHost(t *testing.T, ln net.Listener, config *tls.Config, caps ...imap.Cap) *imapHost {
	t.Helper()
	h := &imapHost{user: imapmemserver.NewUser("richieste", "segreta")}
	if err := h.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory := imapmemserver.New()
	memory.AddUser(h.user)
	offered := imap.CapSet{imap.CapIMAP4rev1: {}}
	for _, c := range caps {
		offered[c] = struct{}{}
	}
	server := imapserver.New(&imapserver.Options{Caps: offered, InsecureAuth: true, TLSConfig: config,
		Logger: log.New(io.Discard, "", 0),
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		}})
	go server.Serve(ln)
	t.Cleanup(func() { server.Close() })
	addr := ln.Addr().(*net.TCPAddr)
	h.Server = Server{Host: "127.0.0.1", Port: addr.Port, User: "richieste", Password: "segreta",
		Folder: "INBOX", Done: "Ascolto"}
	return h
}

// lay lays a mail into the mailbox.
func (h *imapHost) lay(t *testing.T, raw []byte) {
	t.Helper()
	_, err := h.user.Append("INBOX", literal{bytes.NewReader(raw), int64(len(raw))}, &imap.AppendOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

type literal struct {
	io.Reader
	size int64
}

// Size implements imap.LiteralReader.
func (l literal) Size() int64 { return l.size }

// lies returns how many mails are in a folder, none when there is no such folder.
func (h *imapHost) lies(folder string) int {
	s, err := h.user.Status(folder, &imap.StatusOptions{NumMessages: true})
	if err != nil {
		return 0
	}
	return int(*s.NumMessages)
}

// memorySink remembers what it was given.
type memorySink struct {
	mu     sync.Mutex
	known  map[string]bool
	taken  []string
	places []string
	refuse func(mail string) error
	most   int64
}

func (s *memorySink) Known(_ context.Context, place string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known[place], nil
}

func (s *memorySink) MostKept() int64 {
	if s.most > 0 {
		return s.most
	}
	return 64 << 20
}

func (s *memorySink) Take(_ context.Context, f Fetched) error {
	b, err := io.ReadAll(f.Body)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		if err := s.refuse(string(b)); err != nil {
			return err
		}
	}
	s.taken = append(s.taken, fmt.Sprintf("%d %s", f.Size, strings.TrimSpace(string(b))))
	s.places = append(s.places, f.Place)
	if f.At.IsZero() {
		return errors.New("nobody knows when it came")
	}
	return nil
}

func plainMail(n int) []byte { return fmt.Appendf(nil, "Subject: %d\r\n\r\nMail %d", n, n) }

// TestMailboxIsEmptied: every mail in the mailbox is taken, in order, and lies in the other folder then,
// which is made when it is not there: on servers that can move mails, and on those that cannot.
func TestMailboxIsEmptied(t *testing.T) {
	t.Parallel()
	for name, caps := range map[string][]imap.Cap{
		"moves": {imap.CapMove, imap.CapUIDPlus}, "removes": {imap.CapUIDPlus}, "marks": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHost(t, caps...)
			for n := range chunk + 5 {
				h.lay(t, plainMail(n))
			}
			sink := &memorySink{}
			n, err := Mailbox{Server: h.Server}.Fetch(t.Context(), sink)
			if n != chunk+5 || err != nil || len(sink.taken) != n ||
				!slices.ContainsFunc(sink.taken, func(m string) bool { return strings.HasSuffix(m, "Mail 54") }) {
				t.Fatalf("%d were taken, %v", n, err)
			}
			left := 0
			if name == "marks" {
				left = n
			}
			if in, done := h.lies("INBOX"), h.lies("Ascolto"); in != left || done != n {
				t.Errorf("%d lie in the mailbox, %d in the other folder", in, done)
			}
			if n, err := (Mailbox{Server: h.Server}).Fetch(t.Context(), sink); n != 0 || err != nil {
				t.Errorf("%d were taken again, %v", n, err)
			}
		})
	}
}

// TestWhatIsNotTakenStays: a mail that is not taken stays in the mailbox, perhaps with others behind it, and
// what was taken goes; in the end each was taken once. What is known already goes without being fetched.
func TestWhatIsNotTakenStays(t *testing.T) {
	t.Parallel()
	h := openHost(t, imap.CapMove)
	for n := range 5 {
		h.lay(t, plainMail(n))
	}
	sink := &memorySink{refuse: func(mail string) error {
		if strings.Contains(mail, "Mail 3") {
			return errors.New("the store does not answer")
		}
		return nil
	}}
	n, err := Mailbox{Server: h.Server}.Fetch(t.Context(), sink)
	if err == nil || n != len(sink.taken) || h.lies("INBOX") != 5-n || h.lies("Ascolto") != n {
		t.Errorf("%d were taken of %d that may go, %d lie in the mailbox, %v", n, len(sink.taken), h.lies("INBOX"),
			err)
	}
	sink.refuse = nil
	if _, err := (Mailbox{Server: h.Server}).Fetch(t.Context(), sink); err != nil || h.lies("INBOX") != 0 {
		t.Errorf("%d lie in the mailbox, %v", h.lies("INBOX"), err)
	}
	slices.Sort(sink.taken)
	if n := len(sink.taken); n != 5 || len(slices.Compact(sink.taken)) != 5 {
		t.Errorf("%d were taken: %q", n, sink.taken)
	}
	h.lay(t, plainMail(9))
	validity, _, _ := strings.Cut(sink.places[0], "/")
	sink.known = map[string]bool{validity + "/6": true}
	if n, err := (Mailbox{Server: h.Server}).Fetch(t.Context(), sink); n != 1 || err != nil ||
		len(sink.taken) != 5 || h.lies("INBOX") != 0 {
		t.Errorf("a known one: %d went, %d were taken, %v", n, len(sink.taken), err)
	}
}

// TestLargeMailsComeInPart: of a mail that is larger than what is kept only the beginning is fetched.
func TestLargeMailsComeInPart(t *testing.T) {
	t.Parallel()
	h := openHost(t, imap.CapMove)
	h.lay(t, []byte("Subject: a\r\n\r\n"+strings.Repeat("a", 2*beginning)))
	sink := &memorySink{most: 1000}
	n, err := Mailbox{Server: h.Server}.Fetch(t.Context(), sink)
	if n != 1 || err != nil || len(sink.taken[0]) > beginning+20 || len(sink.taken[0]) < beginning {
		t.Errorf("%d were taken, %v", n, err)
	}
	if want := fmt.Sprint(2*beginning + 14); !strings.HasPrefix(sink.taken[0], want) {
		t.Errorf("its size is %s, want %s", sink.taken[0][:10], want)
	}
}

// TestTwoProgramsEmptyOneMailbox: whatever they do to each other, every mail is brought, and the mailbox is
// empty in the end. That the other was quicker may end a turn, as this server answers wrongly then.
func TestTwoProgramsEmptyOneMailbox(t *testing.T) {
	t.Parallel()
	h := openHost(t, imap.CapMove)
	const mails = 120
	for n := range mails {
		h.lay(t, plainMail(n))
	}
	sink := &memorySink{}
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for turn := 0; turn < 20 && h.lies("INBOX") > 0; turn++ {
				_, _ = Mailbox{Server: h.Server}.Fetch(t.Context(), sink)
			}
		})
	}
	group.Wait()
	slices.Sort(sink.taken)
	if n := len(slices.Compact(sink.taken)); n != mails || h.lies("INBOX") != 0 {
		t.Errorf("%d different mails were brought, %d are left", n, h.lies("INBOX"))
	}
}

// TestMailboxIsProtected: the connection is TLS from its first byte, or from STARTTLS on, of a server whose
// certificate is good; else no password crosses it. A wrong password is said, and never shown.
func TestMailboxIsProtected(t *testing.T) {
	t.Parallel()
	site := httptest.NewTLSServer(nil)
	t.Cleanup(site.Close)
	offers := &tls.Config{Certificates: site.TLS.Certificates}
	trusts := &tls.Config{RootCAs: x509.NewCertPool()}
	trusts.RootCAs.AddCert(site.Certificate())
	for mode, h := range map[transport.TLSMode]*imapHost{
		transport.ImplicitTLS: serveHost(t, tls.NewListener(listen(t), offers), nil, imap.CapMove),
		transport.StartTLS:    serveHost(t, listen(t), offers, imap.CapMove),
	} {
		h.lay(t, plainMail(1))
		h.Server.TLS = mode
		if n, err := (Mailbox{Server: h.Server}).Fetch(t.Context(), &memorySink{}); n != 0 || err == nil {
			t.Errorf("%s: with a certificate that nobody trusts %d were taken", mode, n)
		}
		wrong := h.Server
		wrong.Password = "segretissima"
		_, err := Mailbox{Server: wrong, TLS: trusts}.Fetch(t.Context(), &memorySink{})
		if err == nil || strings.Contains(err.Error(), wrong.Password) {
			t.Errorf("%s: a wrong password: %v", mode, err)
		}
		n, err := Mailbox{Server: h.Server, TLS: trusts}.Fetch(t.Context(), &memorySink{})
		if n != 1 || err != nil {
			t.Errorf("%s: %d were taken, %v", mode, n, err)
		}
	}
}

// TestServerSettings: the setting names server, protection and folders, and what is wrong is said without the
// password.
func TestServerSettings(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]Server{
		"imap://u:p@mail.example.it": {Host: "mail.example.it", Port: 993, TLS: transport.ImplicitTLS, User: "u",
			Password: "p", Folder: "INBOX", Done: "Ascolto"},
		"imap://u%40x.it:p%2F@mail.example.it:1143/Richieste/Nuove?tls=starttls&done=Fatte&plus=no": {
			Host: "mail.example.it", Port: 1143, TLS: transport.StartTLS, User: "u@x.it", Password: "p/",
			Folder: "Richieste/Nuove", Done: "Fatte", Plain: true},
		"imap://u:p@127.0.0.1?tls=none": {Host: "127.0.0.1", Port: 143, TLS: transport.NoTLS, User: "u",
			Password: "p", Folder: "INBOX", Done: "Ascolto"},
	} {
		if s, err := ParseServer(setting); err != nil || s != want {
			t.Errorf("%s: %+v, %v", setting, s, err)
		}
	}
	for _, setting := range []string{"", "smtp://u:segreta@x.it", "imap://u:segreta@x.it?tls=none",
		"imap://u:segreta@x.it?tls=no", "imap://u:segreta@x.it?a=b", "imap://u:segreta@x.it?tls=none&tls=implicit",
		"imap://x.it", "imap://u@x.it", "imap://u:segreta@x.it:0", "imap://u:segreta@x.it/Ascolto",
		"imap://u:segreta@x y.it", "imap://u:segreta%0a@x.it"} {
		if _, err := ParseServer(setting); err == nil || strings.Contains(err.Error(), "segreta") {
			t.Errorf("%s: %v", setting, err)
		}
	}
}

// TestFetchEnds: with its context, whatever the server does.
func TestFetchEnds(t *testing.T) {
	t.Parallel()
	ln := listen(t) // that nobody answers at
	defer ln.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	s := Server{Host: "127.0.0.1", Port: ln.Addr().(*net.TCPAddr).Port, User: "u", Password: "segreta",
		TLS: transport.NoTLS, Folder: "INBOX", Done: "Ascolto"}
	began := time.Now()
	_, err := Mailbox{Server: s}.Fetch(ctx, &memorySink{})
	if err == nil || time.Since(began) > 20*time.Second || strings.Contains(err.Error(), "segreta") {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
}
