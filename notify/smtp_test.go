package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func envelope() Envelope {
	return Envelope{ID: "a/b", From: "posta@comune.example", To: "anna@posta.example",
		Mail: []byte("Message-ID: <1@x>\r\n\r\nCiao\r\n.punto\r\n")}
}

// only plays a reply at one verb.
func only(verb, play string) func(int, string) string {
	return func(_ int, v string) string {
		if v == verb {
			return play
		}
		return ""
	}
}

func TestOutcomeKnowsHowFarItCame(t *testing.T) {
	t.Parallel()
	type row struct {
		verb, play string
		want       Outcome
		arrived    int
	}
	rows := []row{
		{"", "", Outcome{Result: Accepted, Stage: StageAnswer, Code: 250}, 1},
		{"CONNECT", "421 too busy", Outcome{Result: Later, Stage: StageConnect, Code: 421, Cause: causeBusy,
			Server: true}, 0},
		{"CONNECT", "554 go away", Outcome{Result: Later, Stage: StageConnect, Code: 554, Cause: causePolicy,
			Server: true}, 0},
		{"CONNECT", playDrop, Outcome{Result: Later, Stage: StageConnect, Cause: causeConnect, Server: true},
			0},
		{"CONNECT", playSilent, Outcome{Result: Later, Stage: StageConnect, Cause: causeTimeout,
			Server: true}, 0},
		{"CONNECT", playSlow, Outcome{Result: Later, Stage: StageConnect, Cause: causeTimeout, Server: true},
			0},
		{"EHLO", "550 no", Outcome{Result: Later, Stage: StageConnect, Code: 550, Cause: causePolicy,
			Server: true}, 0},
		{"EHLO", playSilent, Outcome{Result: Later, Stage: StageConnect, Cause: causeTimeout, Server: true},
			0},
		{"STARTTLS", "454 4.7.0 not now",
			Outcome{Result: Later, Stage: StageTLS, Code: 454, Enhanced: "4.7.0", Cause: causeTLS,
				Server: true}, 0},
		{"STARTTLS", playDrop, Outcome{Result: Later, Stage: StageConnect, Cause: causeConnect, Server: true},
			0},
		{"AUTH", "535 5.7.8 wrong", Outcome{Result: Later, Stage: StageAuth, Code: 535, Enhanced: "5.7.8",
			Cause: causeAuth, Server: true}, 0},
		{"AUTH", playSilent, Outcome{Result: Later, Stage: StageAuth, Cause: causeTimeout, Server: true}, 0},
		{"MAIL", "451 later", Outcome{Result: Later, Stage: StageSender, Code: 451, Cause: causeBusy,
			Server: true}, 0},
		{"MAIL", "550 5.1.8 who", Outcome{Result: Later, Stage: StageSender, Code: 550, Enhanced: "5.1.8",
			Cause: causeSender, Server: true}, 0},
		{"MAIL", playDrop, Outcome{Result: Later, Stage: StageSender, Cause: causeBroken, Server: true}, 0},
		{"RCPT", "450 4.2.0 greylisted", Outcome{Result: Later, Stage: StageAddress, Code: 450,
			Enhanced: "4.2.0", Cause: causeBusy}, 0},
		{"RCPT", "421 4.7.0 slow down", Outcome{Result: Later, Stage: StageAddress, Code: 421,
			Enhanced: "4.7.0", Cause: causeBusy, Server: true}, 0},
		{"RCPT", "550 5.1.1 no such user", Outcome{Result: Refused, Stage: StageAddress, Code: 550,
			Enhanced: "5.1.1", Cause: causeMailbox}, 0},
		{"RCPT", "550 no such user", Outcome{Result: Refused, Stage: StageAddress, Code: 550,
			Cause: causeMailbox}, 0},
		{"RCPT", "552 5.2.2 full", Outcome{Result: Refused, Stage: StageAddress, Code: 552, Enhanced: "5.2.2",
			Cause: causeFull}, 0},
		{"RCPT", "554 5.7.1 spam", Outcome{Result: Refused, Stage: StageAddress, Code: 554, Enhanced: "5.7.1",
			Cause: causeSpam}, 0},
		{"RCPT", playSilent, Outcome{Result: Later, Stage: StageAddress, Cause: causeTimeout, Server: true},
			0},
		{"RCPT", playSlow, Outcome{Result: Later, Stage: StageAddress, Cause: causeTimeout, Server: true}, 0},
		{"DATA", "451 later", Outcome{Result: Later, Stage: StageContent, Code: 451, Cause: causeBusy}, 0},
		{"DATA", "554 5.7.1 no", Outcome{Result: Refused, Stage: StageContent, Code: 554, Enhanced: "5.7.1",
			Cause: causePolicy}, 0},
		{"DATA", playDrop, Outcome{Result: Later, Stage: StageContent, Cause: causeBroken, Server: true}, 0},
		{"END", "452 4.3.1 disk", Outcome{Result: Later, Stage: StageAnswer, Code: 452, Enhanced: "4.3.1",
			Cause: causeBusy}, 0},
		{"END", "550 5.7.1 spam", Outcome{Result: Refused, Stage: StageAnswer, Code: 550, Enhanced: "5.7.1",
			Cause: causeSpam}, 0},
		{"END", playDrop, Outcome{Result: Uncertain, Stage: StageAnswer, Cause: causeLost, Server: true}, 0},
		{"END", playDropDone, Outcome{Result: Uncertain, Stage: StageAnswer, Cause: causeLost, Server: true},
			1},
		{"END", playSilent, Outcome{Result: Uncertain, Stage: StageAnswer, Cause: causeLost, Server: true},
			0},
		{"END", playSlow, Outcome{Result: Uncertain, Stage: StageAnswer, Cause: causeLost, Server: true}, 1},
		{"QUIT", playSilent, Outcome{Result: Accepted, Stage: StageAnswer, Code: 250}, 1},
	}
	for _, mode := range []TLSMode{StartTLS, ImplicitTLS, NoTLS} {
		for _, r := range rows {
			if r.verb == "STARTTLS" && mode != StartTLS {
				continue
			}
			if r.verb == "CONNECT" && r.play == playDrop && mode == ImplicitTLS {
				r.want.Stage, r.want.Cause = StageTLS, causeTLS // TLS comes before the greeting
			}
			t.Run(string(mode)+"/"+r.verb+"/"+r.play, func(t *testing.T) {
				t.Parallel()
				server := newSMTPServer(t, mode, only(r.verb, r.play))
				target := server.Server
				target.User, target.Password = "utente", "segreto"
				slot := NewSMTP(SMTPOptions{Server: target, TLS: server.clientTLS()}).Conn(shortLimits())
				began := time.Now()
				got := slot.Send(t.Context(), envelope())
				if took := time.Since(began); took > 20*time.Second {
					t.Errorf("took %v", took)
				}
				if diff := cmp.Diff(r.want, got,
					cmpopts.IgnoreFields(Outcome{}, "Err", "Answer")); diff != "" {
					t.Errorf("outcome (-want +got):\n%s\nerror: %v", diff, got.Err)
				}
				slot.Close()
				if n := len(server.mails()); n != r.arrived {
					t.Errorf("%d mails arrived, want %d", n, r.arrived)
				}
			})
		}
	}
}

