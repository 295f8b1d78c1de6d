package notify

import (
	"context"
	"strings"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/notify/transport"
)

// HeldAddress is an address that a server refused: campaigns send nothing more to it while it is active,
// because the server said that the mailbox does not exist or is closed, or because it took nothing for days.
// Its id is a keyed digest of the address. The person is not touched: another address of theirs still gets
// mail.
type HeldAddress struct {
	docstore.Meta `bson:",inline"`
	Address       string   `bson:"address"`
	Contact       civic.ID `bson:"contact"`
	Campaign      civic.ID `bson:"campaign"` // whose mail was refused; empty for a single message
	Code          int      `bson:"code"`
	Enhanced      string   `bson:"enhanced"`
	Cause         string   `bson:"cause"`
	// the server's words; those before November 2026 were not kept
	Answer     string    `bson:"answer,omitempty"`
	Active     bool      `bson:"active"`
	HeldAt     time.Time `bson:"heldAt"`
	ReleasedAt time.Time `bson:"releasedAt"`
	ReleasedBy civic.ID  `bson:"releasedBy"`
	Reason     string    `bson:"reason"` // why it was released

	Days    int       `bson:"days,omitempty"`    // on how many days it took nothing, without being dead
	FirstAt time.Time `bson:"firstAt,omitempty"` // the first of them
	LastAt  time.Time `bson:"lastAt,omitempty"`  // the latest of them
}

// How long a mailbox that is full, or takes nothing for a reason it does not say, may be so before it is
// suspended: longer than one mail is tried.
const (
	fullDays = 3
	fullSpan = 7 * 24 * time.Hour
)

func heldSpec() docstore.Spec {
	return docstore.Spec{Name: "mail_addresses", Indexes: []docstore.Index{
		{Name: "held", Fields: []string{"active", "-heldAt"}},
		{Name: "contact", Fields: []string{"contact"}},
		{Name: "group", Fields: []string{"active", "campaign", "cause"}},
	}}
}

func (s *Service) addressKey(address string) civic.ID {
	return civic.ID(s.o.Vault.Digest("notify/address", strings.ToLower(address)))
}

// Held reports whether campaigns send nothing to an address.
func (s *Service) Held(ctx context.Context, address string) (bool, error) {
	h, err := s.heldAddress(ctx, address)
	return h.Active, err
}

// Suspended returns the addresses that campaigns send nothing to, in lower case.
func (s *Service) Suspended(ctx context.Context) (map[string]bool, error) {
	all := map[string]bool{}
	q := docstore.Query{Filter: docstore.Filter{docstore.Eq("active", true)}, Sort: []string{"-heldAt"}}
	for h, err := range s.holds.All(ctx, q) {
		if err != nil {
			return nil, err
		}
		all[strings.ToLower(h.Address)] = true
	}
	return all, nil
}

// heldAddress returns what is known of refusals of an address: nothing, when there were none.
func (s *Service) heldAddress(ctx context.Context, address string) (HeldAddress, error) {
	h, err := s.holds.Get(ctx, s.addressKey(address))
	if civic.CodeOf(err) == civic.NotFound {
		return HeldAddress{}, nil
	}
	return h, err
}

// refusedAddress writes down what a refusal says about the address: that it is dead, or took nothing today.
func (s *Service) refusedAddress(
	ctx context.Context, d *Delivery, address string, out transport.Outcome,
) error {
	now := s.now()
	h := HeldAddress{
		Meta: docstore.Meta{ID: s.addressKey(address)}, Address: address, Contact: d.Contact,
		Campaign: d.Campaign,
		Code:     out.Code, Enhanced: out.Enhanced, Cause: out.Cause, Answer: out.Answer, HeldAt: now,
	}
	h.refuse(now)
	err := s.holds.Insert(ctx, &h)
	if civic.CodeOf(err) == civic.Conflict {
		_, err = s.holds.Update(ctx, h.ID, func(old *HeldAddress) error {
			h.Meta, h.Days, h.FirstAt, h.LastAt = old.Meta, old.Days, old.FirstAt, old.LastAt
			h.refuse(now)
			if old.Active && !h.Active { // it was dead before, and is not less so now
				return errNotDue
			}
			*old = h
			return nil
		})
		if err == errNotDue {
			err = nil
		}
	}
	return err
}

