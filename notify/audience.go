// Package notify sends messages: templates, campaigns, the delivery ledger, the outbox and its channels. It
// knows no domain: who receives a campaign is told by an Audience. Of addresses it knows that of the link to
// unsubscribe, which stands in mails already sent; those of the desk are told by Staff.
package notify

import (
	"context"
	"iter"

	"ascolto/internal/civic"
)

// Audience knows segments and the people in them. *crm.Service is one.
type Audience interface {
	// Members yields the contacts that are in the segment now.
	Members(ctx context.Context, segment civic.ID) iter.Seq2[civic.ID, error]
	// Chosen tells what the segment is now, or returns NotFound.
	Chosen(ctx context.Context, segment civic.ID) (Chosen, error)
	// Recipient tells how to write to a contact about a topic now; it is asked when the ledger is made and
	// again just before each sending, so that a withdrawal counts at once. Institutional messages do not need
	// consent to the topic.
	Recipient(ctx context.Context, contact, topic civic.ID, institutional bool) (civic.Recipient, error)
	// Recipients tells the same of many contacts at once, in their order; one that is gone is skipped for
	// that reason.
	Recipients(ctx context.Context, contacts []civic.ID, topic civic.ID,
		institutional bool) ([]civic.Recipient, error)
	// Gone returns those of some contacts, each named once, that exist no more.
	Gone(ctx context.Context, contacts []civic.ID) ([]civic.ID, error)
	// Consents reports whether a contact consents to a topic now; one that is gone does not.
	Consents(ctx context.Context, contact, topic civic.ID) (bool, error)
	// Withdraw takes back a contact's consent to a topic, and returns which withdrawal that was: the same when
	// it is asked again a short while after, and "" where there was nothing to take back; NotFound for a
	// contact that is gone.
	Withdraw(ctx context.Context, contact, topic civic.ID, source string) (civic.ID, error)
}

// Chosen is what a segment was when a campaign wrote down its recipients: what it was called, and its rule as
// the Audience writes it, which nobody here reads.
type Chosen struct {
	Name string `bson:"name"`
	Rule string `bson:"rule"`
}
