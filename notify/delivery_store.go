package notify

import (
	"context"
	"fmt"
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
		Filter: docstore.Filter{docstore.Eq("queue", queue), docstore.Lte("dueAt", now)}, Sort: []string{"dueAt"}, Limit: limit,
	})
	return page.Items, err
}

// any reports whether a queue has a delivery with more to come; it reads one, however many there are.
func (l ledger) any(ctx context.Context, queue string) (bool, error) {
	page, err := l.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.Eq("queue", queue)}, Sort: []string{"dueAt"}, Limit: 1})
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
	page, err := l.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.In("copy", keys...)}, Limit: len(keys)})
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
}

// Of returns how many are in state.
func (c Counts) Of(state DeliveryState) int { return c.States[state] }

// Undelivered returns how many did not get the mail although they should have, as far as is known.
func (c Counts) Undelivered() int { return c.States[Failed] + c.States[Unknown] }

func (l ledger) counts(ctx context.Context, campaign civic.ID) (Counts, error) {
	c := Counts{States: map[DeliveryState]int{}}
	for _, state := range DeliveryStates() {
		n, err := l.Count(ctx, docstore.Filter{docstore.Eq("campaign", campaign), docstore.Eq("state", state)})
		if err != nil {
			return c, err
		}
		c.States[state] = n
		c.Total += n
	}
	var err error
	c.Twice, err = l.Count(ctx, docstore.Filter{docstore.Eq("campaign", campaign), docstore.Eq("twice", true)})
	return c, err
}
