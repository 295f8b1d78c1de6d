package notify

import (
	"context"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// HeldAddress is an address to which campaigns send nothing more, because a server said that it does not exist or is closed. Its
// id is a keyed digest of the address. The person is not touched: another address of theirs still gets mail.
type HeldAddress struct {
	docstore.Meta `bson:",inline"`
	Address       string    `bson:"address"`
	Contact       civic.ID  `bson:"contact"`
	Campaign      civic.ID  `bson:"campaign"` // whose mail was refused; empty for a single message
	Code          int       `bson:"code"`
	Enhanced      string    `bson:"enhanced"`
	Cause         string    `bson:"cause"`
	Active        bool      `bson:"active"`
	HeldAt        time.Time `bson:"heldAt"`
	ReleasedAt    time.Time `bson:"releasedAt"`
	ReleasedBy    civic.ID  `bson:"releasedBy"`
	Reason        string    `bson:"reason"` // why it was released
}

func heldSpec() docstore.Spec {
	return docstore.Spec{Name: "mail_addresses", Indexes: []docstore.Index{
		{Name: "held", Fields: []string{"active", "-heldAt"}},
		{Name: "contact", Fields: []string{"contact"}},
	}}
}

func (s *Service) addressKey(address string) civic.ID {
	return civic.ID(s.o.Vault.Digest("notify/address", strings.ToLower(address)))
}

// Held reports whether campaigns send nothing to an address.
func (s *Service) Held(ctx context.Context, address string) (bool, error) {
	h, err := s.holds.Get(ctx, s.addressKey(address))
	if civic.CodeOf(err) == civic.NotFound {
		return false, nil
	}
	return h.Active, err
}

// hold puts the address of a refused delivery on hold.
func (s *Service) hold(ctx context.Context, d *Delivery, address string, out Outcome) error {
	h := HeldAddress{
		Meta: docstore.Meta{ID: s.addressKey(address)}, Address: address, Contact: d.Contact, Campaign: d.Campaign,
		Code: out.Code, Enhanced: out.Enhanced, Cause: out.Cause, Active: true, HeldAt: s.now(),
	}
	err := s.holds.Insert(ctx, &h)
	if civic.CodeOf(err) == civic.Conflict {
		_, err = s.holds.Update(ctx, h.ID, func(old *HeldAddress) error {
			h.Meta = old.Meta
			*old = h
			return nil
		})
	}
	return err
}

// HeldAddresses returns the addresses on hold, the latest first.
func (s *Service) HeldAddresses(ctx context.Context, by civic.Actor, p civic.PageRequest) (civic.Page[HeldAddress], error) {
	if err := by.Can(PermReadMail); err != nil {
		return civic.Page[HeldAddress]{}, err
	}
	p = p.Normal()
	page, err := s.holds.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("active", true)}, Sort: []string{"-heldAt"}, Cursor: p.Cursor, Limit: p.Size,
	})
	if err != nil || len(page.Items) == 0 {
		return page, err
	}
	return page, s.audit(ctx, by, "notify.held.list", "", "", nil)
}

// Release lets campaigns write to an address again; the reason is kept.
func (s *Service) Release(ctx context.Context, by civic.Actor, id civic.ID, reason string) error {
	if err := by.Can(PermSendCampaigns); err != nil {
		return err
	}
	reason, err := civic.CleanLine(reason, 200)
	if err == nil && reason == "" {
		err = civic.NewError(civic.Invalid, "notify.error.required")
	}
	var p civic.Problems
	p.Check("reason", err)
	if err := p.Err(); err != nil {
		return err
	}
	h, err := s.holds.Update(ctx, id, func(h *HeldAddress) error {
		h.Active, h.ReleasedAt, h.ReleasedBy, h.Reason = false, s.now(), by.Account, reason
		return nil
	})
	if err != nil {
		return err
	}
	return s.audit(ctx, by, "notify.held.release", id, h.Contact, nil)
}