// refuse counts a refusal for h's cause and suspends the address when that follows from it.
func (h *HeldAddress) refuse(now time.Time) {
	if transport.Suspends(h.Cause) {
		h.Active = true
		return
	}
	switch {
	case h.Days == 0:
		h.FirstAt = now
	case now.In(civic.Rome()).YearDay() == h.LastAt.In(civic.Rome()).YearDay() &&
		now.Sub(h.LastAt) < 48*time.Hour:
		return // counted today
	}
	h.Days, h.LastAt = h.Days+1, now
	h.Active = h.Days >= fullDays && now.Sub(h.FirstAt) >= fullSpan
}

// accepted forgets the days on which an address took nothing.
func (s *Service) accepted(ctx context.Context, h HeldAddress) error {
	if h.Days == 0 {
		return nil
	}
	_, err := s.holds.Update(ctx, h.ID, func(h *HeldAddress) error {
		h.Days, h.FirstAt, h.LastAt = 0, time.Time{}, time.Time{}
		return nil
	})
	return err
}

// HeldAddresses returns the addresses on hold, the latest first; of one group when one is given.
func (s *Service) HeldAddresses(
	ctx context.Context, by civic.Actor, g *HeldGroup, p civic.PageRequest,
) (civic.Page[HeldAddress], error) {
	if err := by.Can(PermReadMail); err != nil {
		return civic.Page[HeldAddress]{}, err
	}
	p = p.Normal()
	q := docstore.Query{
		Filter: docstore.Filter{docstore.Eq("active", true)}, Sort: []string{"-heldAt"}, Cursor: p.Cursor,
		Limit: p.Size,
	}
	if g != nil {
		q.Filter, q.Sort = append(q.Filter, docstore.Eq("campaign", g.Campaign),
			docstore.Eq("cause", g.Cause)), nil
	}
	page, err := s.holds.Find(ctx, q)
	if err != nil || len(page.Items) == 0 {
		return page, err
	}
	return page, s.audit(ctx, by, ActionHeldList, "", "", nil)
}

// Release lets campaigns write to an address again; the reason is kept.
func (s *Service) Release(ctx context.Context, by civic.Actor, id civic.ID, reason string) error {
	if err := by.Can(PermSendCampaigns); err != nil {
		return err
	}
	reason, err := releaseReason(reason)
	if err != nil {
		return err
	}
	h, err := s.holds.Get(ctx, id)
	if err != nil {
		return err
	}
	if h, err = s.lift(ctx, id, by.Account, reason); err != nil {
		return err
	}
	e := audit.Entry{By: by, Action: ActionHeldRelease, Object: id, Contact: h.Contact}
	return s.o.Audit.Revised(ctx, e, h.Revision)
}

// releaseReason returns why addresses are released, or an Invalid error about the field.
func releaseReason(reason string) (string, error) {
	reason, err := civic.CleanLine(reason, 200)
	if err == nil && reason == "" {
		err = civic.NewError(civic.Invalid, "notify.error.required")
	}
	var p civic.Problems
	p.Check("reason", err)
	return reason, p.Err()
}

// lift ends a suspension, if it has not ended, and forgets the days that led to it.
func (s *Service) lift(ctx context.Context, id, by civic.ID, reason string) (HeldAddress, error) {
	return s.holds.Edit(ctx, id, func(h *HeldAddress) error {
		if !h.Active && h.Days == 0 && !h.ReleasedAt.IsZero() {
			return nil
		}
		h.Active, h.ReleasedAt, h.ReleasedBy, h.Reason = false, s.now(), by, reason
		h.Days, h.FirstAt, h.LastAt = 0, time.Time{}, time.Time{}
		return nil
	})
}
