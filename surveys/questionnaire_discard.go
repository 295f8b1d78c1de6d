package surveys

import (
	"context"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/search"
)

// Reschedule changes when a published questionnaire is open, and nothing of what it asks: edits that are not
// published stay as they are. Once open, the opening time stays. It returns an Invalid error that names what
// is wrong with the times, and Conflict when the questionnaire is a draft, over, or was changed meanwhile.
func (s *Service) Reschedule(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64, when Schedule,
) (Questionnaire, error) {
	if err := by.Can(PermPublish); err != nil {
		return Questionnaire{}, err
	}
	form := submission("reschedule", []any{revision, when.form()})
	q, made, err := s.change(ctx, by, PermPublish, id, form, func(q *Questionnaire) error {
		now := s.now()
		if err := q.reschedulable(by, revision, when, now); err != nil {
			return err
		}
		edited, ref := q.Edited, q.Versions[len(q.Versions)-1]
		q.publish(ref, when, now)
		q.Edited = edited
		return nil
	})
	if err != nil {
		return Questionnaire{}, err
	}
	return q, s.follow(ctx, by, ActionQuestionnaireReschedule, q, made, nil)
}

// reschedulable returns why the times of q cannot be changed now, nil when they can.
func (q Questionnaire) reschedulable(by civic.Actor, revision int64, when Schedule, now time.Time) error {
	if err := may(by, PermPublish, q.Office); err != nil {
		return err
	}
	switch phase := q.Phase(now); {
	case phase == NotPublished:
		return civic.NewError(civic.Conflict, "surveys.error.not_published")
	case q.State == Closed, phase == InGrace, phase == Over:
		return civic.NewError(civic.Conflict, "surveys.error.edit_closed")
	case q.Revision != revision:
		return civic.NewError(civic.Conflict, "surveys.error.changed")
	}
	return when.check(now, q.Phase(now) != Open)
}

// Discard throws the edits since the last publication away: the content is again what citizens are asked.
// Codes that were given meanwhile are not given again. It returns Conflict before the first publication and
// when somebody changed it meanwhile.
func (s *Service) Discard(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64,
) (Questionnaire, error) {
	if err := by.Can(PermWrite); err != nil {
		return Questionnaire{}, err
	}
	q, err := s.surveys.Get(ctx, id)
	if err != nil {
		return Questionnaire{}, err
	}
	if q.Version() == 0 {
		return Questionnaire{}, civic.NewError(civic.Conflict, "surveys.error.not_published")
	}
	live, err := s.content(ctx, q, q.Version())
	if err != nil {
		return Questionnaire{}, err
	}
	form := submission("discard", revision)
	q, made, err := s.change(ctx, by, PermWrite, id, form, func(q *Questionnaire) error {
		if err := q.editable(by, revision); err != nil {
			return err
		}
		next := q.Content.NextCode
		q.Content = live.clone()
		q.Content.NextCode, q.Edited, q.UpdatedAt = max(next, live.NextCode), false, s.now()
		return nil
	})
	if err != nil {
		return Questionnaire{}, err
	}
	return q, s.follow(ctx, by, ActionQuestionnaireDiscard, q, made, nil)
}

// Delete takes a draft away that was never published: nobody has answered it and nothing else names it. It
// returns Conflict for any other questionnaire, and when somebody changed it meanwhile.
func (s *Service) Delete(ctx context.Context, by civic.Actor, id civic.ID, revision int64) error {
	if err := by.Can(PermWrite); err != nil {
		return err
	}
	q, err := s.surveys.Update(ctx, id, func(q *Questionnaire) error {
		if q.State != Draft || q.Version() > 0 {
			return civic.NewError(civic.Conflict, "surveys.error.delete_published")
		}
		form, seen := submission("delete", revision), revision
		if c, again := q.made(by, form); again { // and died before it was gone
			seen = c.Revision
		}
		if err := q.editable(by, seen); err != nil {
			return err
		}
		q.UpdatedAt = s.now()
		q.remember(by, form) // whoever publishes meanwhile has another revision
		return nil
	})
	if err != nil {
		return err
	}
	// in the audit while it is still there: nothing could tell afterwards that the line is missing
	e := audit.Entry{By: by, Action: ActionQuestionnaireDelete, Object: id,
		Detail: map[string]string{"title": q.Content.Title.In(civic.Italian)}}
	if err := s.audit.Entered(ctx, e, false, time.Time{}); err != nil {
		return err
	}
	if err := s.surveys.Delete(ctx, id); err != nil {
		return err
	}
	s.index.Put(search.Doc{ID: searchID(id), Deleted: true})
	return nil
}