func TestNothingGoesWithoutTLS(t *testing.T) {
	t.Parallel()
	plain := newSMTPServer(t, NoTLS, nil) // offers no STARTTLS
	target := plain.Server
	target.TLS = StartTLS
	for name, o := range map[string]SMTPOptions{
		"no STARTTLS":     {Server: target},
		"not implicit":    {Server: SMTP{Host: target.Host, Port: target.Port, TLS: ImplicitTLS}},
		"bad certificate": {Server: newSMTPServer(t, StartTLS, nil).Server},
		"bad implicit":    {Server: newSMTPServer(t, ImplicitTLS, nil).Server},
		"wrong name":      {Server: wrongName(newSMTPServer(t, StartTLS, nil)), TLS: &tls.Config{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := NewSMTP(o).Conn(shortLimits()).Send(t.Context(), envelope())
			if got.Result != Later || got.Stage != StageTLS || got.Cause != causeTLS || !got.Server {
				t.Errorf("got %v: %v", got, got.Err)
			}
		})
	}
	if len(plain.mails()) != 0 {
		t.Error("a mail went out unprotected")
	}
}

func wrongName(s *smtpServer) SMTP {
	out := s.Server
	out.Host = "localhost"
	return out
}

func TestAnUnreachableServerIsToldApart(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	got := NewSMTP(
		SMTPOptions{Server: SMTP{Host: "127.0.0.1", Port: port, TLS: NoTLS}}).Conn(shortLimits()).Send(
		t.Context(), envelope())
	if got.Result != Later || got.Cause != causeConnect || !got.Server {
		t.Errorf("got %v: %v", got, got.Err)
	}
}

