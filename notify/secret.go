package notify

import (
	"crypto/rand"
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/reach"
	"ascolto/notify/message"
)

// Secret says what a message holds that is for its reader alone: whoever else reads it could act as them. The
// id of such a message says it, so that a mail that is kept as a file never loses it.
type Secret string

// The secrets; "" is none.
const (
	SecretCode    Secret = "code"    // a one-time code of a citizen
	SecretLink    Secret = "link"    // a link by which staff choose a password
	SecretFollow  Secret = "follow"  // the code by which somebody follows their request
	SecretRequest Secret = "request" // what somebody asked the offices for, or was answered
	SecretAuthor  Secret = "author"  // who wrote in the forum, perhaps under a pseudonym, or reported something
)

// authorNotices begin the ids of the letters that hold SecretAuthor: the forum's notices to citizens.
var authorNotices = []string{"forum/decision/", "forum/answer/", "forum/report/"}

// These begin the ids of letters about requests, and of those of them that hold SecretFollow.
const (
	requestLetters = "request/"
	receipts       = requestLetters + "receipt/"
)

const secretPrefix = "secret"

// NewID returns the id of a new message that holds s.
func (s Secret) NewID() civic.ID {
	return civic.Key(secretPrefix, civic.ID(s), civic.ID(rand.Text()))
}

// secretOf returns what the mail of a delivery holds. Before ids said so, codes and links went out as
// messages whose id has one part, and so did nothing else that matters: such a mail is taken for a secret.
func secretOf(delivery civic.ID) Secret {
	of, single := MessageOf(delivery)
	id := string(of)
	kind, secret := strings.CutPrefix(id, secretPrefix+"/")
	switch {
	case !single:
		return ""
	case slices.ContainsFunc(authorNotices, func(p string) bool { return strings.HasPrefix(id, p) }):
		return SecretAuthor
	case strings.HasPrefix(id, receipts):
		return SecretFollow
	case strings.HasPrefix(id, requestLetters) && !tellsStaff(id):
		return SecretRequest
	case secret && strings.HasPrefix(kind, string(SecretCode)+"/"):
		return SecretCode
	case secret, !strings.Contains(id, "/"):
		return SecretLink
	default:
		return ""
	}
}

// tellsStaff reports whether a letter about a request goes to the staff, who read in it the number and what
// happened and no more: request/ID/EVENT/office/ACCOUNT, or request/ID/step/… of a step of the escalation,
// except that of silence, which is told to the applicant.
func tellsStaff(id string) bool {
	parts := strings.Split(id, "/")
	return len(parts) == 5 && parts[3] == "office" ||
		len(parts) > 5 && parts[2] == "step" && !slices.Contains(parts, "silence")
}

// withhold returns a mail without what is for its reader alone. What is left says that something was sent:
// what kind of thing, when, with how many files, and to which address, with all but its first letter hidden;
// of a letter that would tell an author, no address at all. Whoever reads kept mail tries the program out,
// and need not know who signs in.
func withhold(m message.Parsed, s Secret) ReadMail {
	to := ""
	if parsed, err := reach.ParseMailbox(m.To); err == nil && s != SecretAuthor {
		to = reach.Mask(parsed.Address)
	}
	left := message.Parsed{From: m.From, To: to, Date: m.Date, Attached: m.Attached}
	return ReadMail{Parsed: left, Withheld: s}
}

// shown returns a mail that is kept as staff may read it: never the secrets of others. Codes and letters
// about requests are shown of people who were made up, known by the domain of their addresses
// (Options.MadeUp).
func (s *Service) shown(id civic.ID, m message.Parsed) ReadMail {
	secret := secretOf(id)
	ofCitizen := secret == SecretCode || secret == SecretFollow || secret == SecretRequest
	if secret == "" || ofCitizen && s.madeUp(m.To) {
		return ReadMail{Parsed: m}
	}
	return withhold(m, secret)
}

// madeUp reports whether a mailbox is that of somebody who was made up.
func (s *Service) madeUp(mailbox string) bool {
	to, err := reach.ParseMailbox(mailbox)
	if err != nil || s.o.MadeUp == "" {
		return false
	}
	_, domain, _ := strings.Cut(strings.ToLower(to.Address), "@")
	return domain == s.o.MadeUp || strings.HasSuffix(domain, "."+s.o.MadeUp)
}
