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
	"ascolto/internal/publicname"
)

// Member is what the forum knows about a citizen's account, whose id it has: how the person signs, and since
// when it knows them.
type Member struct {
	docstore.Meta `bson:",inline"`
	Pseudonym     string    `bson:"pseudonym,omitempty"` // empty: given name and initial
	Since         time.Time `bson:"since"`               // when they first signed or wrote
}

// Name is a pseudonym that is taken. Its id is the pseudonym's skeleton, so that no two people have names
// that look the same; older ones have the pseudonym without case, accents and signs. Behind signedPrefix it
// is a given name that somebody signs with alone.
type Name struct {
	docstore.Meta `bson:",inline"`
	Account       civic.ID `bson:"account"`
}

// signedPrefix begins the ids of names that are signatures of people without a pseudonym.
const signedPrefix = "signed/"

// The bounds of a pseudonym, in characters.
const (
	minName = 3
	MaxName = 30
)

// parsePseudonym returns a pseudonym, nothing for none, or an Invalid error when it is too short or long,
// holds other signs than Latin letters, digits, spaces, hyphens, dots and apostrophes, could be taken for the
// administration, one of its offices or an institution, or is written like the signatures of those who use
// their real name.
func parsePseudonym(s string, offices []string) (string, error) {
	if s == "" {
		return "", nil
	}
	if publicname.HasInvisible(s) {
		return "", civic.NewError(civic.Invalid, "error.name.invisible")
	}
	name, err := cleanTitle(s, MaxName)
	if err != nil {
		return "", err
	}
	short := utf8.RuneCountInString(name) < minName ||
		utf8.RuneCountInString(publicname.Skeleton(name)) < minName
	if short || strings.ContainsFunc(name, notInName) {
		return "", civic.NewErrorArgs(civic.Invalid, "forum.error.pseudonym",
			civic.Args{"Min": minName, "Max": MaxName})
	}
	if err := publicname.Check(name, offices); err != nil {
		return "", err
	}
	if isSignature(name) {
		return "", civic.NewError(civic.Invalid, "forum.error.pseudonym.signature")
	}
	return name, nil
}

// isSignature reports whether a name has the form in which real names are shown: "Anna R."
func isSignature(name string) bool {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '.' || r == '-' })
	if len(words) != 2 || utf8.RuneCountInString(words[1]) != 1 || utf8.RuneCountInString(words[0]) < 2 {
		return false
	}
	r, _ := utf8.DecodeRuneInString(words[1])
	return unicode.IsLetter(r)
}

func notInName(r rune) bool {
	return !(unicode.Is(unicode.Latin, r) || r >= '0' && r <= '9' || strings.ContainsRune(" -.'’", r))
}

// foldName returns what the ids of names were made of before skeletons: lower-case letters and digits without
// accents.
func foldName(s string) string {
	// runes.Remove and norm never fail
	s, _, _ = transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn))), s)
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// publicName returns how a person who chose no pseudonym signs: the given name and the initial of the family
// name, "Anna R.". What looks like an address, holds what nobody sees, or could be taken for the
// administration or one of its offices gives "", which pages show as "a citizen".
func publicName(full string, offices []string) string {
	words := strings.Fields(full)
	if len(words) == 0 || strings.ContainsAny(full, "@0123456789") {
		return ""
	}
	if publicname.CheckPerson(words[0], strings.Join(words[1:], " "), offices) != nil {
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
var particles = []string{"d", "da", "dal", "dalla", "de", "degli", "dei", "del", "della", "delle", "di", "la",
	"le", "li", "lo", "van", "von", "el", "al"}

// signs is Member.signs, worked out once a name as long as the offices are called the same.
func (s *Service) signs(m Member, by civic.Actor, offices officeList) string {
	key := offices.digest + " pseudonym " + m.Pseudonym
	if m.Pseudonym == "" {
		key = offices.digest + " name " + by.Name
	}
	name, ok := s.signed.Get(key)
	if !ok {
		name = m.signs(by, offices.names)
		s.signed.Put(key, name)
	}
	return name
}

// signs returns the name under which a person's posts appear; "" for a pseudonym that was taken when the
// rules were looser, or before there was an office of that name.
func (m Member) signs(by civic.Actor, offices []string) string {
	if m.Pseudonym != "" {
		if publicname.Check(m.Pseudonym, offices) != nil {
			return ""
		}
		return m.Pseudonym
	}
	return publicName(by.Name, offices)
}

// isNew reports whether the lower limits hold.
func (m Member) isNew(l Limits, now time.Time) bool { return now.Sub(m.Since) < l.NewFor }

// Limits bounds how much one account writes within an hour. An account is new until the forum has known it
// for NewFor. What was written is counted in the store, so the limits hold across restarts and between
// processes.
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
	return Limits{NewFor: 24 * time.Hour, NewPosts: 10, NewThreads: 3, NewLinks: 2, Posts: 40, Threads: 10,
		Reports: 20}
}
