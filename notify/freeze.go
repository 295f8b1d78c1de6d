package notify

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reach"
)

// The way recipients are written into the ledger.
const (
	freezeBatch = 500
	freezeLease = 15 * time.Second // renewed with each batch
	freezeTrust = 10 * time.Second // how long after its renewal the lease is relied on
)

// freeze writes the members of a campaign's segment into the ledger, as they are now; then the campaign sends to exactly them.
// It can be stopped anywhere and begun again: who is there already is left as it is.
func (s *Service) freeze(ctx context.Context, c *Campaign) error {
	term := rand.Text()
	if err := s.holdFreeze(ctx, c.ID, term); err != nil {
		if errors.Is(err, errElsewhere) {
			return nil
		}
		return err
	}
	err := s.freezeMembers(ctx, c, term)
	if err == nil {
		err = s.frozen(ctx, c.ID, term)
	}
	if code := civic.CodeOf(err); code == civic.Forbidden || code == civic.NotFound { // it may not be used, now or ever
		return s.giveUp(ctx, c, err)
	}
	if !errors.Is(err, errElsewhere) {
		return err
	}
	now, err := s.campaigns.Get(ctx, c.ID)
	if err == nil && now.State == Cancelled { // and its queue perhaps emptied before the last rows came
		_, err = s.clear(ctx, c.ID, skipCancelled)
	}
	return err
}

// giveUp cancels a campaign whose segment refuses to name its members, and keeps the reason.
func (s *Service) giveUp(ctx context.Context, c *Campaign, why error) error {
	var e *civic.Error
	if !errors.As(why, &e) {
		return why
	}
	_, err := s.step(ctx, jobActor(), c.ID, Cancelled, func(c *Campaign) error {
		c.Trouble, c.TroubleArgs = e.Message.Key, map[string]string{}
		if e.Code == civic.NotFound {
			c.Trouble = "notify.trouble.segment"
		}
		for k, v := range e.Message.Args {
			c.TroubleArgs[k] = fmt.Sprint(v)
		}
		return nil
	})
	if err == nil {
		s.tell(ctx, c, "notify.told.cancelled")
	}
	return err
}

