package forum

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Member is what the forum knows about a citizen's account, whose id it has: how the person signs, and since when it knows them.
type Member struct {
	docstore.Meta `bson:",inline"`
	Pseudonym     string    `bson:"pseudonym,omitempty"` // empty: given name and initial
	Since         time.Time `bson:"since"`               // when they first signed or wrote
}

// Name is a pseudonym that is taken. Its id is the pseudonym without case, accents and signs, so that no two people have names
// that look the same.
type Name struct {
	docstore.Meta `bson:",inline"`
	Account       civic.ID `bson:"account"`
}

// The bounds of a pseudonym, in characters.
const (
	minName = 3
	MaxName = 30
)

// officialWords may not stand in a pseudonym: nobody shall pass for the administration.
var officialWords = []string{
	"comune", "municipio", "sindaco", "sindaca", "assessore", "assessora", "assessorato", "ufficio", "urp", "polizia", "vigili", "carabinieri",
	"redazione", "moderatore", "moderatrice", "moderazione", "amministratore", "amministrazione", "admin", "staff", "ascolto",
	"prefettura", "protocollo", "anagrafe", "segretario", "dirigente", "office", "mayor", "municipality", "moderator",
}

// parsePseudonym returns a pseudonym and its folded form, nothing for none, or an Invalid error when it is too short or long, holds other signs
// than letters, digits, spaces, hyphens, dots and apostrophes, or could be taken for the administration.
func parsePseudonym(s string) (name, fold string, err error) {
	if s == "" {
		return "", "", nil
	}
	name, err = cleanTitle(s, MaxName)
	if err != nil {
		return "", "", err
	}
	if utf8.RuneCountInString(name) < minName || strings.ContainsFunc(name, notInName) {
		return "", "", civic.NewErrorArgs(civic.Invalid, "forum.error.pseudonym", civic.Args{"Min": minName, "Max": MaxName})
	}
	fold = foldName(name)
	if utf8.RuneCountInString(fold) < minName {
		return "", "", civic.NewErrorArgs(civic.Invalid, "forum.error.pseudonym", civic.Args{"Min": minName, "Max": MaxName})
	}
	if soundsOfficial(name, fold) {
		return "", "", civic.NewError(civic.Invalid, "forum.error.pseudonym.official")
	}
	return name, fold, nil
}

// soundsOfficial reports whether a name has an official word: as a word of its own, as the whole ("U.R.P."), or, when the word is
// long enough not to occur by chance, anywhere ("IlSindacoVero").
func soundsOfficial(name, fold string) bool {
	words := strings.Fields(name)
	for i := range words {
		words[i] = foldName(words[i])
	}
	return slices.ContainsFunc(officialWords, func(w string) bool {
		return fold == w || slices.Contains(words, w) || len(w) >= 6 && strings.Contains(fold, w)
	})
}

func notInName(r rune) bool {
	return !(unicode.In(r, unicode.Latin, unicode.Nd) || strings.ContainsRune(" -.'’", r))
}

// foldName returns what makes two names look the same: lower-case letters and digits without accents.
func foldName(s string) string {
	s, _, _ = transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn))), s) // runes.Remove and norm never fail
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// publicName returns how a person who chose no pseudonym signs: the given name and the initial of the family name, "Anna R.".
// What looks like an address gives "", which pages show as "a citizen".
func publicName(full string) string {
	words := strings.Fields(full)
	if len(words) == 0 || strings.ContainsAny(full, "@0123456789") {
		return ""
	}
	if len(words) == 1 {
		return words[0]
	}
	last := len(words) - 1
	for last > 1 && slices.Contains(particles, strings.ToLower(words[last-1])) {
		last--
	}
	initial, _ := utf8.DecodeRuneInString(words[last])
	return words[0] + " " + string(unicode.ToUpper(initial)) + "."
}

// particles stand before the family name and belong to it: "De Nicolò" begins with a D.
var particles = []string{"d", "da", "dal", "dalla", "de", "degli", "dei", "del", "della", "delle", "di", "la", "le", "li", "lo", "van", "von", "el", "al"}

// signs returns the name under which a person's posts appear.
func (m Member) signs(by civic.Actor) string {
	if m.Pseudonym != "" {
		return m.Pseudonym
	}
	return publicName(by.Name)
}

// isNew reports whether the lower limits hold.
func (m Member) isNew(l Limits, now time.Time) bool { return now.Sub(m.Since) < l.NewFor }

// Limits bounds how much one account writes within an hour. An account is new until the forum has known it for NewFor. What was
// written is counted in the store, so the limits hold across restarts and between processes.
type Limits struct {
	NewFor     time.Duration
	NewPosts   int
	NewThreads int
	NewLinks   int // in one text
	Posts      int
	Threads    int
	Reports    int
}

// DefaultLimits returns the limits of a forum that starts.
func DefaultLimits() Limits {
	return Limits{NewFor: 24 * time.Hour, NewPosts: 10, NewThreads: 3, NewLinks: 2, Posts: 40, Threads: 10, Reports: 20}
}
