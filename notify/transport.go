package notify

import (
	"context"

	"ascolto/internal/civic"
)

// Envelope is a mail ready to be handed over, to one recipient.
type Envelope struct {
	ID   civic.ID // the delivery's
	From string
	To   string
	Mail []byte
}

// Transport carries mail away. Each worker has a connection of its own, so that a server that answers one of
// them slowly delays nobody else.
type Transport interface {
	Conn(limits Limits) Conn
}

// Conn hands over one mail at a time.
type Conn interface {
	// Send hands a mail over. It ends soon after ctx does, and never later than the limits say.
	Send(ctx context.Context, e Envelope) Outcome
	// Close gives back what it holds, such as a connection to the server.
	Close() error
}
