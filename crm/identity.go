package crm

import (
	"context"
	"slices"

	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/fiscalcode"
	"ascolto/internal/reach"
	"ascolto/internal/textfold"
)

// Double is why a contact that a sign-in made may be the double of another, as message keys say it
// ("crm.double.claimed").
type Double string

// The reasons.
const (
	// another contact has the address, and nobody had proved that it is that person's
	DoubleClaimed Double = "claimed"
	DoubleShared  Double = "shared" // several people proved to have the address
	DoubleAlike   Double = "alike"  // a contact has the same name, or nearly
)

// EnsureContact returns the contact of a person who signs in for the first time, made when there is none.
// *Service is an accounts.Contacts. Later sign-ins do not ask: an account keeps its contact.
//
// A fiscal code decides: it is one person's, and no citizen can type one. Without one, a proved address
// decides when a single person proved to have it. With one, a contact without a fiscal code whose person
// proved to have the address that the provider proved, too, and has the same name, is taken to be the person,
// and is given the code. In all other cases (an address that staff or somebody else typed, one that a family
// shares, a name that differs) a new contact is made that says of what it may be the double: a double can be
// put right, somebody else's data that was shown cannot be taken back.
func (s *Service) EnsureContact(ctx context.Context, id accounts.Identity) (civic.ID, error) {
	by := civic.System("sign-in")
	if id.FiscalCode == "" {
		return s.ensureByEmail(ctx, by, id)
	}
	code, err := ParseFiscalCode(id.FiscalCode)
	if err != nil {
		return "", err
	}
	digest := s.vault.Digest(purposeCode, code.String())
	c, err := s.byCode(ctx, digest)
	if err == nil {
		return s.madeBefore(ctx, by, civic.ID(digest), c)
	}
	if civic.CodeOf(err) != civic.NotFound {
		return "", err
	}
	return s.ensureByCode(ctx, by, id, code)
}

func (s *Service) ensureByEmail(ctx context.Context, by civic.Actor, id accounts.Identity) (civic.ID, error) {
	e, err := reach.ParseEmail(id.Email)
	if err != nil {
		return "", err
	}
	own := civic.ID(s.vault.Digest(purposeMail, e.Key)) // the contact made for this address, if one was
	found, err := s.provedBy(ctx, id, e, 2)
	if err != nil {
		return "", err
	}
	if len(found) == 1 {
		return s.madeBefore(ctx, by, own, found[0])
	}
	return s.ensure(ctx, by, own, id, fiscalcode.Code{})
}

// provedBy returns the contacts whose person proved to have the address that id proved now; none when id only
// claims it.
func (s *Service) provedBy(
	ctx context.Context, id accounts.Identity, e reach.Email, limit int,
) ([]Contact, error) {
	if !id.EmailProved {
		return nil, nil
	}
	return s.byProof(ctx, e.Key, limit)
}

// ensureByCode gives the code to the one contact that is surely the person, else makes a contact with it.
func (s *Service) ensureByCode(
	ctx context.Context, by civic.Actor, id accounts.Identity, code fiscalcode.Code,
) (civic.ID, error) {
	if e, err := reach.ParseEmail(id.Email); err == nil {
		found, err := s.provedBy(ctx, id, e, candidatesByKey)
		if err != nil {
			return "", err
		}
		if c, ok := theirs(found, id); ok {
			return s.giveCode(ctx, c.ID, code)
		}
	}
	digest := s.vault.Digest(purposeCode, code.String())
	return s.ensure(ctx, by, civic.ID(digest), id, code)
}

// theirs returns the only contact of found that has the person's name and no fiscal code.
func theirs(found []Contact, id accounts.Identity) (Contact, bool) {
	var match []Contact
	name := inOrder(textfold.Name(id.FamilyName + " " + id.GivenName))
	for _, c := range found {
		if c.Kind == Person && c.CodeDigest == "" && name != "" && inOrder(c.SortName) == name {
			match = append(match, c)
		}
	}
	if len(match) != 1 {
		return Contact{}, false
	}
	return match[0], true
}

// giveCode puts a fiscal code on a contact, and returns its id. Whoever comes again finds the contact by it.
func (s *Service) giveCode(
	ctx context.Context, contact civic.ID, code fiscalcode.Code,
) (civic.ID, error) {
	c, err := s.contacts.Update(ctx, contact, func(c *Contact) error {
		if c.CodeDigest != "" && c.CodeDigest != s.vault.Digest(purposeCode, code.String()) {
			return civic.NewError(civic.Conflict, "crm.error.fiscal_code.taken")
		}
		s.sealCode(c, code)
		c.signIn(ActionContactCode, s.now())
		return nil
	})
	if err != nil {
		return "", err
	}
	return c.ID, s.afterSignIn(ctx, c)
}

