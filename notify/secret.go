package notify

import (
	"crypto/rand"
	"regexp"
	"strings"

	"ascolto/internal/civic"
)

// Secret says what a message holds that is for its reader alone: whoever else reads it could act as them. The id of such a message says
// it, so that a mail that is kept as a file never loses it.
type Secret string

// The secrets; "" is none.
const (
	SecretCode Secret = "code" // a one-time code of a citizen
	SecretLink Secret = "link" // a link by which staff choose a password
)

const secretPrefix = "secret"

// NewID returns the id of a new message that holds s.
func (s Secret) NewID() civic.ID {
	return civic.Key(secretPrefix, civic.ID(s), civic.ID(rand.Text()))
}

// secretOf returns what the mail of a delivery holds. Before ids said so, codes and links went out as messages whose id has one part, and
// so did nothing else that matters: such a mail is taken for a secret.
func secretOf(delivery civic.ID) Secret {
	id, single := strings.CutPrefix(string(delivery), messageQueue+"/")
	kind, secret := strings.CutPrefix(id, secretPrefix+"/")
	switch {
	case !single:
		return ""
	case secret && strings.HasPrefix(kind, string(SecretCode)+"/"):
		return SecretCode
	case secret, !strings.Contains(id, "/"):
		return SecretLink
	default:
		return ""
	}
}

var digits = regexp.MustCompile(`\d{4,}`)

// withhold returns m without what is for its reader alone: the words, the header, and the code in the subject.
func (m ReadMail) withhold() ReadMail {
	m.Subject = digits.ReplaceAllString(m.Subject, "••••")
	m.Text, m.HTML, m.Header, m.Withheld = "", "", nil, true
	return m
}

// shown returns a mail that is kept as staff may read it: never the secrets of others. Codes are shown where the whole town is made up
// (Options.MadeUp).
func (s *Service) shown(id civic.ID, m ReadMail) ReadMail {
	switch secretOf(id) {
	case "":
		return m
	case SecretCode:
		if s.o.MadeUp {
			return m
		}
	}
	return m.withhold()
}
