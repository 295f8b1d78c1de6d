package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// mailsPerConnection is how many mails one connection carries before a new one is made: servers dislike
// endless ones.
const mailsPerConnection = 100

// SMTPOptions says which server, and how we introduce ourselves.
type SMTPOptions struct {
	Server Server
	Hello  string      // our host name; "localhost" when empty
	TLS    *tls.Config // nil: the system's certificate authorities
}

// NewSMTP returns what hands mail to a server, one recipient per message.
func NewSMTP(o SMTPOptions) *SMTP {
	if o.Hello == "" {
		o.Hello = "localhost"
	}
	config := &tls.Config{}
	if o.TLS != nil {
		config = o.TLS.Clone()
	}
	config.ServerName = o.Server.Host
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	return &SMTP{options: o, tls: config}
}

// SMTP hands mail to one mail server.
type SMTP struct {
	options SMTPOptions
	tls     *tls.Config
}

// Conn returns a connection of its own, made when the first mail is sent.
func (t *SMTP) Conn(limits Limits) Conn { return &smtpConn{transport: t, limits: limits} }

type smtpConn struct {
	transport *SMTP
	limits    Limits
	conn      *boundedConn
	client    *smtp.Client
	sent      int
	used      time.Time
}

// Send hands e over. What it returns follows from how far the conversation came: nothing was accepted before
// the message's end was written; after that only the server's answer tells.
func (s *smtpConn) Send(ctx context.Context, e Envelope) Outcome {
	ctx, cancel := context.WithTimeout(ctx, s.limits.Attempt)
	defer cancel()
	reused, failure := s.connect(ctx)
	if failure != nil {
		return s.failed(failure)
	}
	out := s.transactUntil(ctx, e)
	if reused && out.Stage == StageSender && out.Code == 0 && ctx.Err() == nil {
		s.drop() // the server had closed the idle connection: begin again on a new one
		if _, failure = s.connect(ctx); failure != nil {
			return s.failed(failure)
		}
		out = s.transactUntil(ctx, e)
	}
	if s.conn.late {
		out.Cause = timedOut(out)
	}
	s.after(out)
	return out
}

// failed gives up a connection that could not be made ready.
func (s *smtpConn) failed(out *Outcome) Outcome {
	if s.conn != nil && s.conn.late {
		out.Cause = timedOut(*out)
	}
	s.drop()
	return *out
}

// transactUntil is transact whose waiting ends with ctx.
func (s *smtpConn) transactUntil(ctx context.Context, e Envelope) Outcome {
	conn := s.conn
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	return s.transact(e)
}

// after keeps the connection for the next mail where the server is in a known state.
func (s *smtpConn) after(out Outcome) {
	s.used = time.Now()
	s.sent++
	switch {
	case out.Result == Accepted && s.sent < mailsPerConnection:
	case out.Result == Refused && out.Stage == StageAddress && s.client.Reset() == nil:
	default:
		s.drop()
	}
}

// connect makes sure that there is a greeted, protected and signed-in connection.
func (s *smtpConn) connect(ctx context.Context) (reused bool, failure *Outcome) {
	if s.client != nil && time.Since(s.used) < s.limits.Idle {
		return true, nil
	}
	s.drop()
	o := s.transport.options
	dialer := net.Dialer{Timeout: s.limits.Dial}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(o.Server.Host, strconv.Itoa(o.Server.Port)))
	if err != nil {
		return false, serverFault(StageConnect, err)
	}
	s.conn = &boundedConn{Conn: conn, limit: s.limits.Command}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if failure := s.protect(ctx); failure != nil {
		return false, failure
	}
	s.client.CommandTimeout, s.client.SubmissionTimeout = s.limits.Command, s.limits.Answer
	if err := s.client.Hello(o.Hello); err != nil {
		return false, serverFault(helloStage(err), err)
	}
	if err := s.signIn(); err != nil {
		return false, serverFault(StageAuth, err)
	}
	return false, nil
}

// protect makes the client, with TLS as the setting demands it: a server that offers none gets nothing.
func (s *smtpConn) protect(ctx context.Context) *Outcome {
	switch s.transport.options.Server.TLS {
	case NoTLS:
		s.client = smtp.NewClient(s.conn)
	case ImplicitTLS:
		secured := tls.Client(s.conn, s.transport.tls)
		s.conn.SetDeadline(time.Now().Add(s.limits.Command))
		if err := secured.HandshakeContext(ctx); err != nil {
			return serverFault(StageTLS, err)
		}
		s.client = smtp.NewClient(secured)
	default:
		client, err := smtp.NewClientStartTLS(s.conn, s.transport.tls)
		if err != nil {
			return serverFault(startTLSStage(err), err)
		}
		s.client = client
	}
	return nil
}

func (s *smtpConn) signIn() error {
	server := s.transport.options.Server
	if server.User == "" {
		return nil
	}
	switch {
	case s.client.SupportsAuth(sasl.Plain):
		return s.client.Auth(sasl.NewPlainClient("", server.User, server.Password))
	case s.client.SupportsAuth(sasl.Login):
		return s.client.Auth(sasl.NewLoginClient(server.User, server.Password))
	default:
		return errors.New("the server offers neither AUTH PLAIN nor AUTH LOGIN")
	}
}

// transact hands one mail over on a connection that is ready.
func (s *smtpConn) transact(e Envelope) Outcome {
	s.conn.limit = s.limits.Command
	if err := s.client.Mail(e.From, nil); err != nil {
		return answered(StageSender, err)
	}
	if err := s.client.Rcpt(e.To, nil); err != nil {
		return answered(StageAddress, err)
	}
	data, err := s.client.Data()
	if err != nil {
		return answered(StageContent, err)
	}
	s.conn.limit = s.limits.Content
	s.conn.SetDeadline(time.Now().Add(s.limits.Content))
	if _, err := data.Write(e.Mail); err != nil {
		return answered(StageContent, err)
	}
	s.conn.limit = s.limits.Answer
	if _, err := data.CloseWithResponse(); err != nil {
		return ended(err)
	}
	return Outcome{Result: Accepted, Stage: StageAnswer, Code: 250}
}

func (s *smtpConn) drop() {
	if s.conn != nil {
		s.conn.Close()
	}
	s.conn, s.client, s.sent = nil, nil, 0
}

// Close says goodbye and gives the connection back.
func (s *smtpConn) Close() error {
	if s.client != nil {
		s.conn.limit = time.Second
		s.client.CommandTimeout = time.Second
		_ = s.client.Quit() // only manners: nothing depends on it
	}
	s.drop()
	return nil
}

// boundedConn is a connection on which nothing waits longer than limit: the library lifts its deadlines
// between commands and sets minutes before it can be told ours.
type boundedConn struct {
	net.Conn
	limit time.Duration
	late  bool // a read ended at its deadline; the library hides that when part of a line had come
}

// Read notes when a deadline passes.
func (c *boundedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.late = c.late || errors.Is(err, os.ErrDeadlineExceeded)
	return n, err
}

// SetDeadline sets t, or the limit where that is sooner.
func (c *boundedConn) SetDeadline(t time.Time) error {
	if latest := time.Now().Add(c.limit); t.IsZero() || t.After(latest) {
		t = latest
	}
	return c.Conn.SetDeadline(t)
}
