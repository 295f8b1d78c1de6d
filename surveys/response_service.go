package surveys

import (
	"context"
	"errors"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Summary is all that a respondent has answered, before it is sent.
type Summary struct {
	Survey     Survey
	Pages      []ResponsePage
	Incomplete int // the number of the first page that lacks something, 0: none
}

// Summary returns the pages that are shown with their answers.
func (s *Service) Summary(ctx context.Context, r Respondent) (Summary, error) {
	t, err := s.openDraft(ctx, r)
	if err != nil {
		return Summary{}, err
	}
	now := s.now()
	sum := Summary{Survey: t.q.survey(t.c, now),
		Incomplete: t.c.incomplete(t.draft.Answers, len(t.c.Pages)+1)}
	for _, number := range t.c.pages(t.draft.Answers) {
		p, err := t.page(number, now)
		if err != nil {
			return Summary{}, err
		}
		sum.Pages = append(sum.Pages, p)
	}
	return sum, nil
}

// Send makes the response of a draft and throws the draft away. Sending again changes nothing and is no
// error. It returns Invalid, with the questions' codes as fields, when something is missing; Gone after the
// end; Conflict when a citizen has answered with another draft before.
func (s *Service) Send(ctx context.Context, r Respondent, language string) error {
	q, err := s.bySlug(ctx, r.Slug)
	if err != nil {
		return err
	}
	draft, err := s.draft(ctx, q, r)
	if civic.CodeOf(err) == civic.NotFound {
		return s.sentBefore(ctx, q, r, err)
	}
	if err != nil {
		return err
	}
	now := s.now()
	if err := q.takes(draft, now); err != nil {
		return err
	}
	c, err := s.content(ctx, q, draft.Version)
	if err != nil {
		return err
	}
	answers, err := c.final(draft.Answers)
	if err != nil {
		return err
	}
	if !c.Speaks(language) {
		language = civic.Italian
	}
	response := newResponse(q, draft, responseID(q.ID, r.Token), answers, language, now)
	err = s.noteSending(ctx, draft, response.Day)
	if civic.CodeOf(err) == civic.NotFound { // the same form, sent twice at once, was faster
		return s.sentBefore(ctx, q, r, err)
	}
	if err != nil {
		return err
	}
	if err := s.store(ctx, &response); err != nil {
		return err
	}
	if err := s.keepFiles(ctx, response); err != nil {
		return err
	}
	if err := s.dropDraft(ctx, draft); err != nil {
		s.log.ErrorContext(ctx, "a draft that was sent stays until it expires", "error", err)
	}
	if response.Pending {
		s.recordNow(ctx, response)
	}
	return nil
}

// sentBefore returns nil when this token's response is stored, else the reason why there is no draft.
func (s *Service) sentBefore(ctx context.Context, q Questionnaire, r Respondent, noDraft error) error {
	sent, err := s.isSubmitted(ctx, q, r)
	if err != nil {
		return err
	}
	if !sent {
		return noDraft
	}
	if q.Participation == Known {
		old, err := s.responses.Get(ctx, civic.Key(q.ID, r.By.Contact))
		if err != nil {
			return err
		}
		if old.Draft != draftID(q.ID, r.Token) {
			return civic.NewError(civic.Conflict, "surveys.error.answered")
		}
	}
	return nil
}

// store inserts a response. One that is there already is no error when the same draft made it, and what it
// becomes.
func (s *Service) store(ctx context.Context, response *Response) error {
	err := s.responses.Insert(ctx, response)
	if civic.CodeOf(err) != civic.Conflict {
		return err
	}
	old, err := s.responses.Get(ctx, response.ID)
	if err != nil {
		return err
	}
	if old.Draft != response.Draft {
		return civic.NewError(civic.Conflict, "surveys.error.answered")
	}
	*response = old
	return nil
}

// recordNow puts a known response on its citizen's timeline. When that fails the response stays pending for
// RecordPending.
func (s *Service) recordNow(ctx context.Context, r Response) {
	if err := s.recordOne(ctx, r); err != nil {
		s.log.ErrorContext(ctx, "a response waits for its timeline entry", "error", err)
	}
}

func (s *Service) recordOne(ctx context.Context, r Response) error {
	q, err := s.surveys.Get(ctx, r.Questionnaire)
	if err != nil {
		return err
	}
	contents, err := s.contents(ctx, q)
	if err != nil {
		return err
	}
	err = s.recorder.Record(ctx, r.activity(contents))
	if civic.CodeOf(err) == civic.NotFound { // who answered was erased meanwhile
		return s.eraseResponse(ctx, r)
	}
	if err != nil {
		return err
	}
	_, err = s.responses.Update(ctx, r.ID, func(r *Response) error {
		r.Pending = false
		return nil
	})
	return err
}

// RecordPending puts responses on timelines that a fault kept from it, and returns how many. It is for a job.
func (s *Service) RecordPending(ctx context.Context) (int, error) {
	n := 0
	var failed error
	for r, err := range s.responses.All(ctx,
		docstore.Query{Filter: docstore.Filter{docstore.Eq("pending", true)}}) {
		if err != nil {
			return n, err
		}
		if err := s.recordOne(ctx, r); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		n++
	}
	return n, failed
}
