package surveys

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Publication is what is decided when a questionnaire is published: when it is open, and of every question
// that it asks in other words than before, by code, whether it means the same. Answers in words that do not
// are shown apart.
type Publication struct {
	Schedule
	Same map[string]bool
}

// Publish freezes the content as a new version when it was edited since the last one, and sets when the
// questionnaire is open. It returns an Invalid error that names what is missing or wrong (under SameField a
// changed question nothing was said of), and Conflict when somebody changed the questionnaire meanwhile or it
// is closed.
func (s *Service) Publish(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64, in Publication,
) (Questionnaire, error) {
	if err := by.Can(PermPublish); err != nil {
		return Questionnaire{}, err
	}
	q, err := s.surveys.Get(ctx, id)
	if err != nil {
		return Questionnaire{}, err
	}
	form := submission("publish", []any{revision, in.Schedule.form(), in.Same})
	var ref VersionRef
	var said []Meaning
	if _, again := q.made(by, form); !again {
		if ref, said, err = s.readyToPublish(ctx, by, q, revision, in); err != nil {
			return Questionnaire{}, err
		}
	}
	q, made, err := s.change(ctx, by, PermPublish, id, form, func(q *Questionnaire) error {
		now := s.now()
		if err := q.publishable(by, revision, in.Schedule, now); err != nil {
			return err
		}
		q.publish(ref, in.Schedule, now)
		for _, m := range said {
			q.say(m, true)
		}
		return nil
	})
	if err != nil {
		return Questionnaire{}, err
	}
	return q, s.followPublished(ctx, by, q, made, in)
}

// readyToPublish returns the version that publishing q as it is would put before citizens, frozen, and what
// is said of its words; or why it cannot be published.
func (s *Service) readyToPublish(
	ctx context.Context, by civic.Actor, q Questionnaire, revision int64, in Publication,
) (ref VersionRef, said []Meaning, err error) {
	err = q.publishable(by, revision, in.Schedule, s.now())
	if err != nil && civic.CodeOf(err) != civic.Invalid {
		return ref, nil, err
	}
	said, unsaid := s.decided(ctx, by, q, in.Same)
	if err := allFaults(err, unsaid); err != nil {
		return ref, nil, err
	}
	ref, frozen := q.Live()
	if !frozen || q.Edited {
		ref, err = s.freeze(ctx, by, q)
	}
	return ref, said, err
}

// allFaults returns what is wrong in two respects as one error; what is no fault of the input comes alone.
func allFaults(a, b error) error {
	var first, second *civic.Error
	if !errors.As(a, &first) || !errors.As(b, &second) || len(first.Fields) == 0 || len(second.Fields) == 0 {
		return cmp.Or(b, a)
	}
	var p civic.Problems
	for _, f := range append(slices.Clone(first.Fields), second.Fields...) {
		p.Add(f.Field, f.Message.Key, f.Message.Args)
	}
	return p.Err()
}

// followPublished draws what follows from a publication: the audit says which version it was and what was
// said of its words.
func (s *Service) followPublished(
	ctx context.Context, by civic.Actor, q Questionnaire, made Change, in Publication,
) error {
	for _, m := range q.Meanings {
		if m.Later != made.Version || m.By != by.Account || !in.Same[m.Question] {
			continue
		}
		if err := s.noteMeaning(ctx, by, q.ID, m, true, made); err != nil {
			return err
		}
	}
	return s.follow(ctx, by, ActionQuestionnairePublish, q, made,
		map[string]string{"version": strconv.Itoa(made.Version)})
}

// IsFirstOf reports whether q was published for the first time as it was at a revision.
func (q Questionnaire) IsFirstOf(revision int64) bool {
	return q.Version() == 1 && q.Versions[0].Document == versionID(q.ID, 1, revision)
}

func versionID(questionnaire civic.ID, number int, revision int64) civic.ID {
	return civic.Key(questionnaire, civic.ID(fmt.Sprintf("v%d.%d", number, revision)))
}

// publishable returns why q cannot be published now, nil when it can.
func (q Questionnaire) publishable(by civic.Actor, revision int64, when Schedule, now time.Time) error {
	if err := may(by, PermPublish, q.Office); err != nil {
		return err
	}
	if q.State == Closed {
		return civic.NewError(civic.Conflict, "surveys.error.edit_closed")
	}
	if q.Revision != revision {
		return civic.NewError(civic.Conflict, "surveys.error.changed")
	}
	if err := q.complete(); err != nil {
		return err
	}
	if phase := q.Phase(now); phase == InGrace || phase == Over {
		return civic.NewError(civic.Conflict, "surveys.error.edit_closed")
	}
	return when.check(now, q.Phase(now) != Open)
}

