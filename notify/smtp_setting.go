package notify

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

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

// SMTP is the mail server messages are handed to.
type SMTP struct {
	Host     string
	Port     int
	TLS      TLSMode
	User     string
	Password string
}

// ParseSMTP reads a setting of the form smtp://user:password@host:port?tls=starttls|implicit|none. The port
// defaults to 587 (starttls), 465 (implicit) or 25 (none), and tls to starttls. An error names the part that
// is wrong and never shows the password.
func ParseSMTP(setting string) (SMTP, error) {
	u, err := url.Parse(setting)
	if err != nil {
		return SMTP{}, fmt.Errorf("not a URL of the form smtp://user:password@host:port?tls=starttls")
	}
	if u.Scheme != "smtp" {
		return SMTP{}, fmt.Errorf("begins with %q, it must begin with smtp://", shorten(u.Scheme, 20))
	}
	if (u.Path != "" && u.Path != "/") || u.Fragment != "" || u.Opaque != "" {
		return SMTP{}, fmt.Errorf(
			"holds something after host and port; a special character in user or password must be percent-encoded")
	}
	s := SMTP{Host: strings.ToLower(u.Hostname())}
	if !reach.IsHost(s.Host) && net.ParseIP(s.Host) == nil {
		return SMTP{}, fmt.Errorf("the host %q is not a host name", shorten(s.Host, 60))
	}
	if s.TLS, err = parseTLS(u.Query()); err != nil {
		return SMTP{}, err
	}
	if s.Port, err = parsePort(u.Port(), s.TLS); err != nil {
		return SMTP{}, err
	}
	if err := s.setUser(u.User); err != nil {
		return SMTP{}, err
	}
	return s, nil
}

func parseTLS(query url.Values) (TLSMode, error) {
	for name, values := range query {
		if name != "tls" || len(values) != 1 {
			return "", fmt.Errorf("the parameter %q is not known; there is only tls, once", shorten(name, 20))
		}
	}
	switch mode := TLSMode(query.Get("tls")); mode {
	case "":
		return StartTLS, nil
	case StartTLS, ImplicitTLS, NoTLS:
		return mode, nil
	default:
		return "", fmt.Errorf("tls=%s is not one of starttls, implicit, none", shorten(string(mode), 20))
	}
}

func parsePort(port string, mode TLSMode) (int, error) {
	if port == "" {
		return map[TLSMode]int{StartTLS: 587, ImplicitTLS: 465, NoTLS: 25}[mode], nil
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 {
		return 0, fmt.Errorf("the port %q is not a number from 1 to 65535", shorten(port, 10))
	}
	return n, nil
}

func (s *SMTP) setUser(u *url.Userinfo) error {
	if u == nil {
		return nil
	}
	s.User = u.Username()
	s.Password, _ = u.Password()
	switch {
	case s.User == "" || s.Password == "":
		return fmt.Errorf("user and password must both be there, or neither")
	case oneLine(s.User) != nil || oneLine(s.Password) != nil:
		return fmt.Errorf("user or password holds a control character")
	case s.TLS == NoTLS && !s.local():
		return fmt.Errorf("a password would be sent unprotected to %s: use tls=starttls or tls=implicit",
			s.Host)
	}
	return nil
}

// local reports whether the server is on this machine.
func (s SMTP) local() bool {
	ip := net.ParseIP(s.Host)
	return s.Host == "localhost" || ip != nil && ip.IsLoopback()
}

// String returns the server without its password.
func (s SMTP) String() string {
	return fmt.Sprintf("%s (tls %s)", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), s.TLS)
}
