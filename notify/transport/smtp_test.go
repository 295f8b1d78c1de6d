package transport_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
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

	. "ascolto/notify/transport" // transporttest, which this needs, stands on it
	"ascolto/notify/transport/transporttest"
)

func envelope() Envelope {
	return Envelope{ID: "a/b", From: "posta@comune.example", To: "anna@posta.example",
		Mail: []byte("Message-ID: <1@x>\r\n\r\nCiao\r\n.punto\r\n")}
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
		{"CONNECT", "421 too busy", Outcome{Result: Later, Stage: StageConnect, Code: 421, Cause: CauseBusy,
			Server: true}, 0},
		{"CONNECT", "554 go away", Outcome{Result: Later, Stage: StageConnect, Code: 554, Cause: CausePolicy,
			Server: true}, 0},
		{"CONNECT", transporttest.Drop, Outcome{Result: Later, Stage: StageConnect, Cause: CauseConnect,
			Server: true},
			0},
		{"CONNECT", transporttest.Silent, Outcome{Result: Later, Stage: StageConnect, Cause: CauseTimeout,
			Server: true}, 0},
		{"CONNECT", transporttest.Slow, Outcome{Result: Later, Stage: StageConnect, Cause: CauseTimeout,
			Server: true},
			0},
		{"EHLO", "550 no", Outcome{Result: Later, Stage: StageConnect, Code: 550, Cause: CausePolicy,
			Server: true}, 0},
		{"EHLO", transporttest.Silent, Outcome{Result: Later, Stage: StageConnect, Cause: CauseTimeout,
			Server: true},
			0},
		{"STARTTLS", "454 4.7.0 not now",
			Outcome{Result: Later, Stage: StageTLS, Code: 454, Enhanced: "4.7.0", Cause: CauseTLS,
				Server: true}, 0},
		{"STARTTLS", transporttest.Drop, Outcome{Result: Later, Stage: StageConnect, Cause: CauseConnect,
			Server: true},
			0},
		{"AUTH", "535 5.7.8 wrong", Outcome{Result: Later, Stage: StageAuth, Code: 535, Enhanced: "5.7.8",
			Cause: CauseAuth, Server: true}, 0},
		{"AUTH", transporttest.Silent, Outcome{Result: Later, Stage: StageAuth, Cause: CauseTimeout, Server: true},
			0},
		{"MAIL", "451 later", Outcome{Result: Later, Stage: StageSender, Code: 451, Cause: CauseBusy,
			Server: true}, 0},
		{"MAIL", "550 5.1.8 who", Outcome{Result: Later, Stage: StageSender, Code: 550, Enhanced: "5.1.8",
			Cause: CauseSender, Server: true}, 0},
		{"MAIL", transporttest.Drop, Outcome{Result: Later, Stage: StageSender, Cause: CauseBroken, Server: true},
			0},
		{"RCPT", "450 4.2.0 greylisted", Outcome{Result: Later, Stage: StageAddress, Code: 450,
			Enhanced: "4.2.0", Cause: CauseBusy}, 0},
		{"RCPT", "421 4.7.0 slow down", Outcome{Result: Later, Stage: StageAddress, Code: 421,
			Enhanced: "4.7.0", Cause: CauseBusy, Server: true}, 0},
		{"RCPT", "550 5.1.1 no such user", Outcome{Result: Refused, Stage: StageAddress, Code: 550,
			Enhanced: "5.1.1", Cause: CauseMailbox}, 0},
		{"RCPT", "550 no such user", Outcome{Result: Refused, Stage: StageAddress, Code: 550,
			Cause: CauseMailbox}, 0},
		{"RCPT", "552 5.2.2 full", Outcome{Result: Refused, Stage: StageAddress, Code: 552, Enhanced: "5.2.2",
			Cause: CauseFull}, 0},
		{"RCPT", "554 5.7.1 spam", Outcome{Result: Refused, Stage: StageAddress, Code: 554, Enhanced: "5.7.1",
			Cause: CauseSpam}, 0},
		{"RCPT", transporttest.Silent, Outcome{Result: Later, Stage: StageAddress, Cause: CauseTimeout,
			Server: true},
			0},
		{"RCPT", transporttest.Slow, Outcome{Result: Later, Stage: StageAddress, Cause: CauseTimeout, Server: true},
			0},
		{"DATA", "451 later", Outcome{Result: Later, Stage: StageContent, Code: 451, Cause: CauseBusy}, 0},
		{"DATA", "554 5.7.1 no", Outcome{Result: Refused, Stage: StageContent, Code: 554, Enhanced: "5.7.1",
			Cause: CausePolicy}, 0},
		{"DATA", transporttest.Drop, Outcome{Result: Later, Stage: StageContent, Cause: CauseBroken, Server: true},
			0},
		{"END", "452 4.3.1 disk", Outcome{Result: Later, Stage: StageAnswer, Code: 452, Enhanced: "4.3.1",
			Cause: CauseBusy}, 0},
		{"END", "550 5.7.1 spam", Outcome{Result: Refused, Stage: StageAnswer, Code: 550, Enhanced: "5.7.1",
			Cause: CauseSpam}, 0},
		{"END", transporttest.Drop, Outcome{Result: Uncertain, Stage: StageAnswer, Cause: CauseLost, Server: true},
			0},
		{"END", transporttest.DropDone, Outcome{Result: Uncertain, Stage: StageAnswer, Cause: CauseLost,
			Server: true},
			1},
		{"END", transporttest.Silent, Outcome{Result: Uncertain, Stage: StageAnswer, Cause: CauseLost,
			Server: true},
			0},
		{"END", transporttest.Slow, Outcome{Result: Uncertain, Stage: StageAnswer, Cause: CauseLost, Server: true},
			1},
		{"QUIT", transporttest.Silent, Outcome{Result: Accepted, Stage: StageAnswer, Code: 250}, 1},
	}
	for _, mode := range []TLSMode{StartTLS, ImplicitTLS, NoTLS} {
		for _, r := range rows {
			if r.verb == "STARTTLS" && mode != StartTLS {
				continue
			}
			if r.verb == "CONNECT" && r.play == transporttest.Drop && mode == ImplicitTLS {
				r.want.Stage, r.want.Cause = StageTLS, CauseTLS // TLS comes before the greeting
			}
			t.Run(string(mode)+"/"+r.verb+"/"+r.play, func(t *testing.T) {
				t.Parallel()
				server := transporttest.NewServer(t, mode, transporttest.Only(r.verb, r.play))
				target := server.Setting
				target.User, target.Password = "utente", "segreto"
				slot := NewSMTP(SMTPOptions{Server: target, TLS: server.ClientTLS()}).Conn(transporttest.ShortLimits())
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
				if n := len(server.Mails()); n != r.arrived {
					t.Errorf("%d mails arrived, want %d", n, r.arrived)
				}
			})
		}
	}
}

