// Package inbound reads the mail that comes in. It takes a mail apart under bounds that hold whatever it is
// made of, says whether a machine wrote it, and fetches what lies in a mailbox. What becomes of a mail is not
// its business.
package inbound

import (
	"io"
	"strings"

	"ascolto/internal/reach"
)

// The bounds of a mail that is taken apart. What lies beyond them is refused with a *Refusal: it is kept as
// it came, and nothing of it is worked on.
const (
	MaxRead       = 32 << 20  // bytes of a mail
	maxHeader     = 256 << 10 // bytes of its header
	maxPartHeader = 32 << 10  // bytes of the header of a part
	maxFields     = 500       // of a header
	maxDepth      = 10        // parts within parts
	maxParts      = 200
	maxBoundary   = 100 // bytes: 70 by RFC 2046
	maxTo         = 1000
	maxText       = 256 << 10 // bytes of a text, in its encoding; what follows is left out
	maxWhole      = 4 << 20   // bytes of all texts and small parts together
	maxReferences = 200
)

// Why is the reason why a mail is not taken apart.
type Why string

// The reasons.
const (
	TooLarge    Why = "large"
	LongHeader  Why = "header"
	TooDeep     Why = "depth"
	ManyParts   Why = "parts"
	ManyReaders Why = "recipients"
	Unreadable  Why = "unreadable"
)

// Reasons lists them.
func Reasons() []Why {
	return []Why{TooLarge, LongHeader, TooDeep, ManyParts, ManyReaders, Unreadable}
}

// Refusal says that a mail is not taken apart.
type Refusal struct{ Why Why }

// Error returns a text for logs; there is nothing of the mail in it.
func (r *Refusal) Error() string { return "inbound: the mail is not taken apart: " + string(r.Why) }

// Mail is a mail taken apart. Its texts are UTF-8 without control characters.
type Mail struct {
	From reach.Mailbox // zero without an address that can be written to
	// it is an envelope of certified mail: the provider wrote it, for the person whom the mail in it names. From
	// has what the envelope calls them, and no address.
	Certified bool
	To        []string // addresses it was sent to, as far as its header says; in small letters
	Subject   string
	Text      string
	Cut       bool // there is more of the text than Text has
	// the ids of the mails that it answers, without angle brackets: that of In-Reply-To, then References, the
	// last first
	Answers   []string
	MessageID string    // likewise; may be empty
	Automatic Automatic // why nobody may be answered; empty: a person wrote it
	Files     []File    // what came along, what was attached first
}

// File is something that came along with a mail.
type File struct {
	Name string // as the sender calls it; may be empty
	open func() io.Reader
}

// Open returns the content of f, decoded as it is read.
func (f File) Open() io.Reader { return f.open() }

// readable returns s as one line of UTF-8 of at most max characters.
func readable(s string, max int) string {
	s = strings.Join(strings.Fields(printable(utf8Of([]byte(s)))), " ")
	if letters := []rune(s); len(letters) > max {
		s = strings.TrimSpace(string(letters[:max-1])) + "…"
	}
	return s
}
