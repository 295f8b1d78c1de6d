package notify

import (
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reach"
	"ascolto/notify/transport"
)

// DeliveryState is where one mail to one person stands.
type DeliveryState string

// The states of a delivery. Queued, Sending and Retrying have more to come; Unknown may: it is tried once
// more.
const (
	Queued   DeliveryState = "queued"
	Sending  DeliveryState = "sending" // written before the server is contacted
	Retrying DeliveryState = "retry"   // not accepted yet; tried again at DueAt
	Sent     DeliveryState = "sent"    // accepted by the server
	Failed   DeliveryState = "failed"  // refused for good, or tried until its time was over
	Unknown  DeliveryState = "unknown" // it may have arrived
	Skipped  DeliveryState = "skipped" // deliberately not sent
)

// DeliveryStates lists the states in the order a table shows them.
func DeliveryStates() []DeliveryState {
	return []DeliveryState{Queued, Sending, Retrying, Sent, Failed, Unknown, Skipped}
}

// SkipHeld is why a mail is not sent to an address that a server refused.
const SkipHeld = "notify.skip.held"

// Why else a mail is deliberately not sent. The audience adds reasons of its own.
const (
	skipDuplicate = "notify.skip.duplicate" // another contact with the same address gets it
	skipCancelled = "notify.skip.cancelled" // the campaign was cancelled
	skipLate      = "notify.skip.late"      // the campaign's time was over
	skipGone      = "notify.skip.gone"      // the contact is no longer there
)

// Delivery is one mail to one person: a row of the ledger. Its id is campaign/contact, or message/id for a
// single message, so that there can only be one.
type Delivery struct {
	docstore.Meta `bson:",inline"`
	Campaign      civic.ID `bson:"campaign"` // empty for a single message
	Contact       civic.ID `bson:"contact"`  // may be empty for a single message
	// its person was erased: there is nobody to write to
	Erased bool          `bson:"erased,omitempty"`
	State  DeliveryState `bson:"state"`
	// which workers take it next; absent when nothing more is to be done
	Queue string `bson:"queue,omitempty"`
	// when the next step is due; while sending, when it counts as left behind
	DueAt     time.Time `bson:"dueAt"`
	ExpiresAt time.Time `bson:"expiresAt"` // when trying ends
	// digest of campaign and address: unique, so that one address gets one copy
	Copy    string `bson:"copy,omitempty"`
	Address string `bson:"address"`
	Subject string `bson:"subject"` // as sent; empty before, and for messages with a code

	Attempt int `bson:"attempt"` // how many were begun
	// names the attempt under way: a worker whose term has passed writes nothing
	Term      string    `bson:"term"`
	StartedAt time.Time `bson:"startedAt"` // of the latest attempt
	Resends   int       `bson:"resends"`   // attempts after one whose outcome is not known
	Twice     bool      `bson:"twice"`     // it may have arrived twice

	Stage    transport.Stage `bson:"stage,omitempty"` // how far the latest attempt came
	Code     int             `bson:"code,omitempty"`
	Enhanced string          `bson:"enhanced,omitempty"`
	Cause    string          `bson:"cause,omitempty"` // catalogue key: why not sent (yet)
	// the server's words, without addresses, of an attempt that did not succeed
	Answer string `bson:"answer,omitempty"`

	SentAt    time.Time `bson:"sentAt"`
	CreatedAt time.Time `bson:"createdAt"`
	UpdatedAt time.Time `bson:"updatedAt"`

	Class  Class  `bson:"class,omitempty"`  // of a single message
	Sealed []byte `bson:"sealed,omitempty"` // a single message's content, until it is sent or expires
}

// Open reports whether something more is to be done for d.
func (d *Delivery) Open() bool { return d.Queue != "" && d.State != Sent }

// The queues. A delivery that is sent but not yet on the timeline waits in one of its own.
const (
	messageQueue  = "message"
	timelineQueue = "timeline"
)

func campaignQueue(campaign civic.ID) string { return "campaign/" + string(campaign) }

// errNotDue tells that a delivery is not there for the taking: done, under way elsewhere, or not yet due.
var errNotDue = civic.NewError(civic.Conflict, "notify.error.not_due")

// The times a delivery whose outcome is not known is sent again. After a lost answer once; after a crash of
// ours more often, because the mail most probably never left.
const (
	resendsAfterLoss  = 1
	resendsAfterCrash = 3
)

// claim takes d for an attempt named term. It returns errNotDue when d is not there for the taking; else d is
// either Sending, or it has come to its end because its time is over.
func (d *Delivery) claim(now time.Time, term string, limits transport.Limits) error {
	if d.Queue == "" || d.Queue == timelineQueue || d.DueAt.After(now) {
		return errNotDue
	}
	if d.State == Sending { // its worker died: the mail may have gone out
		d.State, d.Cause, d.Stage = Unknown, causeCrash, transport.StageAnswer
		if d.Resends >= resendsAfterCrash {
			d.end(Unknown, causeCrash, now)
			return nil
		}
	}
	if !d.ExpiresAt.After(now) {
		if d.State == Unknown {
			d.end(Unknown, d.Cause, now)
		} else {
			d.end(Failed, causeExpired, now)
		}
		return nil
	}
	if d.State == Unknown {
		d.Resends++
		d.Twice = true
	}
	d.State, d.Term, d.Attempt = Sending, term, d.Attempt+1
	d.StartedAt, d.UpdatedAt, d.DueAt = now, now, now.Add(limits.Lease)
	return nil
}

// held reports whether the attempt named term still has d.
func (d *Delivery) held(term string) bool { return d.State == Sending && d.Term == term }

// settle writes down what the attempt named term came to; wait is the time before the next one. It returns
// errNotDue when the attempt is no longer d's.
func (d *Delivery) settle(
	term string, out transport.Outcome, wait time.Duration, now time.Time, limits transport.Limits,
) error {
	if !d.held(term) {
		return errNotDue
	}
	d.Stage, d.Code, d.Enhanced, d.Answer, d.UpdatedAt = out.Stage, out.Code, out.Enhanced, out.Answer, now
	switch out.Result {
	case transport.Accepted:
		d.end(Sent, "", now)
		d.SentAt = now
	case transport.Refused:
		d.end(Failed, out.Cause, now)
	case transport.Uncertain:
		if d.Resends >= resendsAfterLoss {
			d.end(Unknown, out.Cause, now)
			return nil
		}
		d.State, d.Cause, d.DueAt = Unknown, out.Cause, now.Add(limits.Doubt)
	default:
		d.State, d.Cause, d.DueAt = Retrying, out.Cause, now.Add(wait)
		if !d.DueAt.Before(d.ExpiresAt) {
			d.end(Failed, causeExpired, now)
		}
	}
	return nil
}

// end brings d to its end. What was sealed is gone, and of a single message's address only a hint stays.
func (d *Delivery) end(state DeliveryState, cause string, now time.Time) {
	d.State, d.Cause, d.UpdatedAt = state, cause, now
	d.Queue, d.Term = "", ""
	if d.Campaign == "" {
		d.Sealed, d.Address = nil, reach.Mask(d.Address)
	}
}

// skip ends d without sending.
func (d *Delivery) skip(reason string, now time.Time) {
	d.end(Skipped, reason, now)
	d.Copy = ""
}

// MaskedAddress returns the address of d with all but the first letter before its @ hidden.
func (d *Delivery) MaskedAddress() string { return reach.Mask(d.Address) }
