package accounts

import (
	"context"
	"errors"
	"strconv"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// chosenPassword is that the owner of an account gave it a password, and what of it is not told yet: the link
// is used up and the session over, so nobody can do it again. It is told by who does it, before the next such
// change, and by Resettle.
type chosenPassword struct {
	At      time.Time `bson:"at"`
	Epoch   int64     `bson:"epoch"` // that it made
	Request string    `bson:"request"`
}

// chosenAfter is how long who chose a password has for what follows from it, before Resettle does that.
const chosenAfter = 30 * time.Second

// setPassword stores the PHC string of a password that the owner of an account has chosen, and ends every
// session of the account. It returns Unauthenticated, having changed nothing, when somebody did so since
// known was loaded.
func (s *Service) setPassword(ctx context.Context, known Account, phc string, c Client) (Account, error) {
	if err := s.tellChosen(ctx, known); err != nil {
		return Account{}, err
	}
	a, err := s.accounts.Update(ctx, known.ID, func(a *Account) error {
		if a.Disabled || a.Epoch != known.Epoch {
			return outdated()
		}
		a.Password, a.UpdatedAt = phc, s.clock.now()
		a.endSessions()
		a.Chosen = &chosenPassword{At: a.UpdatedAt, Epoch: a.Epoch, Request: c.Request}
		return nil
	})
	if err != nil {
		return Account{}, err
	}
	return a, s.tellChosen(ctx, a)
}

// tellChosen does what follows from the password that the owner of an account chose, if that is not done.
func (s *Service) tellChosen(ctx context.Context, a Account) error {
	if a.Chosen == nil {
		return nil
	}
	if err := s.dropSessions(ctx, a); err != nil {
		return err
	}
	epoch := civic.ID(strconv.FormatInt(a.Chosen.Epoch, 10))
	err := s.audit.Write(ctx, audit.Entry{By: a.actor(a.Chosen.Request), Action: ActionPassword, Object: a.ID,
		Key: civic.Key(civic.ID(ActionPassword), a.ID, epoch)})
	if err != nil {
		return err
	}
	_, err = s.accounts.Edit(ctx, a.ID, func(now *Account) error {
		if now.Chosen != nil && now.Chosen.Epoch == a.Chosen.Epoch {
			now.Chosen = nil
		}
		return nil
	})
	return err
}

// tellAllChosen does what follows from passwords that were chosen while the program died, and returns how
// many those are.
func (s *Service) tellAllChosen(ctx context.Context) (n int, failed error) {
	untold := docstore.Query{Filter: docstore.Filter{docstore.Gte("chosen.at", time.Unix(1, 0)),
		docstore.Lte("chosen.at", s.clock.now().Add(-chosenAfter))}, Sort: []string{"chosen.at"}, Limit: 50}
	for a, err := range s.accounts.All(ctx, untold) {
		if err != nil {
			return n, errors.Join(failed, err)
		}
		if err := s.tellChosen(ctx, a); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		n++
	}
	return n, failed
}
