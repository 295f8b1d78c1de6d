package surveys

import (
	"context"
	"errors"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// PublicResults are results as they were made public: counted once, after the end, and never again, so that
// no later look can be compared with an earlier one to tell what somebody answered. They stay when they are
// withdrawn, and when who answered is erased: they are counts of people, none of fewer than PublicThreshold.
type PublicResults struct {
	docstore.Meta `bson:",inline"` // the questionnaire's id
	Title         civic.Text       `bson:"title"`
	Results       Results          `bson:"results"`
	Rules         int              `bson:"rules,omitempty"` // those they were made public by: publicRules
}

// forPublic returns results without free texts and without every question that fewer than PublicThreshold
// people answered; of these only the wording remains, and that it was asked. Of the others each kind leaves
// out what few people answered, and what would tell it. Days with fewer responses are left out too.
func (r Results) forPublic() Results {
	public := Results{Responses: r.Responses, At: r.At}
	for _, d := range r.Days {
		if d.Responses >= PublicThreshold {
			public.Days = append(public.Days, d)
		}
	}
	for _, q := range r.Questions {
		if q.Answered < PublicThreshold {
			q = QuestionResult{Question: q.Question, Versions: q.Versions, Suppressed: true}
		}
		q.Question.Show, q.Extremes = nil, nil
		if !q.Suppressed {
			q.Question.kind().public(&q)
		}
		public.Questions = append(public.Questions, q)
	}
	return public
}

// PublishResults makes the results public as they are now; or, when they were public before, as they were
// then. It returns Conflict before the end of the grace period: results of a running survey would show single
// answers as they come in.
func (s *Service) PublishResults(ctx context.Context, by civic.Actor, id civic.ID) (Questionnaire, error) {
	if err := by.Can(PermPublish); err != nil {
		return Questionnaire{}, err
	}
	q, err := s.surveys.Get(ctx, id)
	if err != nil {
		return Questionnaire{}, err
	}
	if err := may(by, PermPublish, q.Office); err != nil {
		return Questionnaire{}, err
	}
	if q.Phase(s.now()) != Over {
		return Questionnaire{}, civic.NewError(civic.Conflict, "surveys.error.results_early")
	}
	p, err := s.keptPublic(ctx, q)
	if err != nil {
		return q, err
	}
	return s.setResults(ctx, by, id, ActionResultsPublish, p.Results.At)
}

// keptPublic returns the public results of q as they were first counted, and counts them when they never
// were.
func (s *Service) keptPublic(ctx context.Context, q Questionnaire) (PublicResults, error) {
	p, err := s.public.Get(ctx, q.ID)
	if civic.CodeOf(err) != civic.NotFound {
		return p, err
	}
	c, err := s.content(ctx, q, q.Version())
	if err != nil {
		return PublicResults{}, err
	}
	r, err := s.results(ctx, q)
	if err != nil {
		return PublicResults{}, err
	}
	contents, err := s.contents(ctx, q)
	if err != nil {
		return PublicResults{}, err
	}
	p = PublicResults{Meta: docstore.Meta{ID: q.ID}, Title: c.Title, Results: r.forPublic(),
		Rules: publicRules}
	if err := s.hideLinked(ctx, q, contents, r, &p.Results); err != nil {
		return PublicResults{}, err
	}
	if err = s.public.Insert(ctx, &p); civic.CodeOf(err) == civic.Conflict {
		return s.public.Get(ctx, q.ID) // counted by somebody else at the same time
	}
	return p, err
}

// WithdrawResults takes the public results back. They are kept as they are, to be shown again.
func (s *Service) WithdrawResults(ctx context.Context, by civic.Actor, id civic.ID) (Questionnaire, error) {
	if err := by.Can(PermPublish); err != nil {
		return Questionnaire{}, err
	}
	q, err := s.surveys.Get(ctx, id)
	if err != nil {
		return Questionnaire{}, err
	}
	if err := may(by, PermPublish, q.Office); err != nil {
		return Questionnaire{}, err
	}
	return s.setResults(ctx, by, id, ActionResultsWithdraw, time.Time{})
}

// setResults shows the public results of a time, or none. What is so already is not changed; when by did
// that, what follows is completed.
func (s *Service) setResults(
	ctx context.Context, by civic.Actor, id civic.ID, action audit.Action, at time.Time,
) (Questionnaire, error) {
	var before Questionnaire
	q, err := s.surveys.Update(ctx, id, func(q *Questionnaire) error {
		if before = *q; q.ResultsAt.Equal(at) {
			return errSame
		}
		q.ResultsAt, q.UpdatedAt = at, s.now()
		q.ResultsBy, q.ResultsSet = by.Account, q.UpdatedAt
		return nil
	})
	again := errors.Is(err, errSame)
	if again {
		q, err = before, nil
	}
	if err != nil || again && q.ResultsBy != by.Account {
		return q, err
	}
	return q, s.audit.Entered(ctx, audit.Entry{By: by, Action: action, Object: q.ID}, again, q.ResultsSet)
}

// PublicResults returns the survey and its public results, or NotFound when there are none.
func (s *Service) PublicResults(ctx context.Context, slug string) (Survey, Results, error) {
	q, c, err := s.published(ctx, slug)
	if err != nil {
		return Survey{}, Results{}, err
	}
	if q.ResultsAt.IsZero() {
		return Survey{}, Results{}, civic.NewError(civic.NotFound, "surveys.error.no_results")
	}
	p, err := s.public.Get(ctx, q.ID)
	if err == nil && p.Rules < publicRules {
		p.Results = p.Results.forPublic()
		p.Results.hideConditional()
	}
	return q.survey(c, s.now()), p.Results, err
}
