package accounts

import (
	"cmp"
	"context"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// ending is who ended a session, and how: it is worthless from then on, and stays until the audit has it.
type ending struct {
	Action  audit.Action `bson:"action"`
	Contact civic.ID     `bson:"contact,omitempty"` // whose session it was
	By      civic.ID     `bson:"by"`
	Name    string       `bson:"name,omitempty"`
	Roles   []civic.Role `bson:"roles"`
	Person  civic.ID     `bson:"person,omitempty"` // the contact of a citizen who did it
	Request string       `bson:"request"`
}

// actor returns who did it, without permissions.
func (e ending) actor() civic.Actor {
	return civic.NewActor(civic.Actor{Account: e.By, Contact: e.Person, Name: e.Name, Roles: e.Roles,
		Request: e.Request}, nil)
}

// SignOut ends the session of a browser's token; nil when it had ended already. Doing it again completes
// what the program did not live to do.
func (s *Service) SignOut(ctx context.Context, token, request string) error {
	session, err := s.sessions.Get(ctx, hashed(token))
	if err == nil && session.Ending != nil {
		return s.end(ctx, session)
	}
	if err == nil {
		session, err = s.peek(ctx, token)
	}
	if err == nil {
		err = s.endBy(ctx, session, session.Account.actor(request), ActionSignedOut)
	}
	if code := civic.CodeOf(err); code == civic.NotFound || code == civic.Unauthenticated {
		return nil
	}
	return err
}

// Revoke ends a session by its id: one's own, or anybody's with PermManage; NotFound when it has ended or is
// another's. Doing it again completes what the program did not live to do.
func (s *Service) Revoke(ctx context.Context, by civic.Actor, id civic.ID) error {
	session, err := s.sessions.Get(ctx, id)
	if err != nil {
		return err
	}
	if mayHandle(by, session.AccountID) != nil {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	session.Account, err = s.accounts.Get(ctx, session.AccountID)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return err
	}
	return s.endBy(ctx, session, by, ActionRevoked)
}

// endBy has by end a session: it is worthless first, then audited, then gone. Who ended it before did.
func (s *Service) endBy(ctx context.Context, session Session, by civic.Actor, action audit.Action) error {
	ended := &ending{Action: action, Contact: session.Account.Contact, By: by.Account, Name: by.Name,
		Roles: by.Roles, Person: by.Contact, Request: by.Request}
	stored, err := s.sessions.Edit(ctx, session.ID, func(session *Session) error {
		if session.Ending != nil {
			return nil
		}
		session.Ending = ended
		if now := s.clock.now(); now.Before(session.Until) {
			session.Until = now
		}
		return nil
	})
	if err != nil { // as where there is no room to write, but to take away
		return cmp.Or(s.sessions.Delete(ctx, session.ID), err)
	}
	return s.end(ctx, stored)
}

// end removes a session, and tells the audit before that somebody ended it, if somebody did.
func (s *Service) end(ctx context.Context, session Session) error {
	// the audit is nil in a store that was just restored, which is not told of what its copy left half done
	if e := session.Ending; e != nil && s.audit != nil {
		err := s.audit.Write(ctx, audit.Entry{By: e.actor(), Action: e.Action, Object: session.AccountID,
			Contact: e.Contact, Key: civic.Key(civic.ID(e.Action), session.ID)})
		if err != nil {
			return err
		}
	}
	return s.sessions.Delete(ctx, session.ID)
}
