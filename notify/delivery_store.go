package notify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ledger is the collection of deliveries.
type ledger struct {
	*docstore.Collection[Delivery]
}

func openLedger(ctx context.Context, db *docstore.DB) (ledger, error) {
	c, err := docstore.Collect[Delivery](ctx, db, docstore.Spec{Name: "deliveries", Indexes: []docstore.Index{
		{Name: "due", Fields: []string{"queue", "dueAt"}},
		{Name: "expiry", Fields: []string{"queue", "expiresAt"}},
		{Name: "campaign", Fields: []string{"campaign", "state"}},
		{Name: "cause", Fields: []string{"campaign", "state", "cause"}},
		{Name: "twice", Fields: []string{"campaign", "twice"}},
		{Name: "contact", Fields: []string{"contact", "createdAt"}},
		{Name: "copy", Fields: []string{"copy"}, Unique: true},
	}})
	if err != nil {
		return ledger{}, fmt.Errorf("notify: ledger: %w", err)
	}
	return ledger{c}, nil
}

// due returns up to limit deliveries of a queue whose time has come.
func (l ledger) due(ctx context.Context, queue string, now time.Time, limit int) ([]Delivery, error) {
	page, err := l.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("queue", queue), docstore.Lte("dueAt", now)},
		Sort:   []string{"dueAt"}, Limit: limit,
	})
	return page.Items, err
}

// any reports whether a queue has a delivery with more to come; it reads one, however many there are.
func (l ledger) any(ctx context.Context, queue string) (bool, error) {
	page, err := l.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.Eq("queue", queue)},
		Sort: []string{"dueAt"}, Limit: 1})
	return len(page.Items) > 0, err
}

// open returns how many deliveries of a queue have more to come.
func (l ledger) open(ctx context.Context, queue string) (int, error) {
	return l.Count(ctx, docstore.Filter{docstore.Eq("queue", queue)})
}

// copies returns which contact already holds the copy of each given key.
func (l ledger) copies(ctx context.Context, keys []string) (map[string]civic.ID, error) {
	held := map[string]civic.ID{}
	if len(keys) == 0 {
		return held, nil
	}
	page, err := l.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.In("copy", keys...)},
		Limit: len(keys)})
	for _, d := range page.Items {
		held[d.Copy] = d.Contact
	}
	return held, err
}

// Counts says how many deliveries of a campaign are in each state.
type Counts struct {
	States map[DeliveryState]int `bson:"states"`
	Total  int                   `bson:"total"`
	Twice  int                   `bson:"twice"` // that may have arrived twice
	// of those that failed or were left out, the most frequent first
	Causes []CauseCount `bson:"causes,omitempty"`
}

// CauseCount says how many deliveries of a campaign are in a state for a cause.
type CauseCount struct {
	State DeliveryState `bson:"state"`
	Cause string        `bson:"cause"`
	Count int           `bson:"count"`
}

// CausesOf returns the causes of a state, the most frequent first.
func (c Counts) CausesOf(state DeliveryState) []CauseCount {
	return slices.DeleteFunc(slices.Clone(c.Causes), func(n CauseCount) bool { return n.State != state })
}

// Of returns how many are in state.
func (c Counts) Of(state DeliveryState) int { return c.States[state] }

// Progress returns how many of those who are written to have had their turn, and how many they are.
func (c Counts) Progress() (done, all int) {
	all = c.Total - c.States[Skipped]
	return all - c.States[Queued] - c.States[Sending] - c.States[Retrying], all
}

// Undelivered returns how many did not get the mail although they should have, as far as is known.
func (c Counts) Undelivered() int { return c.States[Failed] + c.States[Unknown] }

func (l ledger) counts(ctx context.Context, campaign civic.ID) (Counts, error) {
	c := Counts{States: map[DeliveryState]int{}}
	for _, state := range DeliveryStates() {
		n, err := l.Count(ctx,
			docstore.Filter{docstore.Eq("campaign", campaign), docstore.Eq("state", state)})
		if err != nil {
			return c, err
		}
		c.States[state] = n
		c.Total += n
	}
	for _, state := range []DeliveryState{Failed, Skipped} {
		if c.States[state] == 0 {
			continue
		}
		causes, err := l.causes(ctx, campaign, state)
		if err != nil {
			return c, err
		}
		c.Causes = append(c.Causes, causes...)
	}
	var err error
	c.Twice, err = l.Count(ctx,
		docstore.Filter{docstore.Eq("campaign", campaign), docstore.Eq("twice", true)})
	return c, err
}

// causes counts the causes of a state: it goes from one to the next in the index, however many deliveries
// have each.
func (l ledger) causes(ctx context.Context, campaign civic.ID, state DeliveryState) ([]CauseCount, error) {
	var out []CauseCount
	of := docstore.Filter{docstore.Eq("campaign", campaign), docstore.Eq("state", state)}
	for last := ""; ; {
		page, err := l.Find(ctx, docstore.Query{Filter: append(slices.Clone(of), docstore.Gt("cause", last)),
			Sort: []string{"cause"}, Limit: 1})
		if err != nil || len(page.Items) == 0 {
			slices.SortFunc(out,
				func(a, b CauseCount) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Cause, b.Cause)) })
			return out, err
		}
		last = page.Items[0].Cause
		n, err := l.Count(ctx, append(slices.Clone(of), docstore.Eq("cause", last)))
		if err != nil {
			return out, err
		}
		out = append(out, CauseCount{State: state, Cause: last, Count: n})
	}
}
