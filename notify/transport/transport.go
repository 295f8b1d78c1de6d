// Package transport hands mail over, to a mail server or into a folder, within limits of time. Its outcomes
// say how far an attempt came and what a refusal is about. It knows nothing of who writes, or why.
package transport

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

// Conn hands over one mail at a time.
type Conn interface {
	// Send hands a mail over. It ends soon after ctx does, and never later than the limits say.
	Send(ctx context.Context, e Envelope) Outcome
	// Close gives back what it holds, such as a connection to the server.
	Close() error
}
