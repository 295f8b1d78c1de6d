package accounts

import (
	"context"
	"errors"
	"strconv"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// PermRebind is to say to which contact a citizen's account belongs, for who knows the person.
const PermRebind civic.Permission = "accounts.rebind"

// maxRebindReason bounds why an account is bound to another contact, in characters.
const maxRebindReason = 300

// maxBound bounds how many accounts of one contact are shown and counted.
const maxBound = 50

// Rebinding is what staff decide: the account belongs to To, no more to From, whose page they saw.
type Rebinding struct {
	Account civic.ID
	From    civic.ID
	To      civic.ID
	Reason  string
}

// departure is a rebinding whose effects are not all there yet: they are made when somebody repeats it, at
// the account's next sign-in, and by Resettle.
type departure struct {
	From   civic.ID  `bson:"from"`
	By     civic.ID  `bson:"by,omitempty"` // the account of the member of staff
	Reason string    `bson:"reason"`
	At     time.Time `bson:"at"`
}

// AccountsOf returns the citizens' accounts that are bound to a contact. Forbidden without PermRebind.
func (s *Service) AccountsOf(ctx context.Context, by civic.Actor, contact civic.ID) ([]Account, error) {
	if err := by.Can(PermRebind); err != nil {
		return nil, err
	}
	return s.boundTo(ctx, contact)
}

func (s *Service) boundTo(ctx context.Context, contact civic.ID) ([]Account, error) {
	page, err := s.accounts.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", contact)},
		Limit: maxBound})
	return page.Items, err
}

// Rebind binds a citizen's account to another contact, whose data its owner sees from then on. The account's
// sessions end: none moves to another person; what the account told of its owner (proved addresses,
// proposals, fiscal code) leaves the contact it was bound to. It is audited with its reason, at both
// contacts. Invalid names the fields "contact" and "reason"; Conflict when the account is not bound to From
// any more; NotFound when there is no such account; Forbidden without PermRebind.
func (s *Service) Rebind(ctx context.Context, by civic.Actor, r Rebinding) error {
	if err := by.Can(PermRebind); err != nil {
		return err
	}
	a, err := s.accounts.Get(ctx, r.Account)
	if err != nil {
		return err
	}
	if a, err = s.settle(ctx, civic.System("rebind"), a); err != nil { // an earlier one that was cut off
		return err
	}
	if err := s.checkRebind(ctx, a, &r); err != nil {
		return err
	}
	name, err := s.citizenName(ctx, r.To, Identity{})
	if err != nil {
		return err
	}
	a, err = s.accounts.Update(ctx, r.Account, func(a *Account) error {
		if err := a.boundAs(r); err != nil {
			return err
		}
		a.Contact, a.Name, a.UpdatedAt, a.Vouched = r.To, name, s.clock.now(), true
		a.Left = &departure{From: r.From, By: by.Account, Reason: r.Reason, At: a.UpdatedAt}
		a.endSessions()
		return nil
	})
	if err != nil {
		return err
	}
	_, err = s.settle(ctx, by, a)
	return err
}

// boundAs returns nil when a may be bound anew as r says.
func (a Account) boundAs(r Rebinding) error {
	if a.Staff {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	if a.Contact != r.From || a.Left != nil {
		return civic.NewError(civic.Conflict, "accounts.error.rebind.moved")
	}
	return nil
}

// checkRebind cleans the reason of r and returns what is wrong with it.
func (s *Service) checkRebind(ctx context.Context, a Account, r *Rebinding) (err error) {
	var p civic.Problems
	r.Reason, err = civic.CleanLine(r.Reason, maxRebindReason)
	p.Check("reason", err)
	if err == nil && r.Reason == "" {
		p.Add("reason", "accounts.error.rebind.reason")
	}
	if err := a.boundAs(*r); err != nil {
		return err
	}
	who, err := s.told(a)
	if err != nil {
		return err
	}
	if r.To == r.From {
		p.Add("contact", "accounts.error.rebind.same")
		return p.Err()
	}
	err = civic.NewError(civic.NotFound, "error.not_found")
	if r.To != "" {
		err = s.contacts.Accepts(ctx, r.To, who)
	}
	switch civic.CodeOf(err) {
	case "":
	case civic.NotFound:
		p.Add("contact", "accounts.error.rebind.contact")
	case civic.Conflict:
		p.Check("contact", err)
	default:
		return err
	}
	return p.Err()
}

// told returns what an account itself proves of its owner.
func (s *Service) told(a Account) (Identity, error) {
	who := Identity{Account: a.ID}
	if len(a.FiscalCode) == 0 {
		return who, nil
	}
	code, err := s.vault.Open(fiscalPurpose, a.FiscalCode)
	who.FiscalCode = string(code)
	return who, err
}

// settle makes the effects of a rebinding, each of which may be made twice, and returns the account as it is
// then.
func (s *Service) settle(ctx context.Context, by civic.Actor, a Account) (Account, error) {
	left := a.Left
	if left == nil {
		return a, nil
	}
	if err := s.move(ctx, a, left.From); err != nil {
		return a, err
	}
	if err := s.dropSessions(ctx, a); err != nil {
		return a, err
	}
	detail := map[string]string{"from": string(left.From), "to": string(a.Contact), "reason": left.Reason}
	if by.IsSystem() {
		detail["by"] = string(left.By)
	}
	at := civic.ID(strconv.FormatInt(left.At.UnixMilli(), 10))
	var told []audit.Entry
	for _, contact := range []civic.ID{left.From, a.Contact} {
		told = append(told, audit.Entry{By: by, Action: ActionRebound, Object: a.ID, Contact: contact,
			Detail: detail, Key: civic.Key(civic.ID(ActionRebound), a.ID, at, contact)})
	}
	if err := s.audit.WriteAll(ctx, told); err != nil {
		return a, err
	}
	return s.accounts.Update(ctx, a.ID, func(a *Account) error {
		if a.Left != nil && *a.Left == *left {
			a.Left = nil
		}
		return nil
	})
}

// move takes what an account told of its owner from a contact that it is not bound to, to the one it is bound
// to.
func (s *Service) move(ctx context.Context, a Account, from civic.ID) error {
	who, err := s.told(a)
	if err != nil {
		return err
	}
	stay, err := s.boundTo(ctx, from)
	if err != nil {
		return err
	}
	return s.contacts.Move(ctx, from, a.Contact, who, len(stay) == 0)
}

// Resettle ends rebindings and changes of passwords that were cut off, and returns how many.
func (s *Service) Resettle(ctx context.Context) (int, error) {
	n, failed := s.tellAllChosen(ctx)
	cut := docstore.Query{Filter: docstore.Filter{docstore.Gt("left.from", "")}, Sort: []string{"left.from"},
		Limit: 50}
	for a, err := range s.accounts.All(ctx, cut) {
		if err != nil {
			return n, errors.Join(failed, err)
		}
		if _, err := s.settle(ctx, civic.System("rebind"), a); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		n++
	}
	return n, failed
}
