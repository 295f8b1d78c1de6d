package surveys

import (
	"context"
	"time"

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
	q, err := s.surveys.Update(ctx, id, func(q *Questionnaire) error {
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
	s.find(ctx, q)
	return q, s.note(ctx, by, ActionQuestionnaireReschedule, q.ID, nil)
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
	q, err = s.surveys.Update(ctx, id, func(q *Questionnaire) error {
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
	s.find(ctx, q)
	return q, s.note(ctx, by, ActionQuestionnaireDiscard, q.ID, nil)
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
		q.UpdatedAt = s.now() // whoever publishes meanwhile has another revision
		return q.editable(by, revision)
	})
	if err != nil {
		return err
	}
	if err := s.surveys.Delete(ctx, id); err != nil {
		return err
	}
	s.index.Put(search.Doc{ID: searchID(id), Deleted: true})
	return s.note(ctx, by, ActionQuestionnaireDelete, id,
		map[string]string{"title": q.Content.Title.In(civic.Italian)})
}
