package surveys

import (
	"context"
	"errors"
	"slices"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// maxChanges bounds how many people's last changes a questionnaire remembers.
const maxChanges = 16

// Change is the last that somebody of the staff did to a questionnaire. By it a form that is sent again is
// known, whatever others changed since: what it says is done, and only what follows may be missing.
type Change struct {
	By       civic.ID `bson:"by"`
	Form     string   `bson:"form"`              // digest of what was asked, and of what it was asked of
	Revision int64    `bson:"revision"`          // that it made
	Version  int      `bson:"version,omitempty"` // the last one then
}

// made returns the change that a form made, when it is the last of whoever sends it.
func (q Questionnaire) made(by civic.Actor, form string) (Change, bool) {
	i := slices.IndexFunc(q.Changes, func(c Change) bool { return c.By == by.Account && c.Form == form })
	if i < 0 {
		return Change{}, false
	}
	return q.Changes[i], true
}

// remember notes what by does to q, which is about to be stored.
func (q *Questionnaire) remember(by civic.Actor, form string) Change {
	c := Change{By: by.Account, Form: form, Revision: q.Revision + 1, Version: q.Version()}
	q.Changes = slices.DeleteFunc(slices.Clone(q.Changes), func(c Change) bool { return c.By == by.Account })
	q.Changes = append(q.Changes[max(0, len(q.Changes)-maxChanges+1):], c)
	return c
}

// change changes a questionnaire as a form says, once: the same form, sent again by who did nothing else to
// it since, returns the questionnaire as it is now, and the change that the form made. A form that leaves all
// as it was makes none.
func (s *Service) change(
	ctx context.Context, by civic.Actor, p civic.Permission, id civic.ID, form string,
	do func(*Questionnaire) error,
) (Questionnaire, Change, error) {
	var stored Questionnaire
	var made Change
	q, err := s.surveys.Edit(ctx, id, func(q *Questionnaire) error {
		stored, made = *q, Change{}
		if err := may(by, p, q.Office); err != nil {
			return err
		}
		if c, ok := q.made(by, form); ok {
			made = c
			return errSame
		}
		if err := do(q); err != nil {
			return err
		}
		made = q.remember(by, form)
		return nil
	}, "changes")
	if errors.Is(err, errSame) {
		q, err = stored, nil
	}
	if err != nil {
		return Questionnaire{}, Change{}, err
	}
	if made.Revision > q.Revision { // nothing was to be stored
		made = Change{}
	}
	q.overtaken = 0 < made.Revision && made.Revision < q.Revision
	return q, made, nil
}

// Overtaken reports whether the form that returned q had been sent before, and others changed q since: what
// it says was done, and is perhaps not what stands now.
func (q Questionnaire) Overtaken() bool { return q.overtaken }

// follow draws what follows from a change of q, if there was one: the index has q, and the audit a line.
func (s *Service) follow(
	ctx context.Context, by civic.Actor, action audit.Action, q Questionnaire, made Change,
	detail map[string]string,
) error {
	s.find(ctx, q)
	return s.audit.Revised(ctx, audit.Entry{By: by, Action: action, Object: q.ID, Detail: detail}, made.Revision)
}
