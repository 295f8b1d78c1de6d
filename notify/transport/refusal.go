package transport

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ascolto/internal/civic"
)

// remedy says whom a refusal is about, and so what follows from it.
type remedy int

const (
	// neither the mailbox is dead nor is it our doing: the domain, the way there, a mailbox that takes only
	// some senders
	nothing  remedy = iota
	suspends        // the mailbox does not exist or is closed: nothing more is sent to it
	counts          // the mailbox takes nothing at present: it is suspended when that goes on for days
	// our server, settings, sender or message is refused: whoever comes next will be refused too
	ours
)

// remedies says what follows from a refusal for a cause; a cause that is not here calls for nothing.
var remedies = map[string]remedy{
	CauseMailbox: suspends, CauseDisabled: suspends, CauseAddress: suspends,
	CauseFull: counts, CauseUnavailable: counts,
	CauseRelay: ours, CauseBlocked: ours, CauseIdentity: ours, CauseHost: ours, CauseLogin: ours,
	CauseAuth: ours, CauseSender: ours,
	CauseSpam: ours, CauseForm: ours, CauseSize: ours, CausePolicy: ours, CauseRefused: ours, CauseRate: ours,
	CauseBusy: ours,
}

// Ours reports whether a cause lies with whoever sends, so that what was refused for it can be sent once that
// is put right.
func Ours(cause string) bool { return remedies[cause] == ours }

// Suspends reports whether a cause means that the mailbox does not exist or is closed, so that nothing more
// should be sent to it.
func Suspends(cause string) bool { return remedies[cause] == suspends }

// AboutMailbox reports whether a cause is a state of the address it was said of, or of its domain.
func AboutMailbox(cause string) bool {
	return Suspends(cause) || remedies[cause] == counts || cause == CauseDomain
}

// explain returns the cause behind a reply of the server at a stage. What the words say of our side weighs
// more than a code that speaks of the mailbox, because an address that is suspended wrongly costs more than
// one mail sent in vain; what a code says of policy or form (5.6.x, 5.7.x) weighs more than words about a
// mailbox.
func explain(stage Stage, code int, enhanced, text string) string {
	switch stage {
	case StageTLS:
		return CauseTLS
	case StageAuth:
		return CauseAuth
	}
	plain := plainWords(text)
	said, coded := causeInWords(plain), causeOfCode(code, enhanced)
	switch {
	case said == "" && coded == "":
		return causeByStage(stage, code)
	case said == "", coded != "" && said == CauseUnavailable, AboutMailbox(said) && Ours(coded),
		coded == CauseFull && said == CauseBusy:
		return coded
	}
	return said
}

// causeByStage is what a reply means that has neither a code nor words we know. A bare 550 says nothing about
// the mailbox: RFC 5321 section 4.2.3 gives it for any refusal.
func causeByStage(stage Stage, code int) string {
	switch {
	case code/100 == 4:
		return CauseBusy
	case stage == StageSender:
		return CauseSender
	case code == 552 && stage == StageAddress:
		return CauseFull
	case code == 552:
		return CauseSize
	case code == 554, stage != StageAddress:
		return CausePolicy
	}
	return CauseRefused
}

// codeInWords finds an enhanced code that the server wrote elsewhere than at the beginning: "(#5.1.1)".
var codeInWords = regexp.MustCompile(`(?:^|[\s(#:])([245]\.\d{1,3}\.\d{1,3})(?:$|[^\d.])`)

// enhancedIn returns the first enhanced code in a server's words, "" when there is none.
func enhancedIn(text string) string {
	if m := codeInWords.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

var (
	webAddress  = regexp.MustCompile(`(?i)\b(?:https?://|www\.)\S+`)
	mailAddress = regexp.MustCompile(`[^\s<>()\[\]"']+@[^\s<>()\[\]"';,:]+`)
)

// plainWords returns a server's text for comparing: no addresses of mail or of pages, whose names say
// nothing, no accents, and single spaces for everything that is no letter or digit, also at both ends.
func plainWords(text string) string {
	text = mailAddress.ReplaceAllString(webAddress.ReplaceAllString(text, " "), " ")
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return " " + strings.Join(strings.Fields(b.String()), " ") + " "
}

// maxAnswer bounds what is kept of a server's words, in characters.
const maxAnswer = 300

// answerOf returns a server's words as they are kept and shown: on one line, without the mail addresses in
// them.
func answerOf(text string) string {
	text = mailAddress.ReplaceAllString(text, "…")
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	return civic.Shorten(strings.Join(strings.Fields(text), " "), maxAnswer)
}