func TestNothingGoesWithoutTLS(t *testing.T) {
	t.Parallel()
	plain := transporttest.NewServer(t, NoTLS, nil) // offers no STARTTLS
	target := plain.Setting
	target.TLS = StartTLS
	for name, o := range map[string]SMTPOptions{
		"no STARTTLS":     {Server: target},
		"not implicit":    {Server: Server{Host: target.Host, Port: target.Port, TLS: ImplicitTLS}},
		"bad certificate": {Server: transporttest.NewServer(t, StartTLS, nil).Setting},
		"bad implicit":    {Server: transporttest.NewServer(t, ImplicitTLS, nil).Setting},
		"wrong name":      {Server: wrongName(transporttest.NewServer(t, StartTLS, nil)), TLS: &tls.Config{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := NewSMTP(o).Conn(transporttest.ShortLimits()).Send(t.Context(), envelope())
			if got.Result != Later || got.Stage != StageTLS || got.Cause != CauseTLS || !got.Server {
				t.Errorf("got %v: %v", got, got.Err)
			}
		})
	}
	if len(plain.Mails()) != 0 {
		t.Error("a mail went out unprotected")
	}
}

func wrongName(s *transporttest.Server) Server {
	out := s.Setting
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
		SMTPOptions{Server: Server{Host: "127.0.0.1", Port: port,
			TLS: NoTLS}}).Conn(transporttest.ShortLimits()).Send(
		t.Context(), envelope())
	if got.Result != Later || got.Cause != CauseConnect || !got.Server {
		t.Errorf("got %v: %v", got, got.Err)
	}
}

func TestAConnectionIsUsedAgainUntilTheServerDropsIt(t *testing.T) {
	t.Parallel()
	var conversations atomic.Int32
	var closeAfter atomic.Bool
	server := transporttest.NewServer(t, StartTLS, nil)
	server.SetScript(func(n int, verb string) string {
		conversations.Store(int32(n + 1))
		if verb == "RCPT" && n == 2 {
			return "550 5.1.1 unknown"
		}
		if verb == "MAIL" && closeAfter.CompareAndSwap(true, false) {
			return transporttest.Drop // what an idle connection looks like that the server has closed
		}
		return ""
	})
	slot := NewSMTP(SMTPOptions{Server: server.Setting,
		TLS: server.ClientTLS()}).Conn(transporttest.ShortLimits())
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
	server.SetScript(func(n int, _ string) string { conversations.Store(int32(n + 1)); return "" })
	send(Accepted)
	if n := conversations.Load(); n != 3 {
		t.Errorf("%d connections: a refused recipient should not cost one", n)
	}
	if n := len(server.Mails()); n != 4 {
		t.Errorf("%d mails arrived", n)
	}
}

func TestSendingStopsAtOnce(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"CONNECT", "EHLO", "RCPT", "END"} {
		server := transporttest.NewServer(t, NoTLS, transporttest.Only(verb, transporttest.Silent))
		limits := BulkLimits() // minutes
		slot := NewSMTP(SMTPOptions{Server: server.Setting}).Conn(limits)
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
	s.Domain, s.TLSConfig = "test", &tls.Config{Certificates: []tls.Certificate{transporttest.Certificate(t)}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	target := Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: StartTLS, User: "utente",
		Password: "giusta"}
	trusted := x509.NewCertPool()
	trusted.AddCert(s.TLSConfig.Certificates[0].Leaf)
	clientTLS := &tls.Config{RootCAs: trusted}
	if got := NewSMTP(SMTPOptions{Server: target,
		TLS: clientTLS}).Conn(transporttest.ShortLimits()).Send(t.Context(),
		envelope()); got.Result != Accepted {
		t.Fatalf("got %v: %v", got, got.Err)
	}
	if want := "posta@comune.example|anna@posta.example|" +
		string(envelope().Mail); backend.got.Load() != want {
		t.Errorf("got %q", backend.got.Load())
	}
	target.Password = "sbagliata"
	got := NewSMTP(SMTPOptions{Server: target,
		TLS: clientTLS}).Conn(transporttest.ShortLimits()).Send(t.Context(),
		envelope())
	if got.Cause != CauseAuth || got.Result != Later {
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
