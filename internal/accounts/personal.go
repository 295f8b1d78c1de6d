package accounts

import (
	"context"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ExportPersonal implements civic.PersonalData: the account, the browsers that are signed in, and what the
// audit keeps of sign-ins, of who read the person's data and of what was done to it (art. 15 GDPR). Who of
// the staff it was is not told, as in the personal area.
func (s *Service) ExportPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, _ string,
) ([]civic.PersonalSection, error) {
	if err := about.Readable(by); err != nil {
		return nil, err
	}
	account, sessions, err := s.personalAccount(ctx, about)
	if err != nil {
		return nil, err
	}
	records, err := s.audit.About(ctx, by, about)
	read := civic.PersonalSection{Name: "records"}
	for _, r := range records {
		e := civic.PersonalEntry{At: r.At}
		e.SayCode("action", string(r.Action), audit.Word(r.Action))
		read.Entries = append(read.Entries, e)
	}
	return []civic.PersonalSection{{Name: "account", Entries: account}, {Name: "sessions", Entries: sessions},
		read}, err
}

func (s *Service) personalAccount(
	ctx context.Context, about civic.Subject,
) (account, sessions []civic.PersonalEntry, err error) {
	theirs := docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", about.Contact)},
		Sort: []string{"contact"}}
	for a, err := range s.accounts.All(ctx, theirs) {
		if err != nil {
			return nil, nil, err
		}
		e := civic.PersonalEntry{At: a.CreatedAt}
		e.Say("name", a.Name)
		if !a.SignedInAt.IsZero() {
			e.Say("signed_in", a.SignedInAt.Format(time.RFC3339))
		}
		account = append(account, e)
		own, err := s.personalSessions(ctx, a.ID)
		if err != nil {
			return nil, nil, err
		}
		sessions = append(sessions, own...)
	}
	return account, sessions, nil
}

func (s *Service) personalSessions(ctx context.Context, account civic.ID) ([]civic.PersonalEntry, error) {
	var entries []civic.PersonalEntry
	theirs := docstore.Query{Filter: docstore.Filter{docstore.Eq("account", account)},
		Sort: []string{"createdAt"}}
	for session, err := range s.sessions.All(ctx, theirs) {
		if err != nil {
			return nil, err
		}
		e := civic.PersonalEntry{At: session.CreatedAt}
		e.SayCode("method", session.Method, "accounts.session.by."+session.Method)
		e.Say("browser", session.Agent)
		e.Say("level", session.Level)
		e.Say("seen", session.SeenAt.Format(time.RFC3339))
		entries = append(entries, e)
	}
	return entries, nil
}
