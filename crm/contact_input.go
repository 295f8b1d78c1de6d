package crm

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"ascolto/internal/civic"
	"ascolto/internal/fiscalcode"
)

// ContactInput is the form by which a contact is made or edited, as it was typed.
type ContactInput struct {
	FormKey      string // of a new contact; its id is made from it
	Version      int64  // of the contact the form showed, when it is edited
	Shown        string `json:",omitempty"` // what that form carried; see Contact.Shown
	Kind         Kind
	GivenName    string
	FamilyName   string
	Organisation string
	Emails       []string
	Phones       []string
	Address      Address
	District     civic.ID
	Tags         []civic.ID
	Language     string
	BirthYear    string
	FiscalCode   string
	// the fiscal code is right although it does not fit; see checkCode
	Confirmed bool `json:",omitempty"`
	NoSignIn  bool `json:",omitempty"` // no address shall be left to sign in with; see checkSignIn
	// in which people edit their own data: it goes on without the address that it began with
	Session civic.ID `json:",omitempty"`
	Reason  string   // why it is saved although it looks like a double

	// what fields hold that are declared and nothing else; see kept
	More map[string][]string `json:",omitempty"`
}

// The bounds of a contact.
const (
	maxNameLength = 100
	maxEmails     = 5
	maxPhones     = 5
	maxTags       = 30
	firstYear     = 1900
)

// apply writes the checked input into c; the fiscal code is returned, because only the service can seal it.
// year is the current one. It returns an Invalid error that names every wrong field, and c is then not to be
// used.
func (in ContactInput) apply(c *Contact, k known, year int) (fiscalcode.Code, error) {
	x := parsing{known: k, year: year}
	for _, f := range contactFields {
		f.parse(f.read(in), c, &x)
		if f.Name == "family_name" && c.Kind == Person && c.GivenName+c.FamilyName == "" {
			x.Add(f.Name, "crm.error.name")
		}
		if f.Name == "organisation" && c.Kind == Organisation && c.Organisation == "" {
			x.Add(f.Name, "crm.error.organisation")
		}
	}
	c.derive()
	return x.code, x.Err()
}

// parseEach parses the filled lines of a field, and drops doubles.
func parseEach[T comparable](p *civic.Problems, f Field, lines []string, parse func(string) (T, error)) []T {
	var out []T
	for i, line := range lines {
		if civic.IsBlank(line) {
			continue
		}
		v, err := parse(line)
		p.Check(f.Line(i), err)
		if err == nil && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	if len(out) > f.Max {
		p.Add(f.Line(0), "crm.error.too_many", civic.Args{"Max": f.Max})
	}
	return out
}

// wantsLetters notes a name of a person, a street or a town that has no letter of any script: "12345", "---".
func wantsLetters(p *civic.Problems, field, s string) {
	if s != "" && !strings.ContainsFunc(s, unicode.IsLetter) {
		p.Add(field, "crm.error.no_letters")
	}
}

// postcodes are how a postcode looks: an Italian CAP has five digits; that of another country stands after
// the letters of the country and a dash, "FR-75001", "GB-SW1A 1AA", as the Universal Postal Union once
// recommended (ISO 3166-1 alpha-2).
var postcodes = regexp.MustCompile(`^([0-9]{5}|[A-Z]{2}-[A-Z0-9][A-Z0-9 -]{1,8})$`)

// knownPostcode reports whether s may be a postcode. No Italian CAP begins with 000.
func knownPostcode(s string) bool { return postcodes.MatchString(s) && !strings.HasPrefix(s, "000") }
