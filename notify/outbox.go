package notify

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/vault"
)

// sealPurpose names the key under which single messages wait.
const sealPurpose = "notify/outbox"

// Outbox takes single messages and keeps them until they are sent. It is apart from Service because those
// whom campaigns need write to it themselves.
type Outbox struct {
	ledger ledger
	vault  *vault.Vault
	now    civic.Clock
	wake   chan struct{}
}

// OutboxOptions says what an Outbox works with; all but Now are required.
type OutboxOptions struct {
	DB    *docstore.DB
	Vault *vault.Vault
	Now   civic.Clock // civic.Now when nil
}

// NewOutbox returns the outbox of a store.
func NewOutbox(ctx context.Context, o OutboxOptions) (*Outbox, error) {
	l, err := openLedger(ctx, o.DB)
	if err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = civic.Now
	}
	return &Outbox{ledger: l, vault: o.Vault, now: o.Now, wake: make(chan struct{}, 1)}, nil
}

// Enqueue keeps m and returns when it is durable; it goes out within seconds. A message whose ID was enqueued
// before is taken for the same one and changes nothing. It returns an Invalid error for an address or a line
// that cannot be sent.
func (o *Outbox) Enqueue(ctx context.Context, m Message) error {
	d, err := m.delivery(o.now(), func(b []byte) []byte { return o.vault.Seal(sealPurpose, b) })
	if err != nil {
		return err
	}
	if err := o.ledger.Insert(ctx, d); err != nil && civic.CodeOf(err) != civic.Conflict {
		return err
	}
	wakeUp(o.wake)
	return nil
}

// Known reports whether a message with an id was enqueued before, sent or not: it need not be written again.
func (o *Outbox) Known(ctx context.Context, id civic.ID) (bool, error) {
	_, err := o.ledger.Get(ctx, civic.Key(messageQueue, id))
	if civic.CodeOf(err) == civic.NotFound {
		return false, nil
	}
	return err == nil, err
}

// wakeUp makes whoever waits on wake look again.
func wakeUp(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}
