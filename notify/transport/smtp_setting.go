package transport

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"ascolto/internal/civic"
	"ascolto/internal/reach"
)

// TLSMode says how a connection to the mail server is protected.
type TLSMode string

// The ways. Without protection a mail server is used only when the setting says so.
const (
	StartTLS    TLSMode = "starttls" // plain at first, then TLS, or nothing is sent
	ImplicitTLS TLSMode = "implicit" // TLS from the first byte
	NoTLS       TLSMode = "none"
)

// Server is the mail server that messages are handed to.
type Server struct {
	Host     string
	Port     int
	TLS      TLSMode
	User     string
	Password string
}

// ParseServer reads a setting of the form smtp://user:password@host:port?tls=starttls|implicit|none. The port
// defaults to 587 (starttls), 465 (implicit) or 25 (none), and tls to starttls. An error names the part that
// is wrong and never shows the password.
func ParseServer(setting string) (Server, error) {
	u, err := url.Parse(setting)
	if err != nil {
		return Server{}, fmt.Errorf("not a URL of the form smtp://user:password@host:port?tls=starttls")
	}
	if u.Scheme != "smtp" {
		return Server{}, fmt.Errorf("begins with %q, it must begin with smtp://", civic.Shorten(u.Scheme, 20))
	}
	if (u.Path != "" && u.Path != "/") || u.Fragment != "" || u.Opaque != "" {
		return Server{}, fmt.Errorf(
			"holds something after host and port; a special character in user or password must be percent-encoded")
	}
	s := Server{Host: strings.ToLower(u.Hostname())}
	if !reach.IsHost(s.Host) && net.ParseIP(s.Host) == nil {
		return Server{}, fmt.Errorf("the host %q is not a host name", civic.Shorten(s.Host, 60))
	}
	if s.TLS, err = parseTLS(u.Query()); err != nil {
		return Server{}, err
	}
	if s.Port, err = parsePort(u.Port(), s.TLS); err != nil {
		return Server{}, err
	}
	if err := s.setUser(u.User); err != nil {
		return Server{}, err
	}
	return s, nil
}

func parseTLS(query url.Values) (TLSMode, error) {
	for name, values := range query {
		if name != "tls" || len(values) != 1 {
			return "", fmt.Errorf("the parameter %q is not known; there is only tls, once", civic.Shorten(name, 20))
		}
	}
	switch mode := TLSMode(query.Get("tls")); mode {
	case "":
		return StartTLS, nil
	case StartTLS, ImplicitTLS, NoTLS:
		return mode, nil
	default:
		return "", fmt.Errorf("tls=%s is not one of starttls, implicit, none", civic.Shorten(string(mode), 20))
	}
}

func parsePort(port string, mode TLSMode) (int, error) {
	if port == "" {
		return map[TLSMode]int{StartTLS: 587, ImplicitTLS: 465, NoTLS: 25}[mode], nil
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 {
		return 0, fmt.Errorf("the port %q is not a number from 1 to 65535", civic.Shorten(port, 10))
	}
	return n, nil
}

func (s *Server) setUser(u *url.Userinfo) error {
	if u == nil {
		return nil
	}
	s.User = u.Username()
	s.Password, _ = u.Password()
	switch {
	case s.User == "" || s.Password == "":
		return fmt.Errorf("user and password must both be there, or neither")
	case hasControl(s.User) || hasControl(s.Password):
		return fmt.Errorf("user or password holds a control character")
	case s.TLS == NoTLS && !s.local():
		return fmt.Errorf("a password would be sent unprotected to %s: use tls=starttls or tls=implicit",
			s.Host)
	}
	return nil
}

// hasControl reports whether s holds a control character or is not UTF-8.
func hasControl(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	})
}

// local reports whether the server is on this machine.
func (s Server) local() bool {
	ip := net.ParseIP(s.Host)
	return s.Host == "localhost" || ip != nil && ip.IsLoopback()
}

// String returns the server without its password.
func (s Server) String() string {
	return fmt.Sprintf("%s (tls %s)", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), s.TLS)
}
