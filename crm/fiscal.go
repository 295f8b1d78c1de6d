package crm

import (
	"context"
	"errors"

	"ascolto/crm/fiscalcode"
	"ascolto/internal/civic"
)

// The purposes under which the vault keeps what crm must not show.
const (
	purposeCode = "crm/fiscal-code"
	purposeForm = "crm/form"
	purposeMail = "crm/contact-by-email"
)

// ParseFiscalCode returns the code written in s, or an Invalid error whose message says which part is wrong.
func ParseFiscalCode(s string) (fiscalcode.Code, error) {
	code, err := fiscalcode.Parse(s)
	if err == nil {
		return code, nil
	}
	var wrong *fiscalcode.Error
	if !errors.As(err, &wrong) {
		return fiscalcode.Code{}, civic.Wrap(civic.Internal, "error.internal", err)
	}
	e := civic.NewErrorArgs(civic.Invalid, "crm.error.fiscal_code."+string(wrong.Part), civic.Args{"Position": wrong.Position})
	e.Cause = wrong
	return fiscalcode.Code{}, e
}

// sealCode puts a fiscal code on c, or takes it off when code is zero.
func (s *Service) sealCode(c *Contact, code fiscalcode.Code) {
	if code.IsZero() {
		c.SealedCode, c.CodeDigest = nil, ""
		return
	}
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

// FiscalCode returns the fiscal code of a contact, "" when it has none. Reading it is audited apart from reading the contact.
func (s *Service) FiscalCode(ctx context.Context, by civic.Actor, id civic.ID) (string, error) {
	if err := by.Can(PermWriteContacts); err != nil {
		return "", err
	}
	c, err := s.contacts.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if err := s.record(ctx, by, "crm.contact.read_code", id, id, nil); err != nil {
		return "", err
	}
	code, err := s.openCode(c)
	return code.String(), err
}

// ConflictCodes returns the fiscal codes that the form of a conflict shows, by their digests. The stored one is read, and so audited.
func (s *Service) ConflictCodes(ctx context.Context, by civic.Actor, c *ContactConflict) (map[string]string, error) {
	stored, err := s.FiscalCode(ctx, by, c.Stored.ID)
	if err != nil {
		return nil, err
	}
	typed, err := s.openCode(c.Mine)
	return map[string]string{c.Mine.CodeDigest: typed.String(), c.Stored.CodeDigest: stored}, err
}