// ensure makes the contact of an identity under an id that follows from what identifies it, so that two
// sign-ins at once make one.
func (s *Service) ensure(
	ctx context.Context, by civic.Actor, own civic.ID, id accounts.Identity, code fiscalcode.Code,
) (civic.ID, error) {
	if c, err := s.contacts.Get(ctx, own); err == nil {
		return s.madeBefore(ctx, by, own, c)
	} else if civic.CodeOf(err) != civic.NotFound {
		return "", err
	}
	c := s.contactOf(own, id, code)
	var err error
	if c.Double, err = s.doubleOf(ctx, c); err != nil {
		return "", err
	}
	switch err := s.contacts.Insert(ctx, &c); civic.CodeOf(err) {
	case "":
		return c.ID, s.madeAtSignIn(ctx, by, c, false)
	case civic.Conflict:
		return s.winner(ctx, own, c.CodeDigest, err)
	default:
		return "", err
	}
}

// madeAtSignIn draws what follows from a contact that a first sign-in made, once.
func (s *Service) madeAtSignIn(ctx context.Context, by civic.Actor, c Contact, again bool) error {
	s.index.Put(c.searchDoc())
	e := audit.Entry{By: by, Action: ActionContactCreate, Object: c.ID, Contact: c.ID}
	if c.Double != "" {
		e.Detail = map[string]string{"double": string(c.Double)}
	}
	return s.audit.Entered(ctx, e, again, c.CreatedAt)
}

// madeBefore returns the id of the contact that a sign-in finds. When it is the one that such a sign-in made
// a short while ago, under the id own, or changed, what follows from that is completed.
func (s *Service) madeBefore(ctx context.Context, by civic.Actor, own civic.ID, c Contact) (civic.ID, error) {
	if c.ID != own || s.now().Sub(c.CreatedAt) > firstSignIn {
		return c.ID, s.afterSignIn(ctx, c)
	}
	return c.ID, s.madeAtSignIn(ctx, by, c, true)
}

// contactOf returns the contact of an identity, not yet stored. What is no name is left out: it is only
// claimed.
func (s *Service) contactOf(own civic.ID, id accounts.Identity, code fiscalcode.Code) Contact {
	now := s.now()
	c := Contact{Meta: docstore.Meta{ID: own}, Kind: Person, Language: languageOf(id), Version: 1,
		CreatedAt: now, UpdatedAt: now}
	c.GivenName, _ = civic.CleanLine(id.GivenName, maxNameLength)
	c.FamilyName, _ = civic.CleanLine(id.FamilyName, maxNameLength)
	if e, err := reach.ParseEmail(id.Email); err == nil {
		c.Emails = []reach.Email{e}
		if id.EmailProved {
			c.prove(Proof{Key: e.Key, At: now, Account: id.Account})
		}
	}
	c.derive()
	s.sealCode(&c, code)
	return c
}

// languageOf returns the language in which whoever signed in for the first time read the page.
func languageOf(id accounts.Identity) string {
	if slices.Contains(civic.Languages(), id.Language) {
		return id.Language
	}
	return civic.Italian
}

// doubleOf returns why c, about to be made at a sign-in, may be the double of another contact; empty when
// nothing speaks for it.
func (s *Service) doubleOf(ctx context.Context, c Contact) (Double, error) {
	found, err := s.candidates(ctx, c)
	if err != nil {
		return "", err
	}
	var why Double
	if slices.ContainsFunc(found, func(f Candidate) bool { return slices.Contains(f.Reasons, SameName) }) {
		why = DoubleAlike
	}
	for _, key := range c.emailKeys() {
		for _, f := range found {
			switch {
			case f.Contact.HasProved(key):
				return DoubleShared, nil
			case f.Contact.hasAddress(key):
				why = DoubleClaimed
			}
		}
	}
	return why, nil
}

// winner returns the contact that another sign-in made a moment before.
func (s *Service) winner(ctx context.Context, own civic.ID, digest string, conflict error) (civic.ID, error) {
	if c, err := s.contacts.Get(ctx, own); err == nil {
		return c.ID, nil
	}
	if digest != "" {
		if c, err := s.byCode(ctx, digest); err == nil {
			return c.ID, nil
		}
	}
	return "", conflict
}
