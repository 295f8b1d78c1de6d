package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"ascolto/internal/civic"
	"ascolto/internal/textfold"
)

// The length of a password, in characters (ASVS 5.0, 6.2.1 and 6.2.9).
const (
	MinPassword = 12
	MaxPassword = 128
)

// argon2id is how a password is stretched; memory in KiB. The values in use are OWASP's first choice
// (Password Storage Cheat Sheet).
type argon2id struct {
	memory, time uint32
	threads      uint8
}

func currentArgon2id() argon2id { return argon2id{memory: 19456, time: 2, threads: 1} }

const (
	saltLength = 16
	hashLength = 32
)

// hasher turns passwords into PHC strings and compares them, few at a time, because each takes memory.
type hasher struct {
	params argon2id
	key    func(a argon2id, password string, salt []byte) []byte // argon2id.key; tests count it
	gate   gate
	known  gate   // of browsers that signed in before: strangers who queue do not make them wait
	dummy  string // the hash of a password nobody knows, compared with when an account is unknown
}

func newHasher() *hasher {
	h := &hasher{params: currentArgon2id(), key: argon2id.key, gate: newGate(2, 128), known: newGate(1, 32)}
	h.dummy = h.params.hash(newToken())
	return h
}

// hash returns the PHC string of password, or Unavailable when too many wait.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	leave, err := h.gate.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return h.params.hash(norm.NFC.String(password)), nil
}

// check reports whether password is the one of phc, and whether phc was made with other parameters than the
// current ones. An empty phc takes as long and is never right. Unavailable when too many wait; known browsers
// wait apart.
func (h *hasher) check(ctx context.Context, phc, password string, known bool) (right, stale bool, err error) {
	g := h.gate
	if known {
		g = h.known
	}
	leave, err := g.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	if phc == "" {
		phc, password = h.dummy, ""
	}
	params, salt, want, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	got := h.key(params, norm.NFC.String(password), salt)
	return subtle.ConstantTimeCompare(got, want) == 1, params != h.params, nil
}

func (a argon2id) key(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, a.time, a.memory, a.threads, hashLength)
}

func (a argon2id) hash(password string) string {
	salt := make([]byte, saltLength)
	rand.Read(salt) // never fails (crypto/rand)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, a.memory, a.time, a.threads,
		enc.EncodeToString(salt), enc.EncodeToString(a.key(password, salt)))
}

// parsePHC reads what hash wrote. It refuses parameters that no release used, so that a damaged record cannot
// ask for all memory.
func parsePHC(phc string) (a argon2id, salt, key []byte, err error) {
	parts := strings.Split(phc, "$")
	bad := fmt.Errorf("accounts: not an argon2id string of ours")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" ||
		parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return a, nil, nil, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &a.memory, &a.time, &a.threads); err != nil {
		return a, nil, nil, bad
	}
	if a.memory < 8 || a.memory > 1<<17 || a.time < 1 || a.time > 10 || a.threads < 1 || a.threads > 4 {
		return a, nil, nil, bad
	}
	salt, saltErr := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	key, keyErr := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || len(salt) < 8 || len(key) != hashLength {
		return a, nil, nil, bad
	}
	return a, salt, key, nil
}

// gate lets few in at once, some wait, and sends the rest away.
type gate struct {
	inside  chan struct{}
	waiting chan struct{}
}

func newGate(inside, waiting int) gate {
	return gate{inside: make(chan struct{}, inside), waiting: make(chan struct{}, waiting)}
}

func (g gate) enter(ctx context.Context) (leave func(), err error) {
	select {
	case g.waiting <- struct{}{}:
	default:
		return nil, civic.NewError(civic.Unavailable, "accounts.error.busy")
	}
	defer func() { <-g.waiting }()
	select {
	case g.inside <- struct{}{}:
		return func() { <-g.inside }, nil
	case <-ctx.Done():
		return nil, civic.Wrap(civic.Unavailable, "accounts.error.busy", ctx.Err())
	}
}

// CheckPassword returns an Invalid error when password is too short, too long or easily guessed for somebody
// who knows the words, among them the person's name and address. There are no rules about kinds of
// characters.
func CheckPassword(password string, words ...string) error {
	if !utf8.ValidString(password) {
		return civic.NewError(civic.Invalid, "error.text.encoding")
	}
	password = norm.NFC.String(password)
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return civic.NewErrorArgs(civic.Invalid, "accounts.error.password.short",
			civic.Args{"Min": MinPassword})
	case n > MaxPassword:
		return civic.NewErrorArgs(civic.Invalid, "accounts.error.password.long",
			civic.Args{"Max": MaxPassword})
	case obvious(password, words):
		return civic.NewError(civic.Invalid, "accounts.error.password.obvious")
	}
	return nil
}

// commonWords are what lazy passwords of an Italian town hall are made of.
func commonWords() []string {
	return []string{
		"ascolto", "comune", "municipio", "citta", "sindaco", "ufficio", "segreteria", "anagrafe",
		"protocollo", "urp",
		"amministratore", "amministrazione", "administrator", "admin", "operatore", "utente", "user", "root",
		"test", "prova",
		"password", "passwd", "pass", "parola", "segreta", "segreto", "chiave", "accesso", "login", "letmein",
		"welcome", "benvenuto", "benvenuti", "ciao",
		"changeme", "cambiami", "default", "provvisoria", "temporanea", "italia", "modena", "amore", "forza",
		"juventus", "inter", "milan",
		"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre",
		"ottobre", "novembre", "dicembre",
		"primavera", "estate", "autunno", "inverno", "qwertyuiop", "qwerty", "asdfghjkl", "zxcvbnm",
		"abcdefghijklmnopqrstuvwxyz", "abc",
	}
}

// obvious reports whether nothing but well-known words, the person's own, repeated characters, rows of keys
// and digits is left.
func obvious(password string, own []string) bool {
	folded := fold(password)
	distinct := map[rune]bool{}
	for _, r := range folded {
		distinct[r] = true
	}
	if len(distinct) < 5 {
		return true
	}
	words := commonWords()
	for _, w := range own {
		w = norm.NFC.String(w)
		// D'Amico is Amico and Damico
		for _, part := range append(strings.FieldsFunc(w, notLetter), strings.Fields(w)...) {
			words = append(words, letters(fold(part)))
		}
	}
	plain := letters(folded)
	if plain == "" {
		return sequential(folded)
	}
	disguised := strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7",
		"t").Replace(strings.TrimFunc(folded, notLetter))
	return madeOf(plain, words) || madeOf(letters(disguised), words)
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}

// signs are what people put for letters.
var signs = strings.NewReplacer("@", "a", "$", "s")

// fold takes case and accents away, and the signs people put for letters.
func fold(s string) string { return signs.Replace(textfold.Fold(s)) }

// madeOf reports whether s is words put one after another, each of at least three letters.
func madeOf(s string, words []string) bool {
	reach := make([]bool, len(s)+1)
	reach[0] = true
	for i := range s {
		if !reach[i] {
			continue
		}
		for _, w := range words {
			if len(w) >= 3 && strings.HasPrefix(s[i:], w) {
				reach[i+len(w)] = true
			}
		}
	}
	return reach[len(s)]
}

// sequential reports whether most characters are one more, one less or the same as the one before them:
// 1234567890, 112233.
func sequential(s string) bool {
	steps, n := 0, 0
	prev := rune(-1)
	for _, r := range s {
		if prev >= 0 {
			n++
			if d := r - prev; d >= -1 && d <= 1 || prev == '9' && r == '0' {
				steps++
			}
		}
		prev = r
	}
	return steps*4 >= n*3
}
