// Package reach reads what a person or an office is reached by: e-mail addresses, mailboxes and telephone
// numbers, whoever types them.
package reach

import (
	"net/mail"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"ascolto/internal/civic"
)

// The lengths SMTP allows (RFC 5321 section 4.5.3.1), in bytes.
const (
	maxLocalPart = 64
	maxAddress   = 254
)

// MaxDisplayName bounds the name beside an address, in characters.
const MaxDisplayName = 100

// Mailbox is an address with the name shown beside it.
type Mailbox struct {
	Name    string
	Address string
}

// ParseAddress returns s as an address that may stand in an SMTP command and in a header as it is: an
// unquoted ASCII local part, and a domain in its ASCII form, without the unseen signs that came along when it
// was copied. Everything else is an Invalid error.
func ParseAddress(s string) (string, error) {
	s = civic.Bare(s)
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Name != "" || parsed.Address != s {
		return "", invalid()
	}
	local, domain, ok := cutLast(s, "@")
	if !ok || !isDotAtom(local) || len(local) > maxLocalPart {
		return "", invalid()
	}
	domain, err = idna.Lookup.ToASCII(domain)
	if err != nil || !IsHost(domain) || len(local)+1+len(domain) > maxAddress {
		return "", invalid()
	}
	return local + "@" + strings.ToLower(domain), nil
}

// ParseMailbox returns a mailbox written as "Comune di Borgo <posta@comune.example>" or as an address alone,
// or an Invalid error.
func ParseMailbox(s string) (Mailbox, error) {
	parsed, err := mail.ParseAddress(strings.TrimSpace(s))
	if err != nil {
		return Mailbox{}, invalid()
	}
	address, err := ParseAddress(parsed.Address)
	if err != nil {
		return Mailbox{}, err
	}
	name, err := civic.CleanLine(parsed.Name, MaxDisplayName)
	if err != nil {
		return Mailbox{}, err
	}
	return Mailbox{Name: name, Address: address}, nil
}

// Domain returns the part of the address after the @.
func (m Mailbox) Domain() string {
	_, domain, _ := cutLast(m.Address, "@")
	return domain
}

// Email is an address as it is written to, and the key it is compared by: the local part of
// "Mario.Rossi@comune.it" keeps its capitals for the mail server, although no server we know tells them
// apart.
type Email struct {
	Address string `bson:"address"`
	Key     string `bson:"key"`
}

// ParseEmail returns the address written in s, its domain in small letters, or an Invalid error: also when no
// mail from outside can reach it.
func ParseEmail(s string) (Email, error) {
	address, err := ParseAddress(s)
	if err != nil {
		return Email{}, err
	}
	if !isPublic(address) {
		return Email{}, invalid()
	}
	return Email{Address: address, Key: strings.ToLower(address)}, nil
}

// Masked returns the address without most of what stands before its @: "m•••@posta.example".
func (e Email) Masked() string { return Mask(e.Address) }

// Mask returns address with all but the first letter of the local part hidden: what a list may show to those
// who need not know whose it was. It is empty for what is no address.
func Mask(address string) string {
	local, domain, ok := cutLast(address, "@")
	if !ok || local == "" {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(local)
	return string(first) + "•••@" + domain
}

func invalid() error { return civic.NewError(civic.Invalid, "error.email") }

// isPublic reports whether mail to address can be delivered from outside: its domain has a dot, and ends in a
// name of two letters or more and no number (RFC 3696 section 2). "x@y" is a slip.
func isPublic(address string) bool {
	last := address[strings.LastIndexAny(address, ".@")+1:]
	return strings.Contains(address[strings.LastIndex(address, "@"):], ".") && len(last) >= 2 &&
		strings.Trim(last, "0123456789") != ""
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// isDotAtom reports whether s is a dot-atom of RFC 5322 section 3.2.3.
func isDotAtom(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
		for _, r := range atom {
			if !isAlphanumeric(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r) {
				return false
			}
		}
	}
	return true
}

// IsHost reports whether s is a host name of letters, digits and inner hyphens.
func IsHost(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if !isAlphanumeric(r) && r != '-' {
				return false
			}
		}
	}
	return true
}

func isAlphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}