// complete returns what keeps the content from becoming a version, nil when it need not become one.
func (q Questionnaire) complete() error {
	if q.Version() > 0 && !q.Edited {
		return nil
	}
	if err := q.checkComplete(); err != nil {
		return err
	}
	return q.Content.checkLogic()
}

// publish puts a version and a schedule into q. Once open, the opening time stays.
func (q *Questionnaire) publish(ref VersionRef, when Schedule, now time.Time) {
	if q.Phase(now) != Open {
		q.OpensAt = when.OpensAt
	}
	if live, ok := q.Live(); !ok || live.Number != ref.Number {
		if q.Worded == q.Version() {
			q.Worded++
		}
		q.Versions = append(q.Versions, ref)
	}
	if first := day(q.OpensAt); q.FirstDay == "" || first < q.FirstDay {
		q.FirstDay = first
	}
	q.State, q.ClosesAt, q.Grace, q.Edited, q.UpdatedAt = Published, when.ClosesAt, when.Grace, false, now
}

// freeze stores the content as a version. The id holds the revision it was made of: when two publish at once,
// each freezes what it saw, and the revision check of Publish lets one of them refer to it.
func (s *Service) freeze(ctx context.Context, by civic.Actor, q Questionnaire) (VersionRef, error) {
	number := q.Version() + 1
	now := s.now()
	v := Version{Meta: docstore.Meta{ID: versionID(q.ID, number, q.Revision)}, Questionnaire: q.ID,
		Number: number, Content: q.Content, At: now, By: by.Account}
	err := s.versions.Insert(ctx, &v)
	if err != nil && civic.CodeOf(err) != civic.Conflict {
		return VersionRef{}, err
	}
	return VersionRef{Number: number, Document: v.ID, At: now}, nil
}

// Close ends a questionnaire now; what was begun before may be sent within the grace period. Closing again
// what is closed changes nothing, and completes what follows from it.
func (s *Service) Close(ctx context.Context, by civic.Actor, id civic.ID) (Questionnaire, error) {
	if err := by.Can(PermPublish); err != nil {
		return Questionnaire{}, err
	}
	var before Questionnaire
	q, err := s.surveys.Update(ctx, id, func(q *Questionnaire) error {
		if err := may(by, PermPublish, q.Office); err != nil {
			return err
		}
		switch before = *q; q.State {
		case Draft:
			return civic.NewError(civic.Conflict, "surveys.error.not_published")
		case Closed:
			return errSame
		}
		q.close(s.now())
		q.ClosedBy = by.Account
		return nil
	})
	again := errors.Is(err, errSame)
	if again {
		q, err = before, nil
	}
	if err != nil {
		return Questionnaire{}, err
	}
	s.find(ctx, q)
	if again && q.ClosedBy != by.Account { // somebody else, or the time, closed it
		return q, nil
	}
	return q, s.audit.Entered(ctx, audit.Entry{By: by, Action: ActionQuestionnaireClose, Object: q.ID}, again,
		q.ClosesAt)
}

func (q *Questionnaire) close(now time.Time) {
	if q.State == Closed {
		return
	}
	if now.Before(q.ClosesAt) {
		q.ClosesAt = now
	}
	q.State, q.UpdatedAt = Closed, now
}

// CloseExpired marks as closed what has passed its closing time, and returns how many that were. It is for a
// job; a late run lets nobody in, because closing is decided by the time.
func (s *Service) CloseExpired(ctx context.Context) (int, error) {
	n, now := 0, s.now()
	var failed error
	expired := docstore.Query{Filter: docstore.Filter{docstore.Eq("state", string(Published)),
		docstore.Lte("closesAt", now)}, Sort: []string{"closesAt"}}
	for q, err := range s.surveys.All(ctx, expired) {
		if err != nil {
			return n, err
		}
		closed := false
		q, err = s.surveys.Update(ctx, q.ID, func(q *Questionnaire) error {
			if closed = q.State == Published && !now.Before(q.ClosesAt); closed {
				q.close(now)
			}
			return nil
		})
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		if closed {
			n++
			s.find(ctx, q)
		}
	}
	return n, failed
}
