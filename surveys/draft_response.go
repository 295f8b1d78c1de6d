package surveys

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// SubmittedToken is what the browser keeps in place of its token once the response is sent: it says that this
// browser has answered, and nothing that leads to the response.
const SubmittedToken = "sent"

// DraftGone is the text that says that a draft cannot be found any more, for somebody who went on with it.
const DraftGone = "surveys.error.draft_gone"

// Standing is how far a respondent is.
type Standing string

// The standings.
const (
	NotBegun  Standing = ""
	Begun     Standing = "begun" // there is a draft to go on with
	Submitted Standing = "sent"
)

// Respondent is who answers which questionnaire: the actor, the address, the token of the browser (empty:
// none), and the language in which they type.
type Respondent struct {
	By       civic.Actor
	Slug     string
	Token    string
	Language string
}

// Standing returns how far a respondent is with a published questionnaire.
func (s *Service) Standing(ctx context.Context, r Respondent) (Standing, error) {
	q, err := s.bySlug(ctx, r.Slug)
	if err != nil {
		return NotBegun, err
	}
	sent, err := s.isSubmitted(ctx, q, r)
	switch {
	case err != nil:
		return NotBegun, err
	case sent:
		return Submitted, nil
	}
	_, err = s.draft(ctx, q, r)
	switch civic.CodeOf(err) {
	case "":
		return Begun, nil
	case civic.NotFound, civic.Unauthenticated, civic.Forbidden:
		return NotBegun, nil
	default:
		return NotBegun, err
	}
}

// isSubmitted reports whether the respondent's response is stored, as far as it can be known.
func (s *Service) isSubmitted(ctx context.Context, q Questionnaire, r Respondent) (bool, error) {
	id := responseID(q.ID, r.Token)
	switch {
	case q.Participation == Known && r.By.Contact == "":
		return false, nil
	case q.Participation == Known:
		id = civic.Key(q.ID, r.By.Contact)
	case r.Token == SubmittedToken:
		return true, nil
	case r.Token == "":
		return false, nil
	}
	_, err := s.responses.Get(ctx, id)
	if civic.CodeOf(err) == civic.NotFound {
		return false, nil
	}
	return err == nil, err
}

// mayAnswer returns nil when the actor can be a respondent of q. What is known of a citizen must not be
// answered by staff.
func (q Questionnaire) mayAnswer(by civic.Actor) error {
	switch {
	case q.Participation == Anonymous || by.Contact != "":
		return nil
	case by.Account == "":
		return civic.NewError(civic.Unauthenticated, "surveys.error.sign_in")
	default:
		return civic.NewError(civic.Forbidden, "surveys.error.citizens_only")
	}
}

// Start returns the token of the respondent's draft: the one there is, or a new one while the questionnaire
// is open. It returns Conflict when they have answered already, Gone when it is over.
func (s *Service) Start(ctx context.Context, r Respondent) (token string, err error) {
	q, _, err := s.published(ctx, r.Slug)
	if err != nil {
		return "", err
	}
	if err := q.mayAnswer(r.By); err != nil {
		return "", err
	}
	sent, err := s.isSubmitted(ctx, q, r)
	if err != nil {
		return "", err
	}
	if sent {
		return "", civic.NewError(civic.Conflict, "surveys.error.answered")
	}
	switch draft, err := s.draft(ctx, q, r); civic.CodeOf(err) {
	case "":
		return r.Token, q.takes(draft, s.now())
	case civic.NotFound:
	default:
		return "", err // a new draft would take the place of one that only cannot be read now
	}
	now := s.now()
	switch q.Phase(now) {
	case Open:
	case Coming:
		return "", civic.NewError(civic.Conflict, "surveys.error.not_open")
	default:
		return "", civic.NewError(civic.Gone, "surveys.error.over")
	}
	token = rand.Text()
	draft := DraftResponse{
		Meta:          docstore.Meta{ID: draftID(q.ID, token)},
		Questionnaire: q.ID,
		Version:       q.Version(),
		StartedAt:     now,
		ExpiresAt:     expiry(q, now),
	}
	if q.Participation == Known {
		draft.Contact = r.By.Contact
	}
	return token, s.drafts.Insert(ctx, &draft)
}

// draft returns the respondent's draft, or NotFound when there is none, it has expired, or it is another
// citizen's.
func (s *Service) draft(ctx context.Context, q Questionnaire, r Respondent) (DraftResponse, error) {
	if err := q.mayAnswer(r.By); err != nil {
		return DraftResponse{}, err
	}
	notFound := noDraft()
	if r.Token == "" || r.Token == SubmittedToken {
		return DraftResponse{}, notFound
	}
	draft, err := s.drafts.Get(ctx, draftID(q.ID, r.Token))
	switch {
	case civic.CodeOf(err) == civic.NotFound:
		return DraftResponse{}, notFound
	case err != nil:
		return DraftResponse{}, err
	case draft.Questionnaire != q.ID || q.Participation == Known && draft.Contact != r.By.Contact ||
		draft.over(s.now()):
		return DraftResponse{}, notFound
	}
	return draft, nil
}

func noDraft() error { return civic.NewError(civic.NotFound, "surveys.error.no_draft") }

// over reports whether the draft is to be thrown away.
func (draft DraftResponse) over(now time.Time) bool { return !now.Before(draft.ExpiresAt) }

// takes returns nil when the draft can be saved or sent now: while q is open, and in the grace period when it
// was begun before.
func (q Questionnaire) takes(draft DraftResponse, now time.Time) error {
	switch phase := q.Phase(now); {
	case phase == Open, phase == InGrace && draft.StartedAt.Before(q.ClosesAt):
		return nil
	default:
		return civic.NewError(civic.Gone, "surveys.error.over")
	}
}

// ExpireDrafts throws away drafts nobody went on with, and returns how many. It is for a job.
func (s *Service) ExpireDrafts(ctx context.Context) (int, error) {
	n := 0
	var failed error
	expired := docstore.Query{Filter: docstore.Filter{docstore.Lte("expiresAt", s.now())},
		Sort: []string{"expiresAt"}}
	for draft, err := range s.drafts.All(ctx, expired) {
		if err != nil {
			return n, err
		}
		if err := s.dropSent(ctx, draft); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		n++
	}
	return n, failed
}
