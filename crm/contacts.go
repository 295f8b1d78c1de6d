package crm

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// CreateContact stores a new contact. When it may exist already and in.Reason is empty, nothing is stored and the error is
// *Duplicates. Another contact with the same fiscal code is a Conflict whatever the reason.
func (s *Service) CreateContact(ctx context.Context, by civic.Actor, in ContactInput) (Contact, error) {
	if err := by.Can(PermWriteContacts); err != nil {
		return Contact{}, err
	}
	c, err := s.newContact(ctx, by, in)
	if err != nil {
		return Contact{}, err
	}
	if stored, err := s.contacts.Get(ctx, c.ID); err == nil {
		return s.same(stored, c)
	} else if civic.CodeOf(err) != civic.NotFound {
		return Contact{}, err
	}
	if c.DuplicateReason == "" {
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
	if err := s.recordEach(ctx, by, "crm.contact.candidate", seen); err != nil {
		return err
	}
	return &Duplicates{Candidates: found}
}

// newContact returns the checked contact of a form, not yet stored.
func (s *Service) newContact(ctx context.Context, by civic.Actor, in ContactInput) (Contact, error) {
	id, err := newID(in.FormKey)
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
	c := Contact{Meta: docstore.Meta{ID: id}, Version: 1, DuplicateReason: reason, CreatedAt: now, UpdatedAt: now, CreatedBy: by.Account}
	code, err := in.apply(&c, k, now.In(civic.Rome()).Year())
	if err != nil {
		return Contact{}, err
	}
	s.sealCode(&c, code)
	if err := s.checkCode(&c, nil, in.Confirmed); err != nil {
		return Contact{}, err
	}
	in.Reason, in.Confirmed = "", false // asking again with a reason, or confirming, is the same submission
	if c.Submission, err = s.submission(by, in); err != nil {
		return Contact{}, err
	}
	return c, nil
}

// insert stores c. An id that is taken by the same submission means that it is stored already.
func (s *Service) insert(ctx context.Context, by civic.Actor, c Contact) (Contact, error) {
	if err := s.contacts.Insert(ctx, &c); err != nil {
		if civic.CodeOf(err) != civic.Conflict {
			return Contact{}, err
		}
		if stored, getErr := s.contacts.Get(ctx, c.ID); getErr == nil {
			return s.same(stored, c)
		}
		return Contact{}, codeTaken()
	}
	s.index.Put(c.searchDoc())
	return c, s.record(ctx, by, "crm.contact.create", c.ID, c.ID, nil)
}

// same returns what is stored under the id of c when both are one submission, else Conflict.
func (s *Service) same(stored, c Contact) (Contact, error) {
	if stored.Submission != c.Submission {
		return Contact{}, civic.NewError(civic.Conflict, "crm.error.form_key_used")
	}
	return stored, nil
}

func codeTaken() error {
	return &civic.Error{Code: civic.Conflict, Message: civic.Msg("error.form"),
		Fields: []civic.FieldError{{Field: "fiscal_code", Message: civic.Msg("crm.error.fiscal_code.taken")}}}
}
