package crm

import (
	"context"
	"errors"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Sessions ends what was begun with an address; the accounts do.
type Sessions interface {
	// ShutOut ends the sessions that were begun with addresses that were taken off a contact, but for one;
	// none when using is empty. It may be asked twice.
	ShutOut(ctx context.Context, contact civic.ID, emails []string, using civic.ID) error
}

// shutOut is an address that opens its contact no more, as long as sessions that were begun with it may go
// on: they end when the edit is told of, when a form is sent again, or by RepairShutOuts.
type shutOut struct {
	Email string    `bson:"email"`
	Using civic.ID  `bson:"using,omitempty"` // the session that goes on: of the person who took it off
	At    time.Time `bson:"at"`
}

// is reports whether o and p are one.
func (o shutOut) is(p shutOut) bool { return o.Email == p.Email && o.At.Equal(p.At) }

// Closed returns the addresses that opened before and do not open after.
func Closed(before, after Contact) (emails []string) {
	for _, e := range before.Emails {
		if before.Opens(e.Key) && !after.Opens(e.Key) {
			emails = append(emails, e.Address)
		}
	}
	return emails
}

// oweShutOuts notes on c, which is about to be stored in the place of before, whose sessions are to end, but
// for one.
func (c *Contact) oweShutOuts(before Contact, using civic.ID, at time.Time) {
	closed := Closed(before, *c)
	c.ShutOuts = slices.DeleteFunc(slices.Clone(before.ShutOuts), func(o shutOut) bool {
		return slices.Contains(closed, o.Email)
	})
	for _, email := range closed {
		c.ShutOuts = append(c.ShutOuts, shutOut{Email: email, Using: using, At: at})
	}
	c.noteShutOuts()
}

// noteShutOuts has c found as long as there is something to do.
func (c *Contact) noteShutOuts() {
	c.ShutOutAt = time.Time{}
	if len(c.ShutOuts) > 0 {
		c.ShutOutAt = c.ShutOuts[0].At
	}
}

// shutOut ends the sessions that c, as it is stored, says are to end, and returns c as it is then.
func (s *Service) shutOut(ctx context.Context, c Contact) (Contact, error) {
	if s.sessions == nil || len(c.ShutOuts) == 0 {
		return c, nil
	}
	for _, o := range c.ShutOuts {
		if err := s.sessions.ShutOut(ctx, c.ID, []string{o.Email}, o.Using); err != nil {
			return c, err
		}
	}
	done := c.ShutOuts
	stored, err := s.contacts.Update(ctx, c.ID, func(c *Contact) error {
		before := len(c.ShutOuts)
		c.ShutOuts = slices.DeleteFunc(slices.Clone(c.ShutOuts),
			func(o shutOut) bool { return slices.ContainsFunc(done, o.is) })
		if len(c.ShutOuts) == before {
			return errKnown // another one did it at this moment
		}
		c.noteShutOuts()
		return nil
	})
	switch {
	case errors.Is(err, errKnown):
		return stored, nil
	case civic.CodeOf(err) == civic.NotFound: // erased, with its accounts
		return c, nil
	}
	return stored, err
}

// RepairShutOuts ends the sessions that edits of contacts have left open, however long ago: the program may
// have ended between storing one and telling the accounts. Of edits by a version that did not note when, it
// ends those since a time. It returns how many contacts it put right; doing it again changes nothing.
func (s *Service) RepairShutOuts(ctx context.Context, since time.Time) (n int, err error) {
	for _, field := range []string{"shutOutAt", "updatedAt"} {
		from := since
		if field == "shutOutAt" {
			from = time.Unix(1, 0)
		}
		put, fault := s.repairShutOuts(ctx, docstore.Query{Sort: []string{field},
			Filter: docstore.Filter{docstore.Gte(field, from)}})
		n, err = n+put, errors.Join(err, fault)
	}
	return n, err
}

// repairShutOuts ends what contacts that a query chooses say is to end.
func (s *Service) repairShutOuts(ctx context.Context, q docstore.Query) (n int, err error) {
	for c, fault := range s.contacts.Readable(ctx, q) {
		if fault != nil {
			return n, errors.Join(err, fault)
		}
		if len(c.ShutOuts) == 0 {
			continue
		}
		if _, fault := s.shutOut(ctx, c); fault != nil {
			err = errors.Join(err, fault)
			continue
		}
		n++
	}
	return n, err
}