// freezeMembers writes every member into the ledger, in batches, as long as the lease is ours.
func (s *Service) freezeMembers(ctx context.Context, c *Campaign, term string) error {
	batch := make([]civic.ID, 0, freezeBatch)
	flush := func() error {
		err := s.freezeBatch(ctx, c, batch, term)
		batch = batch[:0]
		return err
	}
	for contact, err := range s.o.Audience.Members(ctx, c.Segment) {
		if err != nil {
			return fmt.Errorf("notify: members of segment %s: %w", c.Segment, err)
		}
		if batch = append(batch, contact); len(batch) < freezeBatch {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
	}
	return flush()
}

// holdFreeze takes or keeps the right to freeze a campaign. It returns errElsewhere when another process has it or the campaign is
// no longer running.
func (s *Service) holdFreeze(ctx context.Context, id civic.ID, term string) error {
	_, err := s.campaigns.Update(ctx, id, func(c *Campaign) error {
		now := s.now()
		free := c.Freeze.Until.Before(now) || c.Freeze.Until.After(now.Add(2*freezeLease)) // a clock that went wrong
		if c.State != Running || !c.FrozenAt.IsZero() || c.Freeze.Term != term && !free {
			return errElsewhere
		}
		c.Freeze = lease{Term: term, Until: now.Add(freezeLease)}
		return nil
	})
	return err
}

// frozen marks a campaign whose recipients are all in the ledger.
func (s *Service) frozen(ctx context.Context, id civic.ID, term string) error {
	counts, err := s.ledger.counts(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.campaigns.Update(ctx, id, func(c *Campaign) error {
		if c.Freeze.Term != term || c.State != Running {
			return errElsewhere
		}
		c.FrozenAt, c.Recipients, c.Freeze = s.now(), counts.Total, lease{}
		return nil
	})
	if err != nil {
		return err
	}
	s.policy.forget()
	wakeUp(s.bulk.wake)
	return nil
}

// freezeBatch writes the given contacts into a campaign's ledger, except those who are there. It renews the lease first and stops when
// that is nearly over, so that a process that was stopped meanwhile adds nobody to a campaign that others have frozen.
func (s *Service) freezeBatch(ctx context.Context, c *Campaign, contacts []civic.ID, term string) error {
	missing, err := s.missing(ctx, c.ID, contacts)
	if err != nil {
		return err
	}
	if len(missing) == 0 {
		return s.holdFreeze(ctx, c.ID, term)
	}
	people, err := s.judge(ctx, c, missing)
	if err != nil {
		return err
	}
	rows := make([]*Delivery, len(people))
	for i, p := range people {
		rows[i] = p.Delivery
	}
	ctx, cancel := context.WithTimeout(ctx, freezeTrust)
	defer cancel()
	if err := s.holdFreeze(ctx, c.ID, term); err != nil {
		return err
	}
	if err := s.skipCopies(ctx, people); err != nil {
		return err
	}
	if _, err = s.ledger.InsertMany(ctx, rows); civic.CodeOf(err) != civic.Conflict {
		return err
	}
	for _, d := range rows { // another process put one of the addresses in between: one by one
		if err := s.insertOne(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// missing returns those of contacts that are not in a campaign's ledger.
func (s *Service) missing(ctx context.Context, campaign civic.ID, contacts []civic.ID) ([]civic.ID, error) {
	if len(contacts) == 0 {
		return nil, nil
	}
	ids := make([]string, len(contacts))
	for i, contact := range contacts {
		ids[i] = string(civic.Key(campaign, contact))
	}
	page, err := s.ledger.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.In("_id", ids...)}, Limit: len(ids)})
	if err != nil {
		return nil, err
	}
	there := map[civic.ID]bool{}
	for _, d := range page.Items {
		there[d.ID] = true
	}
	var missing []civic.ID
	for _, contact := range contacts {
		if id := civic.Key(campaign, contact); !there[id] {
			there[id] = true // a segment may name a person twice
			missing = append(missing, contact)
		}
	}
	return missing, nil
}

// newDelivery returns the row for somebody, as the audience knows them now.
func (s *Service) newDelivery(c *Campaign, r civic.Recipient) *Delivery {
	now := s.now()
	d := &Delivery{
		Campaign: c.ID, Contact: r.Contact, State: Queued, Queue: campaignQueue(c.ID), DueAt: now, ExpiresAt: now.Add(patience),
		CreatedAt: now, UpdatedAt: now,
	}
	d.ID = civic.Key(c.ID, r.Contact)
	if r.Skip != "" {
		d.skip(r.Skip, now)
		return d
	}
	address, err := reach.ParseAddress(r.Address)
	if err != nil {
		d.Address = r.Address
		d.end(Failed, causeAddress, now)
		return d
	}
	d.Address, d.Copy = address, s.copyKey(c.ID, address)
	return d
}

// skipCopies skips the rows whose address another contact's row holds, in the ledger or earlier in rows.
func (s *Service) skipCopies(ctx context.Context, rows []judged) error {
	var keys []string
	for _, d := range rows {
		if d.Copy != "" {
			keys = append(keys, d.Copy)
		}
	}
	held, err := s.ledger.copies(ctx, keys)
	if err != nil {
		return err
	}
	skipTaken(rows, held, s.now())
	return nil
}

// skipTaken skips the rows whose address somebody else holds by held or earlier in rows, and notes in held who holds the others.
func skipTaken(rows []judged, held map[string]civic.ID, now time.Time) {
	for _, d := range rows {
		if d.Copy == "" {
			continue
		}
		if holder, taken := held[d.Copy]; taken && holder != d.Contact {
			d.skip(skipDuplicate, now)
			continue
		}
		held[d.Copy] = d.Contact
	}
}

// insertOne stores d if its contact has no row, skipped when its address is taken.
func (s *Service) insertOne(ctx context.Context, d *Delivery) error {
	err := s.ledger.Insert(ctx, d)
	if civic.CodeOf(err) != civic.Conflict {
		return err
	}
	_, err = s.ledger.Get(ctx, d.ID)
	if civic.CodeOf(err) != civic.NotFound {
		return err
	}
	d.skip(skipDuplicate, s.now())
	err = s.ledger.Insert(ctx, d)
	if civic.CodeOf(err) == civic.Conflict {
		return nil
	}
	return err
}
