package crm

import (
	"context"
	"errors"
	"slices"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// CaseRequest is a request that a conversation became by somebody's choice.
type CaseRequest struct {
	Request civic.ID  `bson:"request"`
	Number  string    `bson:"number"`
	By      civic.ID  `bson:"by,omitempty"`
	ByName  string    `bson:"byName,omitempty"`
	At      time.Time `bson:"at"`
}

// maxCaseRequests is how many requests one conversation may become.
const maxCaseRequests = 20

// Became reports whether i became a request.
func (i Interaction) Became(request civic.ID) bool {
	return slices.ContainsFunc(i.Requests, func(r CaseRequest) bool { return r.Request == request })
}

// CallFor returns the conversation that by wants to become a request: NotFound when by may not know of it,
// Forbidden when by may not write in it, and Conflict when it became too many already.
func (s *Service) CallFor(ctx context.Context, by civic.Actor, id, request civic.ID) (Interaction, error) {
	i, err := s.Interaction(ctx, by, id)
	switch {
	case err != nil:
		return Interaction{}, err
	case !i.Editable(by):
		return Interaction{}, civic.NewError(civic.Forbidden, "error.forbidden")
	case len(i.Requests) >= maxCaseRequests && !i.Became(request):
		return Interaction{}, civic.NewError(civic.Conflict, "crm.error.case_full")
	}
	return i, nil
}

// CallAt returns when a conversation was, or NotFound when by may not know of it. It shows nothing else of
// it, and so is not audited.
func (s *Service) CallAt(ctx context.Context, by civic.Actor, id civic.ID) (time.Time, error) {
	i, err := s.interactions.Get(ctx, id)
	switch {
	case err != nil:
		return time.Time{}, err
	case !i.readable(by):
		return time.Time{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	return i.At, nil
}

// NoteRequest writes into a conversation that it became a request, whose applicant the person was when
// nobody knew. It follows from the request, which is stored: done again, it counts once, and a conversation
// that is gone stays so.
func (s *Service) NoteRequest(ctx context.Context, by civic.Actor, id civic.ID, r CaseRequest,
	applicant civic.ID) error {
	var stored Interaction
	i, err := s.interactions.Update(ctx, id, func(i *Interaction) error {
		if stored = *i; i.Became(r.Request) || len(i.Requests) >= maxCaseRequests {
			return errSame
		}
		i.Requests = append(slices.Clip(i.Requests), r)
		if i.Contact == "" && len(i.Changes) < maxCaseChanges {
			i.Contact = applicant
			who := civic.Actor{Account: r.By, Name: r.ByName}
			if _, err := i.noteChanges(stored, who, "", r.At); err != nil {
				return err
			}
		}
		i.UpdatedAt = s.now()
		return nil
	})
	again := errors.Is(err, errSame)
	if again {
		i, err = stored, nil
	}
	if err == nil {
		err = s.publishEffects(ctx, i)
	}
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return s.audit.Entered(ctx, audit.Entry{By: by, Action: ActionInteractionRequest, Object: i.ID,
		Contact: i.Contact}, again, r.At)
}
