package crm

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reference"
	"ascolto/internal/routine"
)

// LoadContact is a contact of a bulk load: the form, and what a form does not carry. An empty ID is given a
// fresh one.
type LoadContact struct {
	ContactInput
	ID        civic.ID
	CreatedAt time.Time
	Consents  []LoadConsent
}

// LoadConsent is consent to the current text of a topic, given or taken back before the load. An empty Source
// is FromLoad; By and ByName are who recorded it, and empty when the person did it or nobody knows.
type LoadConsent struct {
	Topic   civic.ID
	Channel Channel
	Given   bool
	Source  Source
	By      civic.ID
	ByName  string
	At      time.Time
}

// LoadInteraction is an interaction of a bulk load. An empty ID is given a fresh one.
type LoadInteraction struct {
	InteractionInput
	ID     civic.ID
	At     time.Time
	By     civic.ID
	ByName string
	Done   bool // a follow-up that was done since
}

// LoadContacts stores contacts in bulk, with the same checks as a form but without looking for doubles, and
// indexes them. Ids that exist are left as they are, so a load that was interrupted can be run again. It
// stops at the first contact that is wrong, saying which. progress, which may be nil, is told how many are
// done.
func (s *Service) LoadContacts(
	ctx context.Context, by civic.Actor, contacts iter.Seq[LoadContact], progress func(done int),
) error {
	if err := by.Can(PermLoad); err != nil {
		return err
	}
	l, err := s.newLoader(ctx, by)
	if err != nil {
		return err
	}
	b := bulk[LoadContact, Contact]{
		create: l.contact, store: s.contacts, index: s.index, progress: progress,
		id: func(c *Contact) civic.ID { return c.ID }, doc: Contact.searchDoc,
		after: func(ctx context.Context, batch []*Contact) error {
			return s.record(ctx, by, ActionContactLoad, "", "",
				map[string]string{"count": strconv.Itoa(len(batch))})
		},
	}
	return b.run(ctx, contacts)
}

// LoadInteractions stores interactions in bulk and puts them on timelines, as LoadContacts does for contacts.
func (s *Service) LoadInteractions(
	ctx context.Context, by civic.Actor, interactions iter.Seq[LoadInteraction], progress func(done int),
) error {
	if err := by.Can(PermLoad); err != nil {
		return err
	}
	l, err := s.newLoader(ctx, by)
	if err != nil {
		return err
	}
	b := bulk[LoadInteraction, Interaction]{
		create: l.interaction, store: s.interactions, index: s.index, progress: progress,
		id: func(i *Interaction) civic.ID { return i.ID }, doc: Interaction.searchDoc,
		after: func(ctx context.Context, batch []*Interaction) error {
			if _, err := s.timeline.InsertMany(ctx, entriesOf(batch)); err != nil {
				return err
			}
			return s.record(ctx, by, ActionInteractionLoad, "", "",
				map[string]string{"count": strconv.Itoa(len(batch))})
		},
	}
	return b.run(ctx, interactions)
}

func entriesOf(interactions []*Interaction) []*Entry {
	var entries []*Entry
	for _, i := range interactions {
		if i.Contact != "" {
			e := newEntry(i.activity())
			entries = append(entries, &e)
		}
	}
	return entries
}

// answerWriters is how many contacts are given answers at a time in a bulk load: the store commits what comes
// together at once. More than a database has connections would wait for each other until their time is over.
const answerWriters = 16

// RecordMany is Record for a bulk load: entries that exist are left as they are. Answers of one contact may
// come in any order.
func (s *Service) RecordMany(ctx context.Context, activities iter.Seq[civic.Activity]) error {
	answers, answerCtx := routine.WithContext(ctx, s.log, "loading answers")
	answers.SetLimit(answerWriters)
	batch := make([]*Entry, 0, loadBatch)
	flush := func() error {
		_, err := s.timeline.InsertMany(ctx, batch)
		batch = batch[:0]
		return err
	}
	var failed error
	for a := range activities {
		if len(a.Answers) > 0 {
			answers.Go(func() error { return s.recordAnswers(answerCtx, a) })
		}
		e := newEntry(a)
		if batch = append(batch, &e); len(batch) == loadBatch {
			if failed = flush(); failed != nil {
				break
			}
		}
	}
	return errors.Join(failed, answers.Wait(), flush())
}

// loader makes documents from the items of a load, with the reference data read once.
type loader struct {
	s       *Service
	by      civic.Actor
	now     time.Time
	year    int
	known   known
	choices interactionChoices
	topics  map[civic.ID]reference.Topic
}

func (s *Service) newLoader(ctx context.Context, by civic.Actor) (*loader, error) {
	l := &loader{s: s, by: by, now: s.now(), topics: map[civic.ID]reference.Topic{}}
	l.year = l.now.In(civic.Rome()).Year()
	var err error
	if l.known, err = s.known(ctx); err != nil {
		return nil, err
	}
	if l.choices, err = s.interactionChoices(ctx); err != nil {
		return nil, err
	}
	topics, err := s.reference.Topics(ctx)
	for _, t := range topics {
		l.topics[t.ID] = t
	}
	return l, err
}

func (l *loader) contact(in LoadContact) (*Contact, error) {
	c := &Contact{Meta: docstore.Meta{ID: in.ID}, Version: 1, CreatedAt: in.CreatedAt,
		CreatedBy: l.by.Account, UpdatedAt: l.now}
	if c.ID == "" {
		c.ID = docstore.NewID()
	}
	if c.CreatedAt.IsZero() {
		c.CreatedAt = l.now
	}
	code, err := in.apply(c, l.known, l.year)
	if err != nil {
		return nil, err
	}
	l.s.sealCode(c, code)
	for _, given := range in.Consents {
		topic, ok := l.topics[given.Topic]
		if !ok {
			return nil, civic.NewError(civic.Invalid, "crm.error.topic")
		}
		row := Consent{
			ID: docstore.NewID(), Topic: given.Topic, Channel: given.Channel, Given: given.Given,
			Version:  topic.Current().Version,
			Language: c.Language, Source: cmp.Or(given.Source, FromLoad), By: given.By, ByName: given.ByName,
			At: given.At,
		}
		if _, err := c.addConsent(row); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (l *loader) interaction(in LoadInteraction) (*Interaction, error) {
	i := &Interaction{Meta: docstore.Meta{ID: in.ID}, Contact: in.Contact, By: in.By, ByName: in.ByName,
		At: in.At, UpdatedAt: l.now}
	if i.ID == "" {
		i.ID = docstore.NewID()
	}
	if i.At.IsZero() {
		i.At = l.now
	}
	i.DueOn = in.DueOn // of the past, perhaps
	if err := in.apply(i, l.choices, l.now); err != nil {
		return nil, err
	}
	i.Open = i.Open && !in.Done
	return i, nil
}
