package inbound

import (
	"slices"
	"strings"
)

// Automatic is by what a mail is known to which nobody may answer: a machine wrote it, or does not want an
// answer of one (RFC 3834).
type Automatic string

// The signs.
const (
	AutoSubmitted Automatic = "auto_submitted"
	Bulk          Automatic = "bulk"   // a mailing, or a mailing list
	NoReturn      Automatic = "bounce" // it has no address for answers: one itself, about a mail
	Report        Automatic = "report" // of what became of a mail
	NoAnswers     Automatic = "suppress"
	Receipt       Automatic = "pec" // of certified mail
)

// Signs lists them.
func Signs() []Automatic {
	return []Automatic{AutoSubmitted, Bulk, NoReturn, Report, NoAnswers, Receipt}
}

// automatic returns the first sign that a header has, "" when a person seems to have written the mail.
func automatic(h header, media string) Automatic {
	first := func(name string) string { return strings.ToLower(strings.TrimSpace(h.first(name))) }
	from := strings.ToLower(h.first("From"))
	said, _, _ := strings.Cut(first("Auto-Submitted"), ";")
	suppressed := first("X-Auto-Response-Suppress")
	switch {
	case h.has("X-Ricevuta"):
		return Receipt
	case media == "multipart/report":
		return Report
	case h.has("Return-Path") && strings.Trim(first("Return-Path"), "<> ") == "",
		strings.Contains(from, "mailer-daemon@"), strings.Contains(from, "postmaster@"):
		return NoReturn
	case said != "" && strings.TrimSpace(said) != "no", h.has("X-Autoreply"), h.has("X-Autorespond"):
		return AutoSubmitted
	case slices.Contains([]string{"bulk", "junk", "list", "auto_reply"}, first("Precedence")),
		h.has("List-Id"), h.has("List-Unsubscribe"):
		return Bulk
	case suppressed != "" && suppressed != "none":
		return NoAnswers
	}
	return ""
}
