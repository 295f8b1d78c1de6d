package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reach"
	"ascolto/internal/work"
	"ascolto/notify/transport"
)

// freezeBatch is how many recipients are written into the ledger between two checkpoints.
const freezeBatch = 500

// workFreeze writes the members of a campaign's segment into the ledger, as they are now; then the campaign
// sends to exactly them. It goes on behind the last one that was looked at, in the order of their ids; who is
// there already is left as it is.
func (s *Service) workFreeze(ctx context.Context, t work.Task, p *work.Progress) (work.Result, error) {
	c, err := s.wanted(ctx, t)
	if err != nil {
		return work.Result{}, err
	}
	chosen, err := s.o.Audience.Chosen(ctx, c.Segment)
	var members []civic.ID
	if err == nil {
		members, err = s.members(ctx, c)
	}
	if err == nil {
		err = s.freezeMembers(ctx, c, freezing{members, chosen}, t, p)
	}
	if code := civic.CodeOf(err); code == civic.Forbidden || code == civic.NotFound { // not now, not ever
		err = errors.Join(err, s.giveUp(ctx, c, err))
	}
	return work.Result{}, err
}

// members returns who is in a campaign's segment now, in the order of their ids.
func (s *Service) members(ctx context.Context, c *Campaign) (all []civic.ID, _ error) {
	for contact, err := range s.o.Audience.Members(ctx, c.Segment) {
		if err != nil {
			return nil, fmt.Errorf("notify: members of segment %s: %w", c.Segment, err)
		}
		all = append(all, contact)
	}
	slices.Sort(all)
	return all, nil
}

// freezing is whom a campaign goes to, and what they were chosen by.
type freezing struct {
	members []civic.ID
	chosen  Chosen
}

// freezeMembers writes every member into the ledger, in batches, and marks the campaign.
func (s *Service) freezeMembers(
	ctx context.Context, c *Campaign, f freezing, t work.Task, p *work.Progress,
) error {
	members := f.members
	at := work.Position{Total: len(members), Step: stepFreeze, Checkpoint: t.Checkpoint}
	if at.Checkpoint != "" {
		at.Done, _ = slices.BinarySearch(members, civic.ID(at.Checkpoint+"\x00")) // behind it
	}
	for at.Done < len(members) {
		batch := members[at.Done:min(at.Done+freezeBatch, len(members))]
		if err := s.freezeBatch(ctx, c, batch, func(change func(context.Context) error) error {
			return s.held(ctx, t, p, at, change)
		}); err != nil {
			return err
		}
		at.Done, at.Checkpoint = at.Done+len(batch), string(batch[len(batch)-1])
	}
	return s.held(ctx, t, p, at, func(ctx context.Context) error { return s.frozen(ctx, c.ID, f.chosen) })
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
	return err
}

// frozen marks a campaign whose recipients are all in the ledger, and keeps what they were chosen by.
func (s *Service) frozen(ctx context.Context, id civic.ID, chosen Chosen) error {
	counts, err := s.ledger.counts(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.campaigns.Update(ctx, id, func(c *Campaign) error {
		if c.State != Running || !c.FrozenAt.IsZero() {
			return work.ErrUnwanted
		}
		c.FrozenAt, c.Recipients, c.Chosen = s.now(), counts.Total, &chosen
		return nil
	})
	if err != nil {
		return err
	}
	s.policy.forget()
	wakeUp(s.bulk.wake)
	return nil
}

// freezeBatch writes the given contacts into a campaign's ledger, except those who are there. It does so
// through held.
func (s *Service) freezeBatch(
	ctx context.Context, c *Campaign, contacts []civic.ID, held func(func(context.Context) error) error,
) error {
	missing, err := s.missing(ctx, c.ID, contacts)
	if err != nil {
		return err
	}
	people, err := s.judge(ctx, c, missing)
	if err != nil {
		return err
	}
	rows := make([]*Delivery, len(people))
	for i, p := range people {
		rows[i] = p.Delivery
	}
	return held(func(ctx context.Context) error {
		if len(rows) > 0 {
			if err := s.skipCopies(ctx, people); err != nil {
				return err
			}
			if err := s.insertRows(ctx, rows); err != nil {
				return err
			}
		}
		return s.eraseGone(ctx, c, contacts)
	})
}

// insertRows stores the rows whose contacts have none.
func (s *Service) insertRows(ctx context.Context, rows []*Delivery) error {
	_, err := s.ledger.InsertMany(ctx, rows)
	if civic.CodeOf(err) != civic.Conflict {
		return err
	}
	for _, d := range rows { // another process put one of the addresses in between: one by one
		if err := s.insertOne(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// eraseGone takes those of contacts out of a campaign's ledger who were erased since they were asked about.
// It comes behind the rows: either they are seen here to be gone, or their rows there.
func (s *Service) eraseGone(ctx context.Context, c *Campaign, contacts []civic.ID) error {
	gone, err := s.o.Audience.Gone(ctx, slices.Compact(slices.Clone(contacts)))
	for _, contact := range gone {
		if err == nil {
			err = s.renameRow(ctx, civic.Key(c.ID, contact), c.ID)
		}
	}
	return err
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
	page, err := s.ledger.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.In("_id", ids...)},
		Limit: len(ids)})
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
		Campaign: c.ID, Contact: r.Contact, State: Queued, Queue: campaignQueue(c.ID), DueAt: now,
		ExpiresAt: now.Add(patience),
		CreatedAt: now, UpdatedAt: now,
	}
	d.ID = civic.Key(c.ID, r.Contact)
	if r.Skip != "" {
		d.skip(r.Skip, now)
		if r.Gone { // counted, and named nowhere
			d.ID = s.erasedID(c.ID, d.ID)
			d.anonymise(now)
		}
		return d
	}
	address, err := reach.ParseAddress(r.Address)
	if err != nil {
		d.Address = r.Address
		d.end(Failed, transport.CauseAddress, now)
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

// skipTaken skips the rows whose address somebody else holds by held or earlier in rows, and notes in held
// who holds the others.
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
