package requests

import (
	"context"
	"slices"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Claim says that somebody of the staff is writing the answer to a request, so that nobody else begins one
// meanwhile. It has the id of the request, and ends by itself.
type Claim struct {
	docstore.Meta `bson:",inline"`
	Act           Act       `bson:"act"` // that is being written
	By            civic.ID  `bson:"by"`
	ByName        string    `bson:"byName"`
	At            time.Time `bson:"at"`
	Until         time.Time `bson:"until"`
	From          civic.ID  `bson:"from,omitempty"` // whom it was taken over from
	FromName      string    `bson:"fromName,omitempty"`
}

func claimSpec() docstore.Spec { return docstore.Spec{Name: "request_claims"} }

// claimTime is how long somebody is taken to be writing after they said so.
const claimTime = 30 * time.Minute

// claimable are the acts of which one is written at a time.
var claimable = []Act{ActAnswer, ActRefuse, ActNotCompetent, ActNotice}

// Claimable reports whether a is written by one at a time.
func (a Act) Claimable() bool { return slices.Contains(claimable, a) }

// FieldOver is the field by which an answer goes out although somebody else is writing one.
const FieldOver = "over"

// Minutes returns for how many minutes, at least one, somebody has been writing.
func (c Claim) Minutes(now time.Time) int { return max(1, int(now.Sub(c.At)/time.Minute)) }

// others reports whether somebody other than by is writing.
func (c Claim) others(by civic.ID, now time.Time) bool {
	return c.By != "" && c.By != by && now.Before(c.Until)
}

// refused returns that somebody else is writing, as Invalid with the field FieldOver.
func (c Claim) refused(now time.Time) error {
	var p civic.Problems
	p.Add(FieldOver, "requests.error.claimed", civic.Args{"Name": c.ByName, "Count": c.Minutes(now)})
	return p.Err()
}

// Claimed returns who is writing an answer to a request now; the zero value when nobody is.
func (s *Service) Claimed(ctx context.Context, id civic.ID) (Claim, error) {
	c, err := s.claims.Get(ctx, id)
	switch {
	case civic.CodeOf(err) == civic.NotFound:
		return Claim{}, nil
	case err != nil:
		return Claim{}, err
	case !s.now().Before(c.Until):
		return Claim{}, nil
	}
	return c, nil
}

// Claim notes that by writes an answer to a request, for some time from now; with over also when somebody
// else is, which is kept. It returns NotFound for a request that by may not know of, Conflict when a is not
// possible in its state, and Invalid with the field FieldOver when somebody else is writing.
func (s *Service) Claim(ctx context.Context, by civic.Actor, id civic.ID, a Act, over bool) (Claim, error) {
	r, err := s.requests.Get(ctx, id)
	if err != nil {
		return Claim{}, err
	}
	side, err := a.on(r, func(r Request) (Side, error) { return r.side(by) })
	switch {
	case err != nil:
		return Claim{}, err
	case side != Staff || !a.Claimable():
		return Claim{}, civic.NewError(civic.Forbidden, "error.forbidden")
	case !moveFrom(r.State, a).offered(r, Staff):
		return Claim{}, civic.NewError(civic.Conflict, "requests.error.moved")
	}
	now := s.now()
	fresh := Claim{Meta: docstore.Meta{ID: id}, Act: a, By: by.Account, ByName: by.Name, At: now,
		Until: now.Add(claimTime)}
	c, err := s.storeClaim(ctx, fresh, over)
	if err != nil || c.From == "" {
		return c, err
	}
	return c, s.audit.Entered(ctx, audit.Entry{By: by, Action: ActionClaimOver, Object: id, Contact: r.Contact,
		Detail: map[string]string{"from": c.FromName}}, true, c.At)
}

// storeClaim stores a claim where nobody else holds one, or over is set. Pressed again it goes on from when
// it began.
func (s *Service) storeClaim(ctx context.Context, fresh Claim, over bool) (Claim, error) {
	first := fresh
	err := s.claims.Insert(ctx, &first)
	if civic.CodeOf(err) != civic.Conflict {
		return first, err
	}
	return s.claims.Update(ctx, fresh.ID, func(c *Claim) error {
		was, next := *c, fresh
		next.Meta = was.Meta
		switch {
		case was.others(fresh.By, fresh.At) && !over:
			return was.refused(fresh.At)
		case was.others(fresh.By, fresh.At):
			next.From, next.FromName = was.By, was.ByName
		case was.By == fresh.By && fresh.At.Before(was.Until):
			next.At, next.From, next.FromName = was.At, was.From, was.FromName
		}
		*c = next
		return nil
	})
}

// Unclaim notes that by does not write an answer any more. It changes nothing of somebody else's.
func (s *Service) Unclaim(ctx context.Context, by civic.Actor, id civic.ID) error {
	r, err := s.requests.Get(ctx, id)
	if err == nil {
		_, err = r.side(by)
	}
	if err != nil {
		return err
	}
	_, err = s.claims.Update(ctx, id, func(c *Claim) error {
		if c.By == by.Account {
			c.Until = s.now()
		}
		return nil
	})
	return gone(err)
}

// writes lets by send an answer: one that somebody else is writing only over them, which is kept.
func (s *Service) writes(ctx context.Context, by civic.Actor, r Request, in MoveInput) error {
	if !in.Act.Claimable() {
		return nil
	}
	c, err := s.claims.Get(ctx, r.ID)
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	now := s.now()
	switch {
	case err != nil || !c.others(by.Account, now) || !moveFrom(r.State, in.Act).offered(r, Staff):
		return err
	case !in.Over:
		return c.refused(now)
	}
	_, err = s.Claim(ctx, by, r.ID, in.Act, true)
	return err
}

// endClaim ends the claim of whoever sent an event that answers.
func (s *Service) endClaim(ctx context.Context, r Request, e Event) error {
	if e.Citizen || !e.Act.Claimable() {
		return nil
	}
	return s.claims.Delete(ctx, r.ID)
}
