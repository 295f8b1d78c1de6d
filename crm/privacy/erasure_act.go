package privacy

import (
	"context"
	"slices"
	"time"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ErasureInput is the form by which a person's data is erased.
type ErasureInput struct {
	Reason     Reason
	RemoveText bool // what they wrote in the forum goes, too
	Unchosen   bool // the form does not say what becomes of that
	Confirmed  bool
}

func (in ErasureInput) check() error {
	var p civic.Problems
	if !slices.Contains(Reasons(), in.Reason) {
		p.Add("reason", "error.choice")
	}
	if in.Unchosen {
		p.Add("text", "error.choice")
	}
	if !in.Confirmed {
		p.Add("confirmed", "privacy.error.confirm")
	}
	return p.Err()
}

// Erase erases what is kept about a contact and returns the record of it. One that was begun goes on as it
// was begun, whatever in says of reason and texts; one that is done is returned. What is returned is not done
// when more kept coming: the job goes on with it. Invalid names the fields "reason" and "confirmed"; Conflict
// while something stands open that must come to its end first, which is begun all the same when that came
// meanwhile, or when the contact's account is of the staff; NotFound when there is no such contact; an error
// without civic.PermErase.
func (s *Erasures) Erase(
	ctx context.Context,
	by civic.Actor,
	contact civic.ID,
	in ErasureInput,
) (Erasure, error) {
	about, err := s.subject(ctx, by, contact)
	if err != nil {
		return Erasure{}, err
	}
	e, err := s.record(ctx, contact)
	if err != nil {
		return e, err
	}
	if over, err := s.over(ctx, by, about, e); err != nil || over {
		return e, err
	}
	if e, err = s.reopened(ctx, e); err != nil {
		return e, err
	}
	if e.ID == "" || e.Done() {
		if err := in.check(); err != nil {
			return Erasure{}, err
		}
	}
	if e, err = s.begin(ctx, by, about, in, e); err != nil {
		return e, err
	}
	return s.goOn(context.WithoutCancel(ctx), by, e)
}

// begin stores that an erasure begins, and of which accounts; begun is the one that was begun before.
func (s *Erasures) begin(
	ctx context.Context, by civic.Actor, about civic.Subject, in ErasureInput, begun Erasure,
) (Erasure, error) {
	if _, err := s.o.Contacts.Reader().Contact(ctx, about.Contact); err != nil && begun.ID == "" {
		return Erasure{}, err
	}
	parts, err := s.find(ctx, by, about, begun)
	if err != nil {
		return Erasure{}, err
	}
	if open := (Outlook{Parts: parts}).Open(); len(open) > 0 {
		return Erasure{}, crm.StillOpen(open)
	}
	if begun.ID != "" && !begun.Done() {
		return s.records.Update(ctx, begun.ID, func(e *Erasure) error {
			e.Accounts = union(e.Accounts, about.Others)
			return nil
		})
	}
	e := Erasure{
		Meta: docstore.Meta{
			ID: about.Contact,
		}, By: by.Account, ByName: by.Name, Reason: in.Reason, RemoveText: in.RemoveText,
		Accounts: about.Others, BegunAt: s.o.Now().UTC().Truncate(time.Millisecond),
	}
	for _, h := range parts {
		if h.Count > 0 || h.Fate == civic.FateUnknowable {
			e.Found = append(e.Found, Found{Kind: h.Kind, Count: h.Count, Fate: h.Fate, Reason: h.Reason})
		}
	}
	if begun.Done() {
		return s.records.Update(ctx, e.ID, func(stored *Erasure) error {
			if stored.Done() { // else another one was faster
				meta := stored.Meta
				*stored = e
				stored.Meta = meta
			}
			return nil
		})
	}
	err = s.records.Insert(ctx, &e)
	if civic.CodeOf(err) == civic.Conflict { // two pressed at once: both do the same
		return s.records.Get(ctx, e.ID)
	}
	return e, err
}

// goOn writes the audit, erases all there is and closes the record. Each step may be taken again.
func (s *Erasures) goOn(ctx context.Context, by civic.Actor, e Erasure) (Erasure, error) {
	author := civic.Actor{Account: e.By, Name: e.ByName, Roles: by.Roles, Request: by.Request}
	entry := audit.Entry{By: author, Action: ActionErase, Object: e.ID, Contact: e.ID, Detail: map[string]string{
		"cause": reasonWord(e.Reason), "counts": e.counts(), "text": e.text(),
	}}
	if err := s.o.Audit.Entered(ctx, entry, true, e.BegunAt); err != nil {
		return e, err
	}
	e, left, err := s.eraseRounds(ctx, by, e)
	if err != nil || len(left) > 0 {
		return e, err
	}
	if err := s.o.Index.Flush(ctx); err != nil {
		return e, err
	}
	e, err = s.records.Update(ctx, e.ID, func(e *Erasure) error {
		if !e.Done() {
			e.DoneAt = s.o.Now().UTC().Truncate(time.Millisecond)
		}
		return nil
	})
	if err != nil {
		return e, err
	}
	// no row holds it any more; when somebody reads on for long, the file is made anew at night all the same
	if err := s.o.DB.Scrub(ctx); civic.CodeOf(err) != civic.Unavailable {
		return e, err
	}
	return e, nil
}

// RebuildStore makes the store's file anew after erasures, so that no place of it holds what a row held
// before it was moved, and writes into their records that it did. A job calls it every night: what has failed
// for want of room is made up the night after. Nothing else can write meanwhile.
func (s *Erasures) RebuildStore(ctx context.Context) error {
	due := docstore.Query{Filter: docstore.Filter{docstore.Eq("rebuiltAt", time.Time{}),
		docstore.Gt("doneAt", time.Time{})}}
	var settled []civic.ID
	any := false
	for e, err := range s.records.All(ctx, due) {
		if err != nil {
			return err
		}
		any = true
		if !e.SettledAt.IsZero() {
			settled = append(settled, e.ID)
		}
	}
	if !any {
		return nil
	}
	if err := s.o.DB.Rebuild(ctx); err != nil {
		return err
	}
	for _, id := range settled {
		if _, err := s.records.Update(ctx, id, func(e *Erasure) error {
			e.RebuiltAt = s.o.Now().UTC().Truncate(time.Millisecond)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// maxRounds is how often one call erases: what comes after the last is left to the job.
const maxRounds = 3

// eraseRounds has every part erase until none finds anything, and returns the kinds that are left. A part
// that was through may have been written to while the others were at it, by a request, a mail or a job that
// began before; so may an account, by who signed in.
func (s *Erasures) eraseRounds(
	ctx context.Context, by civic.Actor, e Erasure,
) (_ Erasure, left []string, err error) {
	how := civic.PersonalErasure{At: e.BegunAt, RemoveText: e.RemoveText, Late: e.Done()}
	for range maxRounds {
		if how.Emails, err = s.emails(ctx, e.ID, how.Emails); err != nil {
			return e, nil, err
		}
		if err := s.eraseParts(ctx, by, e, how); err != nil {
			return e, nil, err
		}
		about, err := s.subject(ctx, by, e.ID)
		if err != nil {
			return e, nil, err
		}
		if len(about.Others) > 0 { // who signed in meanwhile
			if e, err = s.records.Update(ctx, e.ID, func(e *Erasure) error {
				e.Accounts = union(e.Accounts, about.Others)
				return nil
			}); err != nil {
				return e, nil, err
			}
		}
		if left, err = s.left(ctx, by, about, e); err != nil || len(left) == 0 {
			return e, nil, err
		}
	}
	return e, left, nil
}

// emails adds to known the addresses of a contact, which are gone with it.
func (s *Erasures) emails(ctx context.Context, contact civic.ID, known []string) ([]string, error) {
	c, err := s.o.Contacts.Reader().Contact(ctx, contact)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return nil, err
	}
	for _, address := range c.Emails {
		if !slices.Contains(known, address.Key) {
			known = append(known, address.Key)
		}
	}
	return known, nil
}

// eraseParts has every part erase. The contact is among the last: until it is gone its addresses are known.
func (s *Erasures) eraseParts(
	ctx context.Context, by civic.Actor, e Erasure, how civic.PersonalErasure,
) error {
	about := civic.Subject{Contact: e.ID, Others: e.Accounts}
	for _, part := range slices.Backward(s.o.Parts) {
		if err := part.ErasePersonal(ctx, by, about, how); err != nil {
			return err
		}
	}
	return nil
}
