package crm

import (
	"context"
	"slices"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// answered is the last answer to a proposal of a field, and the version it made: the same answer, sent again
// because the program died before it was told of, completes what follows.
type answered struct {
	Field   ProposalField `bson:"field"`
	Taken   bool          `bson:"taken"`
	By      civic.ID      `bson:"by"`
	Version int64         `bson:"version"`
	At      time.Time     `bson:"at"`
}

// answerLife is how long after an answer the same one may be sent again.
const answerLife = 24 * time.Hour

// AnswerProposal takes or declines what an identity provider told of the person by is signed in for. The same
// answer again, within a day, completes what the program did not live to do. NotFound when nothing of the
// field waits for an answer, Invalid when there is no room for one more address.
func (s *Service) AnswerProposal(ctx context.Context, by civic.Actor, field ProposalField, take bool) error {
	id, err := citizen(by)
	if err != nil {
		return err
	}
	var given answered
	c, err := s.contacts.Edit(ctx, id, func(c *Contact) (err error) {
		given, err = c.answer(answered{Field: field, Taken: take, By: by.Account, At: s.now()})
		return err
	})
	if err != nil {
		return err
	}
	s.index.Put(c.searchDoc())
	answer := map[bool]string{true: "taken", false: "declined"}[take]
	e := audit.Entry{By: by, Action: ActionContactProposal, Object: c.ID, Contact: c.ID,
		Detail: map[string]string{"field": string(field), "answer": answer}}
	return s.audit.Revised(ctx, e, given.Version)
}

// answer answers the proposal that waits, and returns the answer as it is kept; or the same one that was
// given before. NotFound when there is neither.
func (c *Contact) answer(a answered) (answered, error) {
	i := slices.IndexFunc(c.Proposals,
		func(p Proposal) bool { return p.Field == a.Field && p.Declined.IsZero() })
	if i < 0 {
		for _, old := range c.Answered {
			if old.Field == a.Field && old.Taken == a.Taken && old.By == a.By && a.At.Sub(old.At) < answerLife {
				return old, nil
			}
		}
		return a, civic.NewError(civic.NotFound, "error.not_found")
	}
	c.Version++
	c.UpdatedAt, a.Version = a.At, c.Version
	c.Answered = append(slices.DeleteFunc(slices.Clone(c.Answered),
		func(old answered) bool { return old.Field == a.Field }), a)
	if a.Taken {
		return a, c.take(c.Proposals[i], a.At)
	}
	c.Proposals[i].Declined = a.At
	return a, nil
}
