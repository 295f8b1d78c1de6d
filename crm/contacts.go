package crm

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// CreateContact stores a new contact. When it may exist already and in.Reason is empty, nothing is stored and
// the error is *Duplicates. Another contact with the same fiscal code is a Conflict whatever the reason.
func (s *Service) CreateContact(ctx context.Context, by civic.Actor, in ContactInput) (Contact, error) {
	if err := by.Can(PermWriteContacts); err != nil {
		return Contact{}, err
	}
	c, err := s.newContact(ctx, by, in)
	if err != nil {
		return Contact{}, err
	}
	_, err = s.contacts.Get(ctx, c.ID)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return Contact{}, err
	}
	if sentBefore := err == nil; !sentBefore && c.DuplicateReason == "" {
		found, err := s.candidates(ctx, c)
		if err != nil {
			return Contact{}, err
		}
		if len(found) > 0 {
			return Contact{}, s.duplicates(ctx, by, found)
		}
	}
	return s.insert(ctx, by, c)
}

// duplicates returns the candidates as an error; showing them is a read of each.
func (s *Service) duplicates(ctx context.Context, by civic.Actor, found []Candidate) error {
	seen := make([]Contact, len(found))
	for i, f := range found {
		seen[i] = f.Contact
	}
	if err := s.recordEach(ctx, by, ActionContactCandidate, seen); err != nil {
		return err
	}
	return &Duplicates{Candidates: found}
}

// newContact returns the checked contact of a form, not yet stored.
func (s *Service) newContact(ctx context.Context, by civic.Actor, in ContactInput) (Contact, error) {
	id, err := FormID(in.FormKey)
	if err != nil {
		return Contact{}, err
	}
	reason, err := civic.CleanLine(in.Reason, 300)
	if err != nil {
		return Contact{}, err
	}
	k, err := s.known(ctx)
	if err != nil {
		return Contact{}, err
	}
	now := s.now()
	c := Contact{Meta: docstore.Meta{ID: id}, Version: 1, DuplicateReason: reason, CreatedAt: now,
		UpdatedAt: now, CreatedBy: by.Account}
	code, err := in.apply(&c, k, now.In(civic.Rome()).Year())
	if err != nil {
		return Contact{}, err
	}
	s.sealCode(&c, code)
	if err := s.checkCode(&c, nil, in.Confirmed); err != nil {
		return Contact{}, err
	}
	in.Reason, in.Confirmed = "", false // asking again with a reason, or confirming, is the same submission
	if c.Submission, err = s.vault.DigestForm(purposeForm, by, in); err != nil {
		return Contact{}, err
	}
	return c, nil
}

// insert stores c, or returns what the same form stored before.
func (s *Service) insert(ctx context.Context, by civic.Actor, c Contact) (Contact, error) {
	submission := c.Submission
	return s.contacts.Create(ctx, &c, docstore.Creation[Contact]{
		Same: func(stored *Contact) bool { return stored.Submission == submission },
		Effects: func(ctx context.Context, stored *Contact, again bool) error {
			s.index.Put(stored.searchDoc())
			return s.created(ctx, by, ActionContactCreate, stored.ID, stored.ID, again, stored.CreatedAt)
		},
		Taken: codeTaken(),
	})
}

func codeTaken() error {
	return &civic.Error{Code: civic.Conflict, Message: civic.Msg("error.form"),
		Fields: []civic.FieldError{{Field: "fiscal_code", Message: civic.Msg("crm.error.fiscal_code.taken")}}}
}