func TestAConnectionIsUsedAgainUntilTheServerDropsIt(t *testing.T) {
	t.Parallel()
	var conversations atomic.Int32
	var closeAfter atomic.Bool
	server := newSMTPServer(t, StartTLS, nil)
	server.setScript(func(n int, verb string) string {
		conversations.Store(int32(n + 1))
		if verb == "RCPT" && n == 2 {
			return "550 5.1.1 unknown"
		}
		if verb == "MAIL" && closeAfter.CompareAndSwap(true, false) {
			return playDrop // what an idle connection looks like that the server has closed
		}
		return ""
	})
	slot := NewSMTP(SMTPOptions{Server: server.Server, TLS: server.clientTLS()}).Conn(shortLimits())
	defer slot.Close()
	send := func(want Result) {
		t.Helper()
		if got := slot.Send(t.Context(), envelope()); got.Result != want {
			t.Fatalf("got %v: %v", got, got.Err)
		}
	}
	send(Accepted)
	send(Accepted)
	if n := conversations.Load(); n != 1 {
		t.Errorf("%d connections for two mails", n)
	}
	closeAfter.Store(true)
	send(Accepted)
	if n := conversations.Load(); n != 2 {
		t.Errorf("%d connections after one was dropped", n)
	}
	time.Sleep(1100 * time.Millisecond) // longer than Idle
	send(Refused)                       // the third connection knows no one
	server.setScript(func(n int, _ string) string { conversations.Store(int32(n + 1)); return "" })
	send(Accepted)
	if n := conversations.Load(); n != 3 {
		t.Errorf("%d connections: a refused recipient should not cost one", n)
	}
	if n := len(server.mails()); n != 4 {
		t.Errorf("%d mails arrived", n)
	}
}

func TestSendingStopsAtOnce(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"CONNECT", "EHLO", "RCPT", "END"} {
		server := newSMTPServer(t, NoTLS, only(verb, playSilent))
		limits := BulkLimits() // minutes
		slot := NewSMTP(SMTPOptions{Server: server.Server}).Conn(limits)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		began := time.Now()
		got := slot.Send(ctx, envelope())
		cancel()
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%s: took %v", verb, took)
		}
		want := Later
		if verb == "END" {
			want = Uncertain
		}
		if got.Result != want {
			t.Errorf("%s: got %v", verb, got)
		}
	}
}

