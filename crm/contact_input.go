package crm

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"ascolto/internal/civic"
	"ascolto/internal/fiscalcode"
	"ascolto/internal/reach"
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
	Confirmed    bool   `json:",omitempty"` // the fiscal code is right although it does not fit; see checkCode
	Reason       string // why it is saved although it looks like a double
}

// The bounds of a contact.
const (
	maxNameLength = 100
	maxEmails     = 5
	maxPhones     = 5
	maxTags       = 30
	firstYear     = 1900
)

// apply writes the checked input into c; the fiscal code is returned, because only the service can seal it. year is the
// current one. It returns an Invalid error that names every wrong field, and c is then not to be used.
func (in ContactInput) apply(c *Contact, k known, year int) (fiscalcode.Code, error) {
	var p civic.Problems
	in.applyName(c, &p)
	c.Emails = parseEach(&p, "email", in.Emails, maxEmails, reach.ParseEmail)
	c.keepProofs()
	c.Phones = parseEach(&p, "phone", in.Phones, maxPhones, reach.ParsePhone)
	c.Address = in.Address.clean(&p)
	c.Language, c.District, c.Tags = in.Language, in.District, nil
	if c.Language == "" {
		c.Language = civic.Italian
	}
	if !civic.KnownLanguage(c.Language) {
		p.Add("language", "error.language")
	}
	if c.District != "" && !k.districts[c.District] {
		p.Add("district", "crm.error.district")
	}
	for _, t := range in.Tags {
		if !slices.Contains(c.Tags, t) {
			c.Tags = append(c.Tags, t)
		}
		if !k.tags[t] {
			p.Add("tags", "crm.error.tag")
		}
	}
	if len(c.Tags) > maxTags {
		p.Add("tags", "crm.error.too_many", civic.Args{"Max": maxTags})
	}
	c.BirthYear = in.year(&p, year)
	code := in.code(&p)
	c.derive()
	return code, p.Err()
}

func (in ContactInput) applyName(c *Contact, p *civic.Problems) {
	c.Kind, c.GivenName, c.FamilyName, c.Organisation = in.Kind, "", "", ""
	line := func(field, s string) string {
		clean, err := civic.CleanLine(s, maxNameLength)
		p.Check(field, err)
		return clean
	}
	switch in.Kind {
	case Person:
		c.GivenName, c.FamilyName = line("given_name", in.GivenName), line("family_name", in.FamilyName)
		if c.GivenName == "" && c.FamilyName == "" {
			p.Add("family_name", "crm.error.name")
		}
		wantsLetters(p, "given_name", c.GivenName)
		wantsLetters(p, "family_name", c.FamilyName)
	case Organisation:
		c.Organisation = line("organisation", in.Organisation)
		if c.Organisation == "" {
			p.Add("organisation", "crm.error.organisation")
		}
	default:
		p.Add("kind", "crm.error.kind")
	}
}

// parseEach parses the filled lines of a repeated field, numbered from 1, and drops doubles.
func parseEach[T comparable](p *civic.Problems, field string, lines []string, most int, parse func(string) (T, error)) []T {
	var out []T
	for i, line := range lines {
		if civic.IsBlank(line) {
			continue
		}
		v, err := parse(line)
		p.Check(fmt.Sprintf("%s_%d", field, i+1), err)
		if err == nil && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	if len(out) > most {
		p.Add(field+"_1", "crm.error.too_many", civic.Args{"Max": most})
	}
	return out
}

func (a Address) clean(p *civic.Problems) Address {
	line := func(field, s string, max int) string {
		clean, err := civic.CleanLine(s, max)
		p.Check(field, err)
		return clean
	}
	out := Address{Street: line("street", a.Street, 200), Postcode: line("postcode", civic.Bare(a.Postcode), 12), Town: line("town", a.Town, 100)}
	wantsLetters(p, "street", out.Street)
	wantsLetters(p, "town", out.Town)
	if out.Postcode != "" && !knownPostcode(out.Postcode) {
		p.Add("postcode", "crm.error.postcode")
	}
	return out
}

// wantsLetters notes a name of a person, a street or a town that has no letter of any script: "12345", "---".
func wantsLetters(p *civic.Problems, field, s string) {
	if s != "" && !strings.ContainsFunc(s, unicode.IsLetter) {
		p.Add(field, "crm.error.no_letters")
	}
}

// postcodes are how a postcode looks: an Italian CAP has five digits; that of another country stands after the letters of the country
// and a dash, "FR-75001", "GB-SW1A 1AA", as the Universal Postal Union once recommended (ISO 3166-1 alpha-2).
var postcodes = regexp.MustCompile(`^([0-9]{5}|[A-Z]{2}-[A-Z0-9][A-Z0-9 -]{1,8})$`)

// knownPostcode reports whether s may be a postcode. No Italian CAP begins with 000.
func knownPostcode(s string) bool { return postcodes.MatchString(s) && !strings.HasPrefix(s, "000") }

func (in ContactInput) year(p *civic.Problems, now int) int {
	if civic.IsBlank(in.BirthYear) {
		return 0
	}
	y, err := strconv.Atoi(civic.Bare(in.BirthYear))
	if err != nil || y < firstYear || y > now {
		p.Add("birth_year", "crm.error.birth_year", civic.Args{"First": strconv.Itoa(firstYear), "Last": strconv.Itoa(now)})
		return 0
	}
	return y
}

func (in ContactInput) code(p *civic.Problems) fiscalcode.Code {
	if civic.IsBlank(in.FiscalCode) {
		return fiscalcode.Code{}
	}
	code, err := ParseFiscalCode(in.FiscalCode)
	p.Check("fiscal_code", err)
	if err == nil && in.Kind == Organisation && code.Kind() == fiscalcode.Person {
		p.Add("fiscal_code", "crm.error.fiscal_code.person")
	}
	return code
}
