package requests

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// What timelines say of requests.
const (
	ActivityRequest    civic.ActivityKind = "request"
	ActivityRequestEnd civic.ActivityKind = "request_end"
)

// effects draws the consequences of an event of a stored request; drawn again, they count once.
func (s *Service) effects(ctx context.Context, by civic.Actor, r Request, e Event, again bool) error {
	err := s.enter(ctx, by, r, e, again)
	if err == nil {
		err = s.derived(ctx, r)
	}
	if err == nil {
		err = s.tellCall(ctx, by, r, e)
	}
	if err == nil {
		err = s.endClaim(ctx, r, e)
	}
	if err == nil {
		err = s.queueLetters(ctx, r, e)
	}
	if err == nil {
		err = s.queueEntry(ctx, r, e)
	}
	if err != nil {
		return fmt.Errorf("request %s: %w", r.Number, err)
	}
	return nil
}

// enter writes the line of the audit about an event, once however often.
func (s *Service) enter(ctx context.Context, by civic.Actor, r Request, e Event, again bool) error {
	return s.audit.Entered(ctx, audit.Entry{By: by, Action: MoveAction(e.Act), Object: civic.Key(r.ID, e.ID),
		Contact: r.Contact}, again, e.At)
}

// doer returns who did an event of r, as far as it says: that is who the audit names. Of staff it keeps the
// name, whatever their role.
func (r Request) doer(e Event) civic.Actor {
	switch {
	case e.Citizen && e.Followed:
		return civic.Actor{Account: e.By}
	case e.Citizen && e.By != "":
		return civic.Actor{Account: e.By, Contact: r.Contact}
	case e.By != "":
		return civic.Actor{Account: e.By, Name: e.ByName, Roles: []civic.Role{civic.OfficeMember}}
	case e.ByName != "":
		return civic.System(e.ByName)
	}
	return civic.Visitor("")
}

// derived brings what is made of a stored request up to date: index, timeline, whose its files are.
func (s *Service) derived(ctx context.Context, r Request) error {
	if s.index != nil {
		s.index.Put(r.searchDoc())
	}
	if err := s.claimFiles(ctx, r); err != nil {
		return err
	}
	if err := s.forgetDraft(ctx, r); err != nil {
		return err
	}
	for _, a := range r.activities() {
		// a contact that is gone has no timeline
		if err := s.recorder.Record(ctx, a); err != nil && civic.CodeOf(err) != civic.NotFound {
			return err
		}
	}
	return nil
}

// activities returns what the applicant's timeline says of r: its number, for who reads timelines may not all
// read requests. Subjects has the rest.
func (r Request) activities() []civic.Activity {
	if r.Contact == "" {
		return nil
	}
	all := []civic.Activity{{ID: civic.Key(civic.ID(ActivityRequest), r.ID), Contact: r.Contact,
		Kind: ActivityRequest, Ref: r.ID, At: r.ReceivedAt, Title: r.Number,
		Channel: string(r.Channel), Office: r.Office, Files: len(r.Events[0].Files)}}
	if !r.Open {
		end := all[0]
		end.ID, end.Kind = civic.Key(civic.ID(ActivityRequestEnd), r.ID), ActivityRequestEnd
		end.At, end.Files = r.ClosedAt, 0
		all = append(all, end)
	}
	return all
}

// Repair draws again what follows from requests that changed since then: the program may have ended between
// storing one and that. It returns how many it looked at; doing it again changes nothing.
func (s *Service) Repair(ctx context.Context, since time.Time) (int, error) {
	seen := 0
	changed := docstore.Query{Filter: docstore.Filter{docstore.Gte("updatedAt", since)},
		Sort: []string{"updatedAt"}}
	for r, err := range s.requests.All(ctx, changed) {
		if err != nil {
			return seen, err
		}
		seen++
		if err := s.repair(ctx, r.ID, since); err != nil {
			return seen, err
		}
	}
	return seen, errors.Join(
		audit.Repair(ctx, s.audit, s.procedures, docstore.Query{}, since, lastOfProcedure),
		audit.Repair(ctx, s.audit, s.steps, docstore.Query{}, since, lastOfStep))
}

// repair draws again what follows from a request and from its events since then. It is read anew: it may have
// been erased since it was listed.
func (s *Service) repair(ctx context.Context, id civic.ID, since time.Time) error {
	r, err := s.requests.Get(ctx, id)
	if err != nil {
		return err
	}
	if err := s.derived(ctx, r); err != nil {
		return err
	}
	for _, e := range r.Events {
		if e.At.Before(since) || e.Citizen && r.Contact == "" { // nobody knows any more whose it was
			continue
		}
		err := s.enter(ctx, r.doer(e), r, e, false)
		if err == nil {
			err = s.tellCall(ctx, r.doer(e), r, e)
		}
		if err == nil {
			err = s.queueLetters(ctx, r, e)
		}
		if err == nil {
			err = s.queueEntry(ctx, r, e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
