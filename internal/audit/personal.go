package audit

import (
	"context"
	"slices"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// maxAbout bounds the records that a person takes away; older ones are for the data protection officer to
// look up.
const maxAbout = 2000

// About returns the newest records about a person, and of what they did signed in, the newest first of each.
// It follows the person: what an account did while it was bound to somebody else is that one's. It needs no
// right to read the audit, and is only for the person: Unauthenticated or Forbidden for anybody else.
func (l *Log) About(ctx context.Context, by civic.Actor, about civic.Subject) ([]Record, error) {
	if err := about.Readable(by); err != nil {
		return nil, err
	}
	if about.Contact == "" {
		return nil, nil
	}
	all, err := l.newest(ctx, docstore.Eq("contact", about.Contact))
	if err != nil {
		return nil, err
	}
	since := boundSince(all, about.Account)
	did, err := l.newest(ctx, docstore.Eq("person", about.Contact))
	if err != nil {
		return nil, err
	}
	if about.Account != "" {
		old, err := l.newest(ctx, docstore.Eq("actor", about.Account))
		if err != nil {
			return nil, err
		}
		did = append(did, slices.DeleteFunc(old, func(r Record) bool {
			return r.Person != "" || r.Contact != "" || r.At.Before(since)
		})...)
	}
	known := map[civic.ID]bool{}
	return slices.DeleteFunc(append(all, did...), func(r Record) bool {
		again := known[r.ID]
		known[r.ID] = true
		return again
	}), nil
}

// CountAbout returns how many records are about a contact. It returns an error without civic.PermErase.
func (l *Log) CountAbout(ctx context.Context, by civic.Actor, contact civic.ID) (int, error) {
	if err := by.Can(civic.PermErase); err != nil {
		return 0, err
	}
	return l.records.Count(ctx, docstore.Filter{docstore.Eq("contact", contact)})
}

// boundSince returns when an account was bound to the person whom records are about, zero when it always was.
// Records of an earlier version, that do not say as whom an account acted, are the person's from then on.
func boundSince(records []Record, account civic.ID) time.Time {
	var since time.Time
	for _, r := range records {
		if r.Action == ActionRebound && r.Object == account && r.At.After(since) {
			since = r.At
		}
	}
	return since
}

// newest returns the newest records that a condition chooses, at most maxAbout.
func (l *Log) newest(ctx context.Context, which docstore.Cond) ([]Record, error) {
	var found []Record
	for r, err := range l.records.All(ctx,
		docstore.Query{Filter: docstore.Filter{which}, Sort: []string{"-at"}, Limit: 500}) {
		if err != nil {
			return nil, err
		}
		if found = append(found, r); len(found) == maxAbout {
			break
		}
	}
	return found, nil
}

// Word returns the catalogue key of what an action is called.
func Word(action Action) string {
	return "accounts.act." + strings.ReplaceAll(string(action), ".", "_")
}
