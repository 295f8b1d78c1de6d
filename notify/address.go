package notify

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

// maxDisplayName bounds the name beside an address, in characters.
const maxDisplayName = 100

// Mailbox is an address with the name shown beside it.
type Mailbox struct {
	Name    string
	Address string
}

// ParseAddress returns s as an address that may stand in an SMTP command and in a header as it is: an unquoted ASCII local
// part, and a domain in its ASCII form, without the unseen signs that came along when it was copied. Everything else is an Invalid
// error.
func ParseAddress(s string) (string, error) {
	s = civic.Bare(s)
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Name != "" || parsed.Address != s {
		return "", invalidAddress()
	}
	local, domain, ok := cutLast(s, "@")
	if !ok || !isDotAtom(local) || len(local) > maxLocalPart {
		return "", invalidAddress()
	}
	domain, err = idna.Lookup.ToASCII(domain)
	if err != nil || !isHost(domain) || len(local)+1+len(domain) > maxAddress {
		return "", invalidAddress()
	}
	return local + "@" + strings.ToLower(domain), nil
}

// ParseMailbox returns a mailbox written as "Comune di Borgo <posta@comune.example>" or as an address alone, or an Invalid
// error.
func ParseMailbox(s string) (Mailbox, error) {
	parsed, err := mail.ParseAddress(strings.TrimSpace(s))
	if err != nil {
		return Mailbox{}, invalidAddress()
	}
	address, err := ParseAddress(parsed.Address)
	if err != nil {
		return Mailbox{}, err
	}
	name, err := civic.CleanLine(parsed.Name, maxDisplayName)
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

// header returns m as it stands in From, To or Reply-To.
func (m Mailbox) header() string {
	if m.Name == "" {
		return m.Address
	}
	if name := encodeText(m.Name); name != m.Name {
		return name + " <" + m.Address + ">"
	}
	return (&mail.Address{Name: m.Name, Address: m.Address}).String()
}

// mask returns address with all but the first letter of the local part hidden: what a list may show to those who need not
// know whose it was.
func mask(address string) string {
	local, domain, ok := cutLast(address, "@")
	if !ok || local == "" {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(local)
	return string(first) + "•••@" + domain
}

// MaskedAddress returns the address of d with all but the first letter before its @ hidden.
func (d *Delivery) MaskedAddress() string { return mask(d.Address) }

func invalidAddress() error { return civic.NewError(civic.Invalid, "notify.error.address") }

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

// isHost reports whether s is a host name of letters, digits and inner hyphens.
func isHost(s string) bool {
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
