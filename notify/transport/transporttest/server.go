// Package transporttest holds a mail server for tests, which answers as a script wants.
package transporttest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/notify/transport"
)

// Received is one mail that a Server took over.
type Received struct {
	From, To string
	Raw      string
}

// MessageID returns the Message-ID of the mail, "" when it cannot be read.
func (r Received) MessageID() string {
	m, err := mail.ReadMessage(strings.NewReader(r.Raw))
	if err != nil {
		return ""
	}
	return m.Header.Get("Message-Id")
}

// Server is a mail server that follows a script: for each command the script may return a reply of its
// own, or one of the words below. It remembers what it accepted.
type Server struct {
	Setting transport.Server // how a client reaches it
	tls     *tls.Config

	mu       sync.Mutex
	script   func(conversation int, verb string) string
	accepted []Received
}

// What a script may return instead of a reply. An empty string is the ordinary reply.
const (
	Drop     = "drop"     // close the connection
	Silent   = "silent"   // never answer
	Slow     = "slow"     // the ordinary reply, one byte at a time
	DropDone = "dropdone" // accept, then close without a word
)

// NewServer starts a server, which ends with the test. The verbs a script sees: CONNECT, EHLO, STARTTLS,
// AUTH, MAIL, RCPT, DATA, END, RSET, QUIT.
func NewServer(
	t testing.TB, mode transport.TLSMode, script func(conversation int, verb string) string,
) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{script: script,
		Setting: transport.Server{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, TLS: mode}}
	if mode != transport.NoTLS {
		s.tls = &tls.Config{Certificates: []tls.Certificate{Certificate(t)}}
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for n := 0; ; n++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
			go s.converse(conn, n)
		}
	}()
	return s
}

// ClientTLS returns what a client needs to trust the server.
func (s *Server) ClientTLS() *tls.Config {
	pool := x509.NewCertPool()
	if s.tls != nil {
		pool.AddCert(s.tls.Certificates[0].Leaf)
	}
	return &tls.Config{RootCAs: pool}
}

// Mails returns the mails that the server took over so far, in their order.
func (s *Server) Mails() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Received(nil), s.accepted...)
}

// SetScript replaces the script; nil means that every reply is the ordinary one.
func (s *Server) SetScript(f func(int, string) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = f
}

func (s *Server) play(n int, verb string) string {
	s.mu.Lock()
	f := s.script
	s.mu.Unlock()
	if f == nil {
		return ""
	}
	return f(n, verb)
}

// Only returns a script that plays a reply at one verb.
func Only(verb, play string) func(int, string) string {
	return func(_ int, v string) string {
		if v == verb {
			return play
		}
		return ""
	}
}

type conversation struct {
	server *Server
	number int
	conn   net.Conn
	r      *bufio.Reader
	mail   Received
	secure bool
}

func (s *Server) converse(conn net.Conn, n int) {
	defer conn.Close()
	c := &conversation{server: s, number: n, conn: conn}
	if s.Setting.TLS == transport.ImplicitTLS {
		c.conn, c.secure = tls.Server(conn, s.tls), true
	}
	c.r = bufio.NewReader(c.conn)
	if !c.say("CONNECT", "220 test") {
		return
	}
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return
		}
		verb, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !c.command(strings.ToUpper(verb), arg) {
			return
		}
	}
}

func (c *conversation) command(verb, arg string) bool {
	switch verb {
	case "EHLO", "HELO":
		extensions := "250-test\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-AUTH PLAIN LOGIN\r\n"
		if c.server.Setting.TLS == transport.StartTLS && !c.secure {
			extensions += "250-STARTTLS\r\n"
		}
		return c.say("EHLO", extensions+"250 SIZE 10000000")
	case "STARTTLS":
		if !c.say(verb, "220 go") {
			return false
		}
		c.conn = tls.Server(c.conn, c.server.tls)
		c.r, c.secure = bufio.NewReader(c.conn), true
		return true
	case "AUTH":
		return c.say(verb, "235 2.7.0 ok")
	case "MAIL":
		c.mail = Received{From: between(arg)}
		return c.say(verb, "250 ok")
	case "RCPT":
		c.mail.To = between(arg)
		return c.say(verb, "250 ok")
	case "DATA":
		return c.data()
	case "QUIT":
		c.say(verb, "221 bye")
		return false
	default:
		return c.say(verb, "250 ok")
	}
}

func (c *conversation) data() bool {
	play := c.server.play(c.number, "DATA")
	if play != "" {
		return c.answer(play, "354 go")
	}
	if _, err := io.WriteString(c.conn, "354 go\r\n"); err != nil {
		return false
	}
	var body strings.Builder
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		body.WriteString(strings.TrimPrefix(line, "."))
	}
	c.mail.Raw = body.String()
	play = c.server.play(c.number, "END")
	if play == "" || play == Slow || play == DropDone {
		c.server.mu.Lock()
		c.server.accepted = append(c.server.accepted, c.mail)
		c.server.mu.Unlock()
	}
	return c.answer(play, "250 2.0.0 taken")
}

func (c *conversation) say(verb, ordinary string) bool {
	return c.answer(c.server.play(c.number, verb), ordinary)
}

// answer plays what the script wants and reports whether the conversation goes on.
func (c *conversation) answer(play, ordinary string) bool {
	switch play {
	case "":
	case Drop, DropDone:
		return false
	case Silent:
		_, _ = io.Copy(io.Discard, c.r) // until the client gives up
		return false
	case Slow:
		for _, b := range []byte(ordinary + "\r\n") {
			if _, err := c.conn.Write([]byte{b}); err != nil {
				return false
			}
			time.Sleep(time.Second)
		}
		return true
	default:
		ordinary = play
	}
	_, err := io.WriteString(c.conn, ordinary+"\r\n")
	return err == nil
}

func between(arg string) string {
	_, rest, _ := strings.Cut(arg, "<")
	address, _, _ := strings.Cut(rest, ">")
	return address
}

var certificateOnce = sync.OnceValues(func() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
})

// Certificate returns the certificate of every Server, for 127.0.0.1; it is its own authority.
func Certificate(t testing.TB) tls.Certificate {
	t.Helper()
	c, err := certificateOnce()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ShortLimits returns limits that end waiting soon.
func ShortLimits() transport.Limits {
	return transport.Limits{Dial: 2 * time.Second, Command: 500 * time.Millisecond, Content: time.Second,
		Answer:  500 * time.Millisecond,
		Attempt: 4 * time.Second, Lease: 30 * time.Second, Doubt: 50 * time.Millisecond, Idle: time.Second}
}
