package surveys

import (
	"context"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// PersonalCollections implements civic.PersonalData.
func (s *Service) PersonalCollections() []string {
	return []string{"survey_responses", "survey_sheets"}
}

// reasonAnonymous says why the answers to anonymous surveys are not found.
const reasonAnonymous = "privacy.reason.anonymous"

// FindPersonal implements civic.PersonalData. Of anonymous surveys nothing tells who answered: they are told
// of with no count.
func (s *Service) FindPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject,
) ([]civic.PersonalHolding, error) {
	if err := about.Erasable(by); err != nil {
		return nil, err
	}
	sent, err := s.responsesOf(ctx, about.Contact)
	if err != nil {
		return nil, err
	}
	counted, err := s.countedInPublic(ctx, sent)
	if err != nil {
		return nil, err
	}
	begun, err := s.drafts.Count(ctx, docstore.Filter{docstore.Eq("contact", string(about.Contact))})
	return []civic.PersonalHolding{
		{Kind: "answers", Count: len(sent), Fate: civic.FateErased},
		{Kind: "answers_begun", Count: begun, Fate: civic.FateErased},
		{Kind: "answers_published", Count: counted, Fate: civic.FateAnonymised},
		{Kind: "answers_anonymous", Fate: civic.FateUnknowable, Reason: reasonAnonymous},
	}, err
}

// responsesOf returns what a contact sent. A known response has the contact's id in its own, so each survey
// is asked for by name.
func (s *Service) responsesOf(ctx context.Context, contact civic.ID) ([]Response, error) {
	var all []Response
	var ids []civic.ID
	read := func() error {
		if len(ids) == 0 {
			return nil
		}
		theirs := docstore.Filter{docstore.In("_id", ids...)}
		page, err := s.responses.Find(ctx, docstore.Query{Filter: theirs, Limit: len(ids)})
		all, ids = append(all, page.Items...), ids[:0]
		return err
	}
	for q, err := range s.surveys.All(ctx, docstore.Query{Sort: []string{"updatedAt"}}) {
		if err != nil {
			return nil, err
		}
		if ids = append(ids, civic.Key(q.ID, contact)); len(ids) == batch {
			if err := read(); err != nil {
				return nil, err
			}
		}
	}
	return all, read()
}

// countedInPublic returns how many of some responses are part of results that were made public.
func (s *Service) countedInPublic(ctx context.Context, sent []Response) (int, error) {
	n := 0
	for _, r := range sent {
		switch _, err := s.public.Get(ctx, r.Questionnaire); civic.CodeOf(err) {
		case "":
			n++
		case civic.NotFound:
		default:
			return 0, err
		}
	}
	return n, nil
}

// ErasePersonal implements civic.PersonalData: answers are removed, and counted no more. Results that were
// made public stay as they were: counts of at least PublicThreshold people, which tell of none of them.
func (s *Service) ErasePersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, _ civic.PersonalErasure,
) error {
	if err := about.Erasable(by); err != nil {
		return err
	}
	begun := docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", string(about.Contact))}}
	for draft, err := range s.drafts.All(ctx, begun) {
		if err == nil {
			err = s.dropDraft(ctx, draft)
		}
		if err != nil {
			return err
		}
	}
	sent, err := s.responsesOf(ctx, about.Contact)
	for _, r := range sent {
		if err == nil {
			err = s.eraseResponse(ctx, r)
		}
	}
	return err
}

// eraseResponse removes a response and the count that it is part of: another one of the same day would else
// hide that it is gone.
func (s *Service) eraseResponse(ctx context.Context, r Response) error {
	turn, err := s.counting.take(ctx, r.Questionnaire)
	if err != nil {
		return err
	}
	defer turn.giveBack()
	turn.checked = time.Time{}
	if err := s.tallies.Delete(ctx, civic.Key(r.Questionnaire, civic.ID(r.Day))); err != nil {
		return err
	}
	if len(r.Answers.fileIDs()) > 0 {
		if err := s.files.Release(ctx, r.holding().Document); err != nil {
			return err
		}
	}
	return s.responses.Delete(ctx, r.ID)
}
