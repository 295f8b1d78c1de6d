package surveys

import (
	"cmp"
	"context"
	"slices"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// Asked is a question as it stands on a page: with the answer there is, or what was typed when that cannot be
// an answer.
type Asked struct {
	Question Question
	Answer   Answer
}

// ResponsePage is one page of a questionnaire as a respondent sees it.
type ResponsePage struct {
	Survey   Survey
	Uploader civic.ID // who sends the files that a form of the page brings
	Person   civic.ID // whose data they are; empty in anonymous surveys
	Pool     blob.Pool
	Number   int // of the page, counted from 1, as in its address
	Title    civic.Text
	Asked    []Asked
	Step     int // counted from 1 over the pages that are shown
	Steps    int // how many pages are shown, and one for the summary
	Previous int // the number of the page before, 0: none
	Next     int // the number of the page after, 0: the summary
	// whether answers on this page or after it can make a page appear that is not shown
	More    bool
	Dropped []Question // of what was saved on leaving: what was typed to these cannot be kept
}

// openDraft is a respondent's draft with what it answers.
type openDraft struct {
	q     Questionnaire
	c     Content
	draft DraftResponse
	token string
	pool  blob.Pool
}

// openDraft returns the draft that a respondent goes on with, and Conflict when its response was sent: a
// draft that is there all the same was left by a program that ended between the two, and goes.
func (s *Service) openDraft(ctx context.Context, r Respondent) (openDraft, error) {
	q, err := s.bySlug(ctx, r.Slug)
	if err != nil {
		return openDraft{}, err
	}
	draft, err := s.draft(ctx, q, r)
	if err != nil {
		return openDraft{}, s.sentOr(ctx, q, r, err)
	}
	switch sent, err := s.isSubmitted(ctx, q, r); {
	case err != nil:
		return openDraft{}, err
	case sent:
		err := s.dropSent(ctx, draft)
		return openDraft{}, cmp.Or(err, error(civic.NewError(civic.Conflict, "surveys.error.answered")))
	}
	if err := q.takes(draft, s.now()); err != nil {
		return openDraft{}, err
	}
	c, err := s.content(ctx, q, draft.Version)
	return openDraft{q, c, draft, r.Token, s.pool(q)}, err
}

// sentOr turns a missing draft into Conflict when the reason is that its response was sent.
func (s *Service) sentOr(ctx context.Context, q Questionnaire, r Respondent, err error) error {
	if civic.CodeOf(err) != civic.NotFound {
		return err
	}
	if sent, sentErr := s.isSubmitted(ctx, q, r); sentErr == nil && sent {
		return civic.NewError(civic.Conflict, "surveys.error.answered")
	}
	return err
}

// pages returns the numbers of the pages on which a respondent with these answers sees a question.
func (c Content) pages(as Answers) []int {
	shown := c.shown(as)
	var numbers []int
	for i, p := range c.Pages {
		if slices.ContainsFunc(p.Questions, func(q Question) bool { return shown[q.Code] }) {
			numbers = append(numbers, i+1)
		}
	}
	return numbers
}

// mayGrow reports whether what is answered from page number on can make a later page appear that is not among
// those shown.
func (c Content) mayGrow(number int, shown []int) bool {
	for i := number; i < len(c.Pages); i++ {
		if slices.Contains(shown, i+1) {
			continue
		}
		for _, q := range c.Pages[i].Questions {
			if slices.ContainsFunc(q.Show.References(), func(code string) bool { return c.Page(code) >= number }) {
				return true
			}
		}
	}
	return false
}

// incomplete returns the number of the first page before limit with a problem, 0 when there is none.
func (c Content) incomplete(as Answers, limit int) int {
	shown := c.shown(as)
	for i, p := range c.Pages[:max(0, min(limit-1, len(c.Pages)))] {
		for _, q := range p.Questions {
			if _, err := q.normal(as.To(q.Code)); shown[q.Code] &&
				(err != nil || q.Required && as.To(q.Code).Empty()) {
				return i + 1
			}
		}
	}
	return 0
}

// page returns page number with the draft's answers, or NotFound when it is not shown.
func (t openDraft) page(number int, now time.Time) (ResponsePage, error) {
	numbers := t.c.pages(t.draft.Answers)
	at := slices.Index(numbers, number)
	if at < 0 {
		return ResponsePage{}, civic.NewError(civic.NotFound, "surveys.error.no_page")
	}
	p := ResponsePage{
		Survey:   t.q.survey(t.c, now),
		Uploader: uploader(t.q.ID, t.token), Person: t.draft.Contact, Pool: t.pool,
		Number: number,
		Title:  t.c.Pages[number-1].Title,
		Step:   at + 1,
		Steps:  len(numbers) + 1,
	}
	if at > 0 {
		p.Previous = numbers[at-1]
	}
	if at < len(numbers)-1 {
		p.Next = numbers[at+1]
	}
	p.More = t.c.mayGrow(number, numbers)
	shown := t.c.shown(t.draft.Answers)
	for _, q := range t.c.Pages[number-1].Questions {
		if shown[q.Code] {
			p.Asked = append(p.Asked, Asked{q, t.draft.Answers.To(q.Code)})
		}
	}
	return p, nil
}

// Page returns page number of the respondent's draft; 0 is the first page that is not complete, else the
// first. When a page before it lacks a required answer, that page is returned instead, so compare
// ResponsePage.Number.
func (s *Service) Page(ctx context.Context, r Respondent, number int) (ResponsePage, error) {
	t, err := s.openDraft(ctx, r)
	if err != nil {
		return ResponsePage{}, err
	}
	limit := number
	if number == 0 {
		limit, number = len(t.c.Pages)+1, t.c.pages(t.draft.Answers)[0]
	}
	if first := t.c.incomplete(t.draft.Answers, limit); first != 0 {
		number = first
	}
	return t.page(number, s.now())
}

// PageQuestions returns the questions of page number as the respondent was asked them, or where their draft
// cannot be found any more as the live version asks them; or NotFound.
func (s *Service) PageQuestions(ctx context.Context, r Respondent, number int) (Survey, []Question, error) {
	q, c, err := s.published(ctx, r.Slug)
	if err != nil {
		return Survey{}, nil, err
	}
	if draft, err := s.draft(ctx, q, r); err == nil {
		if c, err = s.content(ctx, q, draft.Version); err != nil {
			return Survey{}, nil, err
		}
	}
	if err := c.hasPage(number); err != nil {
		return Survey{}, nil, err
	}
	return q.survey(c, s.now()), c.Pages[number-1].Questions, nil
}

// SavePage stores what was typed to the questions of page number and returns the page as it then is. When an
// answer is impossible or a required one is missing it returns the page as it was typed and an Invalid error
// with the questions' codes as fields; nothing is stored then, unless leaving is set: going back or away
// keeps what can be kept, also what is no answer yet, to be asked again before it is sent. What cannot is
// named in ResponsePage.Dropped.
func (s *Service) SavePage(
	ctx context.Context, r Respondent, number int, typed Typed, leaving bool,
) (ResponsePage, error) {
	t, err := s.openDraft(ctx, r)
	if err != nil {
		return ResponsePage{}, err
	}
	page, err := t.page(number, s.now())
	if err != nil {
		return ResponsePage{}, err
	}
	answers, problems := t.draft.Answers, civic.Problems{}
	var dropped []Question
	for i, asked := range page.Asked {
		a, err := asked.Question.ParseIn(r.Language, typed[asked.Question.Code])
		if err == nil {
			a, err = s.lookUp(ctx, t, asked.Question, a)
		}
		page.Asked[i].Answer = a
		switch {
		case err != nil && civic.CodeOf(err) != civic.Invalid:
			return ResponsePage{}, err
		case err != nil:
			noteFaults(&problems, asked.Question.Code, err)
			kept, faulty := asked.Question.keeps(a)
			if !faulty {
				dropped = append(dropped, asked.Question)
			}
			if !kept {
				continue
			}
		case a.Empty() && asked.Question.Required:
			problems.Add(a.Question, "surveys.error.required")
		}
		answers = answers.with(a)
	}
	if err := problems.Err(); err != nil && !leaving {
		return page, err
	}
	page, err = s.saveDraft(ctx, t, page, answers)
	page.Dropped = dropped
	return page, s.sentOr(ctx, t.q, r, err) // it may have been sent meanwhile
}

// keeps reports whether a draft may hold what was read of a faulty answer to q: what can be shown again, and
// is refused again before it is sent, or parts without the faulty ones; and whether the fault is still in it.
func (q Question) keeps(a Answer) (kept, faulty bool) {
	_, err := q.normal(a)
	faulty = !a.Empty() && err != nil
	return faulty || len(a.Parts) > 0, faulty
}

// saveDraft stores the answers to the questions of a page and returns the page as it then is.
func (s *Service) saveDraft(
	ctx context.Context,
	t openDraft,
	page ResponsePage,
	answers Answers,
) (ResponsePage, error) {
	now := s.now()
	var err error
	var before Answers
	t.draft, err = s.drafts.Update(ctx, t.draft.ID, func(draft *DraftResponse) error {
		before = draft.Answers
		if draft.over(now) { // it was let go meanwhile
			return noDraft()
		}
		if err := t.q.takes(*draft, now); err != nil {
			return err
		}
		for _, asked := range page.Asked {
			draft.Answers = draft.Answers.with(answers.To(asked.Question.Code))
		}
		draft.ExpiresAt, draft.FiledAt = expiry(t.q, now), time.Time{}
		if len(draft.Answers.fileIDs()) > 0 {
			draft.FiledAt = now
		}
		return nil
	})
	if err == nil {
		err = s.keepDraftFiles(ctx, before, t.draft)
	}
	if err != nil {
		return ResponsePage{}, err
	}
	return t.page(page.Number, now)
}