// TestAgainstAnotherServer sends to a server that is not our script: the library's own, with TLS and a
// password.
func TestAgainstAnotherServer(t *testing.T) {
	t.Parallel()
	backend := &libraryBackend{}
	s := smtp.NewServer(backend)
	s.Domain, s.TLSConfig = "test", &tls.Config{Certificates: []tls.Certificate{testCertificate(t)}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	target := SMTP{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: StartTLS, User: "utente",
		Password: "giusta"}
	clientTLS := (&smtpServer{tls: s.TLSConfig}).clientTLS()
	if got := NewSMTP(SMTPOptions{Server: target, TLS: clientTLS}).Conn(shortLimits()).Send(t.Context(),
		envelope()); got.Result != Accepted {
		t.Fatalf("got %v: %v", got, got.Err)
	}
	if want := "posta@comune.example|anna@posta.example|" +
		string(envelope().Mail); backend.got.Load() != want {
		t.Errorf("got %q", backend.got.Load())
	}
	target.Password = "sbagliata"
	got := NewSMTP(SMTPOptions{Server: target, TLS: clientTLS}).Conn(shortLimits()).Send(t.Context(),
		envelope())
	if got.Cause != causeAuth || got.Result != Later {
		t.Errorf("got %v: %v", got, got.Err)
	}
	if strings.Contains(got.String()+got.Err.Error(), "sbagliata") {
		t.Error("the password is in the error")
	}
}

type libraryBackend struct{ got atomic.Value }

func (b *libraryBackend) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &librarySession{backend: b}, nil
}

type librarySession struct {
	backend  *libraryBackend
	from, to string
}

func (s *librarySession) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *librarySession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "utente" || password != "giusta" {
			return errors.New("wrong")
		}
		return nil
	}), nil
}
func (s *librarySession) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return nil }
func (s *librarySession) Rcpt(to string, _ *smtp.RcptOptions) error   { s.to = to; return nil }
func (s *librarySession) Reset()                                      {}
func (s *librarySession) Logout() error                               { return nil }
func (s *librarySession) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.backend.got.Store(s.from + "|" + s.to + "|" + string(b))
	return err
}

func TestSMTPSetting(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]SMTP{
		"smtp://mail.example": {Host: "mail.example", Port: 587, TLS: StartTLS},
		"smtp://u%40x:p%2Fw@Mail.example:2525?tls=implicit": {Host: "mail.example", Port: 2525,
			TLS: ImplicitTLS, User: "u@x", Password: "p/w"},
		"smtp://mail.example?tls=implicit": {Host: "mail.example", Port: 465,
			TLS: ImplicitTLS},
		"smtp://127.0.0.1:1025/?tls=none": {Host: "127.0.0.1", Port: 1025, TLS: NoTLS},
		"smtp://u:p@localhost?tls=none": {Host: "localhost", Port: 25, TLS: NoTLS,
			User: "u", Password: "p"},
		"smtp://[::1]:25?tls=none": {Host: "::1", Port: 25, TLS: NoTLS},
	} {
		got, err := ParseSMTP(in)
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v", in, got, err)
		}
	}
	for in, want := range map[string]string{
		"mail.example:25":                        "smtp://",
		"http://mail.example":                    "smtp://",
		"smtp://":                                "host",
		"smtp://mail_server":                     "host",
		"smtp://mail.example:99999":              "port",
		"smtp://mail.example:0":                  "port",
		"smtp://mail.example?tls=maybe":          "tls=maybe",
		"smtp://mail.example?ssl=1":              `"ssl"`,
		"smtp://mail.example?tls=none&tls=none":  `"tls"`,
		"smtp://mail.example/path":               "after host",
		"smtp://segreto@mail.example":            "both",
		"smtp://u:segreto@mail.example?tls=none": "unprotected",
		"smtp://u:segreto%0a@mail.example":       "control",
		"smtp://u:seg reto@mail.example:x":       "URL",
		"smtp://u:segreto#@mail.example":         "",
	} {
		_, err := ParseSMTP(in)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "segreto") {
			t.Errorf("%s: got %v, want something with %q and without the password", in, err, want)
		}
	}
}

func FuzzParseSMTP(f *testing.F) {
	f.Add("smtp://u:p@h:1?tls=none")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseSMTP(s)
		if err == nil && (got.Host == "" || got.Port < 1 || got.TLS == "" || got.TLS == NoTLS &&
			got.User != "" && !got.local()) {
			t.Fatalf("%q: %+v", s, got)
		}
	})
}
