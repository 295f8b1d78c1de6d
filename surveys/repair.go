package surveys

import (
	"context"
	"slices"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// RepairAnswers records again the responses to known surveys that asked a question in other words before
// answers in the CRM told wordings apart, and returns how many surveys that were. It is for a job; what is
// recorded already changes nothing.
func (s *Service) RepairAnswers(ctx context.Context) (int, error) {
	n := 0
	for q, err := range s.surveys.All(ctx, docstore.Query{Sort: []string{"updatedAt"}}) {
		if err != nil {
			return n, err
		}
		if q.Participation != Known || q.Worded >= q.Version() {
			continue
		}
		repaired, err := s.repairAnswersOf(ctx, q)
		if err != nil {
			return n, err
		}
		if repaired {
			n++
		}
	}
	return n, nil
}

func (s *Service) repairAnswersOf(ctx context.Context, q Questionnaire) (repaired bool, err error) {
	contents, err := s.contents(ctx, q)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(mergeVersions(contents, nil), func(m QuestionResult) bool { return m.Apart }) {
		if err := s.recordAll(ctx, q, contents); err != nil {
			return false, err
		}
		repaired = true
	}
	_, err = s.surveys.Update(ctx, q.ID, func(stored *Questionnaire) error {
		stored.Worded = max(stored.Worded, q.Version())
		return nil
	})
	return repaired, err
}

// recordAll puts every response of q onto the timelines once more.
func (s *Service) recordAll(ctx context.Context, q Questionnaire, contents []Content) error {
	all := docstore.Query{Filter: docstore.Filter{docstore.Eq("questionnaire", string(q.ID))},
		Sort: []string{"day"}, Limit: batch}
	for r, err := range s.responses.All(ctx, all) {
		if err != nil {
			return err
		}
		if r.Contact == "" || r.Version < 1 || r.Version > len(contents) {
			continue
		}
		err := s.recorder.Record(ctx, r.activity(contents))
		if err != nil && civic.CodeOf(err) != civic.NotFound { // the contact is gone
			return err
		}
	}
	return nil
}
