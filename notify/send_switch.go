package notify

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/notify/transport"
)

// sending is the switch for all mail, and who last moved it.
type sending struct {
	docstore.Meta `bson:",inline"`
	Held          bool      `bson:"held"`
	Reason        string    `bson:"reason"` // catalogue key or the words of who held it
	By            civic.ID  `bson:"by"`
	ByName        string    `bson:"byName"`
	At            time.Time `bson:"at"`
}

// HoldRestored is the reason for holding the mail of a store that was restored from a copy.
const HoldRestored = "notify.hold.restored"

const sendingID civic.ID = "sending"

// maxReason bounds why mail is held, in characters.
const maxReason = 300

// SendingStatus is how the outbox stands.
type SendingStatus struct {
	Held     bool
	Reason   string
	ByName   string
	At       time.Time
	Messages int  // single messages that wait
	Kept     bool // mail is kept as files, because no mail server is set
	MadeUp   bool // there are people who were made up: their codes are shown among the mail that is kept
	// catalogue key: why the mail server took nothing lately, as this process knows it; else empty
	Trouble string
}

// Status returns how the outbox stands.
func (s *Service) Status(ctx context.Context, by civic.Actor) (SendingStatus, error) {
	if err := by.Can(PermReadMail); err != nil {
		return SendingStatus{}, err
	}
	sw, err := s.sendingSwitch(ctx)
	if err != nil {
		return SendingStatus{}, err
	}
	waiting, err := s.ledger.open(ctx, messageQueue)
	return SendingStatus{
		Held: sw.Held, Reason: sw.Reason, ByName: sw.ByName, At: sw.At, Messages: waiting, Kept: s.KeepsMail(),
		MadeUp:  s.o.MadeUp != "",
		Trouble: cmp.Or(s.prompt.trouble(), s.bulk.trouble()),
	}, err
}

// KeepsMail reports whether mail is kept as files, because there is no server that would take it.
func (s *Service) KeepsMail() bool {
	_, kept := s.o.Transport.(*transport.Files)
	return kept
}

// Late reports whether single messages do not leave at present, because mail is held or the server takes
// none, so that whoever waits for a code can be told. It says nothing about any one message.
func (s *Service) Late(ctx context.Context) bool {
	held, _, err := s.look(ctx)
	return held || err != nil || s.prompt.trouble() != ""
}

// HoldSending stops all mail, within seconds and in every process, until ReleaseSending. What a restored copy
// of an installation would send is old: a restore holds it.
func (s *Service) HoldSending(ctx context.Context, by civic.Actor, reason string) error {
	return s.turn(ctx, by, true, reason)
}

// ReleaseSending lets mail go out again.
func (s *Service) ReleaseSending(ctx context.Context, by civic.Actor) error {
	return s.turn(ctx, by, false, "")
}

func (s *Service) turn(ctx context.Context, by civic.Actor, held bool, reason string) error {
	if err := by.Can(PermHoldMail); err != nil {
		return err
	}
	reason, err := civic.CleanLine(reason, maxReason)
	var p civic.Problems
	p.Check("reason", err)
	if err := p.Err(); err != nil {
		return err
	}
	sw, err := put(ctx, s.settings, sending{Held: held, Reason: reason, By: by.Account, ByName: by.Name,
		At: s.now()})
	if err != nil {
		return err
	}
	s.policy.forget()
	action := ActionMailRelease
	if held {
		action = ActionMailHold
	}
	wakeUp(s.bulk.wake)
	wakeUp(s.prompt.wake)
	return s.o.Audit.Revised(ctx, audit.Entry{By: by, Action: action, Object: sendingID}, sw.Revision)
}

// HoldStore holds all mail of a store that no service has open, as a restore does before anything else can
// run (reason HoldRestored).
func HoldStore(ctx context.Context, db *docstore.DB, reason string, now time.Time) error {
	settings, err := openSettings(ctx, db)
	if err != nil {
		return err
	}
	_, err = put(ctx, settings, sending{Held: true, Reason: reason, At: now.UTC().Truncate(time.Millisecond)})
	return err
}

func openSettings(ctx context.Context, db *docstore.DB) (*docstore.Collection[sending], error) {
	c, err := docstore.Collect[sending](ctx, db, docstore.Spec{Name: "mail_settings"})
	if err != nil {
		return nil, fmt.Errorf("notify: settings: %w", err)
	}
	return c, nil
}

// put stores the switch as sw says and returns it. Who moves it to where it is leaves it as it is.
func put(ctx context.Context, settings *docstore.Collection[sending], sw sending) (sending, error) {
	first := sending{Meta: docstore.Meta{ID: sendingID}} // as a store without it is taken
	if err := settings.Insert(ctx, &first); err != nil && civic.CodeOf(err) != civic.Conflict {
		return sending{}, err
	}
	return settings.Edit(ctx, sendingID, func(old *sending) error {
		if old.Held != sw.Held || old.Reason != sw.Reason {
			sw.Meta = old.Meta
			*old = sw
		}
		return nil
	})
}

func (s *Service) sendingSwitch(ctx context.Context) (sending, error) {
	sw, err := s.settings.Get(ctx, sendingID)
	if civic.CodeOf(err) == civic.NotFound {
		return sending{}, nil
	}
	return sw, err
}
