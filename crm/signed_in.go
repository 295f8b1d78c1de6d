package crm

import (
	"context"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// signedIn is the last version of a contact that a sign-in made, and what it did: the sign-in that comes
// again, because the program died before it was told of, finds its work done and completes what follows.
type signedIn struct {
	Action  audit.Action `bson:"action"`
	Version int64        `bson:"version"`
	At      time.Time    `bson:"at"`
}

// firstSignIn is how long after a sign-in made or changed a contact one that finds it so may be the same,
// sent again after its process died.
const firstSignIn = 24 * time.Hour

// signIn makes what was changed on c a version that a sign-in made.
func (c *Contact) signIn(action audit.Action, now time.Time) {
	c.Version++
	c.UpdatedAt = now
	c.SignedIn = &signedIn{Action: action, Version: c.Version, At: now}
}

// afterSignIn draws what follows from the last version that a sign-in made of c, once, if it did a short
// while ago.
func (s *Service) afterSignIn(ctx context.Context, c Contact) error {
	if c.SignedIn == nil || s.now().Sub(c.SignedIn.At) > firstSignIn {
		return nil
	}
	s.index.Put(c.searchDoc())
	e := audit.Entry{By: civic.System("sign-in"), Action: c.SignedIn.Action, Object: c.ID, Contact: c.ID}
	return s.audit.Revised(ctx, e, c.SignedIn.Version)
}
