package crm

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/fiscalcode"
)

// The purposes under which the vault keeps what crm must not show.
const (
	purposeCode = "crm/fiscal-code"
	purposeForm = "crm/form"
	purposeMail = "crm/contact-by-email"
	purposePart = "crm/fiscal-code-part"
)

// ParseFiscalCode returns the code written in s, or an Invalid error whose message says which part is wrong.
func ParseFiscalCode(s string) (fiscalcode.Code, error) {
	code, err := fiscalcode.Parse(civic.Bare(s))
	if err == nil {
		return code, nil
	}
	var wrong *fiscalcode.Error
	if !errors.As(err, &wrong) {
		return fiscalcode.Code{}, civic.Wrap(civic.Internal, "error.internal", err)
	}
	e := civic.NewErrorArgs(civic.Invalid, "crm.error.fiscal_code."+string(wrong.Part),
		civic.Args{"Position": wrong.Position})
	e.Cause = wrong
	return fiscalcode.Code{}, e
}

// sealCode puts a fiscal code on c, or takes it off when code is zero.
func (s *Service) sealCode(c *Contact, code fiscalcode.Code) {
	if code.IsZero() {
		c.SealedCode, c.CodeDigest, c.CodeParts = nil, "", nil
		return
	}
	c.CodeParts = s.codeParts(code.String())
	if digest := s.vault.Digest(purposeCode, code.String()); digest != c.CodeDigest {
		c.SealedCode, c.CodeDigest = s.vault.Seal(purposeCode, []byte(code.String())), digest
	}
}

// openCode returns the fiscal code of c, the zero Code when it has none.
func (s *Service) openCode(c Contact) (fiscalcode.Code, error) {
	if len(c.SealedCode) == 0 {
		return fiscalcode.Code{}, nil
	}
	plain, err := s.vault.Open(purposeCode, c.SealedCode)
	if err != nil {
		return fiscalcode.Code{}, err
	}
	return ParseFiscalCode(string(plain))
}

// FiscalCode returns the fiscal code of a contact, "" when it has none. Reading it is audited apart from
// reading the contact.
func (s *Service) FiscalCode(ctx context.Context, by civic.Actor, id civic.ID) (string, error) {
	if err := by.Can(PermWriteContacts); err != nil {
		return "", err
	}
	c, err := s.contacts.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if err := s.record(ctx, by, ActionContactReadCode, id, id, nil); err != nil {
		return "", err
	}
	code, err := s.openCode(c)
	return code.String(), err
}

// ConflictCodes returns the fiscal codes that the form of a conflict shows, by their digests. The stored one
// is read, and so audited.
func (s *Service) ConflictCodes(
	ctx context.Context, by civic.Actor, c *ContactConflict,
) (map[string]string, error) {
	stored, err := s.FiscalCode(ctx, by, c.Stored.ID)
	if err != nil {
		return nil, err
	}
	typed, err := s.openCode(c.Mine)
	return map[string]string{c.Mine.CodeDigest: typed.String(), c.Stored.CodeDigest: stored}, err
}

// codePartLengths are the beginnings of a fiscal code by which it is found: the six letters of the name, and
// those with the birth date, what people read out first. Shorter beginnings are many people's, longer ones
// are found by the longest of these.
var codePartLengths = [...]int{6, 11}

// codeParts returns the digests under which the beginnings of a code are found. They are keyed as the whole
// one's is: who reads the store without the installation's secret can neither read a code from them nor try
// out guesses, only see that two people share a beginning, as relatives with like names do.
func (s *Service) codeParts(code string) []string {
	var parts []string
	for _, n := range codePartLengths {
		if len(code) > n {
			parts = append(parts, s.vault.Digest(purposePart, code[:n]))
		}
	}
	return parts
}

// codePart is how a beginning of a person's fiscal code looks: six letters, then the date; omocodia writes
// letters for digits.
var codePart = regexp.MustCompile(
	`^[A-Z]{6}([0-9LMNPQRSTUV]{2}([A-EHLMPRST]([0-9LMNPQRSTUV]{2}([A-Z][0-9LMNPQRSTUV]{0,3})?)?)?)?$`)

// byCodePart returns the contacts whose fiscal code begins with text, at most limit of them; nobody when text
// is no beginning of a code.
func (s *Service) byCodePart(ctx context.Context, text string, limit int) ([]Contact, error) {
	text = strings.ToUpper(strings.Join(strings.Fields(civic.Bare(text)), ""))
	if !codePart.MatchString(text) {
		return nil, nil
	}
	n := codePartLengths[0]
	if len(text) >= codePartLengths[1] {
		n = codePartLengths[1]
	}
	found, err := s.with(ctx, "codeParts", []string{s.vault.Digest(purposePart, text[:n])}, limit)
	if err != nil || len(text) == n {
		return found, err
	}
	var out []Contact
	for _, c := range found {
		code, err := s.openCode(c)
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(code.String(), text) {
			out = append(out, c)
		}
	}
	return out, nil
}
