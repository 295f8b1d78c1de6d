package segment

import (
	"context"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// index keeps in memory what rules can ask of every contact, so that a segment is counted without reading
// contacts; and what happened with each, from the first rule on that counts it.
type index struct {
	turn     chan struct{} // held by whoever uses what follows
	contacts follower[crm.Contact, person]
	events   follower[crm.Entry, event]
	terms    *terms
}

// person is what is kept of a contact.
type person struct {
	email string   // the key of the address that is written to, "" for none
	terms []uint32 // the numbers of the attributes
}

// event is what is kept of an entry of a timeline.
type event struct {
	contact civic.ID
	kind    civic.ActivityKind
	at      int64 // seconds since 1970
}

func newIndex(contacts source[crm.Contact], events source[crm.Entry]) *index {
	r := &index{turn: make(chan struct{}, 1), terms: newTerms()}
	r.contacts = follower[crm.Contact, person]{source: contacts,
		made: func(c crm.Contact) (docstore.Meta, person) {
			return c.Meta, person{email: c.WrittenTo().Key, terms: r.terms.of(c)}
		}}
	kinds := map[civic.ActivityKind]civic.ActivityKind{} // one text of each, not one an entry
	r.events = follower[crm.Entry, event]{source: events, made: func(e crm.Entry) (docstore.Meta, event) {
		kind, known := kinds[e.Kind]
		if !known {
			kind, kinds[e.Kind] = e.Kind, e.Kind
		}
		return e.Meta, event{contact: e.Contact, kind: kind, at: e.At.Unix()}
	}}
	return r
}

// chosen is a contact that a rule chose.
type chosen struct {
	id       civic.ID
	email    string // the key of the address that is written to, "" for none
	consents bool   // to the topic that was asked for, by e-mail
}

// choose returns the contacts that r matches now, in the order of their ids. It returns Unavailable when ctx
// ends before; what was read until then need not be read again.
func (r *index) choose(ctx context.Context, rule Rule, topic civic.ID, now time.Time) ([]chosen, error) {
	done, err := r.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := r.contacts.refresh(ctx); err != nil {
		return nil, err
	}
	at, err := r.moment(ctx, rule, now)
	if err != nil {
		return nil, err
	}
	match, consents := r.terms.compile(rule, at), r.terms.compile(Is(crm.AttributeConsent, string(topic)), at)
	var found []chosen
	for _, e := range r.contacts.entries {
		if match.holds(e.id, e.kept.terms) {
			found = append(found, chosen{e.id, e.kept.email, consents.holds(e.id, e.kept.terms)})
		}
	}
	return found, nil
}

// take waits for the turn, and returns how it is given back.
func (r *index) take(ctx context.Context) (done func(), err error) {
	select {
	case r.turn <- struct{}{}:
		return func() { <-r.turn }, nil
	case <-ctx.Done():
		return nil, civic.Wrap(civic.Unavailable, "error.unavailable", ctx.Err())
	}
}

// at returns the moment that a rule is asked at outside the index, for contacts that were read from the
// store.
func (r *index) at(ctx context.Context, rule Rule, now time.Time) (Moment, error) {
	if !rule.counts() {
		return newMoment(now), nil
	}
	done, err := r.take(ctx)
	if err != nil {
		return Moment{}, err
	}
	defer done()
	return r.moment(ctx, rule, now)
}

// moment returns the moment that a rule is asked at, with the events that it counts. The turn is held.
func (r *index) moment(ctx context.Context, rule Rule, now time.Time) (Moment, error) {
	at := newMoment(now)
	asked := map[period]bool{}
	rule.periods(asked)
	if len(asked) == 0 {
		return at, nil
	}
	if err := r.events.refresh(ctx); err != nil {
		return at, err
	}
	for p := range asked {
		since, n := at.since(p.days), map[civic.ID]int{}
		for _, e := range r.events.entries {
			if e.kept.kind == p.kind && e.kept.at >= since {
				n[e.kept.contact]++
			}
		}
		at.events[p] = n
	}
	return at, nil
}
