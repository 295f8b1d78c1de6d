package inbound

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/reach"
	"ascolto/notify/transport"
)

// Server is a mailbox on an IMAP server.
type Server struct {
	Host     string
	Port     int
	TLS      transport.TLSMode
	User     string
	Password string
	Folder   string // where mail comes in
	Done     string // the folder where mails go that were taken in
	Plain    bool   // it gets no mail to addresses with something behind a "+"
}

// The folders, when the setting names none.
const (
	defaultFolder = "INBOX"
	defaultDone   = "Ascolto"
)

// ParseServer reads a setting of the form imap://user:password@host:port/folder?tls=implicit|starttls|none
// &done=folder&plus=yes|no. The port defaults to 993 (implicit) or 143, tls to implicit, the folders to INBOX
// and Ascolto. Without protection only a server on this machine is used. An error names the part that is
// wrong and never shows the password.
func ParseServer(setting string) (Server, error) {
	u, err := url.Parse(setting)
	if err != nil || u.Scheme != "imap" || u.Opaque != "" || u.Fragment != "" {
		return Server{}, fmt.Errorf(
			"not a URL of the form imap://user:password@host:port/INBOX?tls=implicit; a special character in user " +
				"or password must be percent-encoded")
	}
	s := Server{Host: strings.ToLower(u.Hostname()), Folder: cmp.Or(strings.Trim(u.Path, "/"), defaultFolder),
		Done: defaultDone, TLS: transport.ImplicitTLS}
	if !reach.IsHost(s.Host) && net.ParseIP(s.Host) == nil {
		return Server{}, fmt.Errorf("the host %q is not a host name", civic.Shorten(s.Host, 60))
	}
	for name, values := range u.Query() {
		switch {
		case name == "tls" && len(values) == 1:
			s.TLS = transport.TLSMode(values[0])
		case name == "done" && len(values) == 1 && values[0] != "":
			s.Done = values[0]
		case name == "plus" && len(values) == 1 && (values[0] == "yes" || values[0] == "no"):
			s.Plain = values[0] == "no"
		default:
			return Server{}, fmt.Errorf(
				"the parameter %q is not known, or wrong; there are tls, done and plus=yes or no, each once",
				civic.Shorten(name, 20))
		}
	}
	if s.Port, err = portOf(u.Port(), s.TLS); err != nil {
		return Server{}, err
	}
	s.User = u.User.Username()
	s.Password, _ = u.User.Password()
	return s, s.check()
}

func portOf(port string, mode transport.TLSMode) (int, error) {
	if port == "" {
		return map[transport.TLSMode]int{transport.ImplicitTLS: 993, transport.StartTLS: 143,
			transport.NoTLS: 143}[mode], nil
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 {
		return 0, fmt.Errorf("the port %q is not a number from 1 to 65535", civic.Shorten(port, 10))
	}
	return n, nil
}

// check returns what is wrong with s.
func (s Server) check() error {
	control := func(r rune) bool { return r < ' ' || r == 0x7f }
	switch {
	case s.TLS != transport.ImplicitTLS && s.TLS != transport.StartTLS && s.TLS != transport.NoTLS:
		return fmt.Errorf("tls=%s is not one of implicit, starttls, none", civic.Shorten(string(s.TLS), 20))
	case s.User == "" || s.Password == "":
		return fmt.Errorf("user and password must both be there")
	case strings.ContainsFunc(s.User+s.Password+s.Folder+s.Done, control):
		return fmt.Errorf("user, password or a folder holds a control character")
	case s.Folder == s.Done:
		return fmt.Errorf("mails that were taken in must go to another folder than %q", s.Folder)
	case s.TLS == transport.NoTLS && !s.local():
		return fmt.Errorf("the password would be sent unprotected to %s: use tls=implicit or tls=starttls", s.Host)
	}
	return nil
}

// local reports whether the server is on this machine.
func (s Server) local() bool {
	ip := net.ParseIP(s.Host)
	return s.Host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s Server) address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// String returns the server without its password.
func (s Server) String() string { return fmt.Sprintf("%s (tls %s)", s.address(), s.TLS) }
