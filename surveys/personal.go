package surveys

import (
	"context"
	"slices"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Answered is a response of a citizen in the words of the version that was answered.
type Answered struct {
	Slug  string
	Title civic.Text
	At    time.Time // zero while it is not sent
	Asked []Asked   // the questions that were shown, with what was answered
}

// OwnAnswers returns what a signed-in citizen sent to surveys whose respondents are known, the newest first.
// Anonymous surveys keep nothing by which theirs could be found.
func (s *Service) OwnAnswers(ctx context.Context, by civic.Actor) ([]Answered, error) {
	about, err := civic.OwnSubject(by)
	if err != nil {
		return nil, err
	}
	return s.answersOf(ctx, about)
}

func (s *Service) answersOf(ctx context.Context, about civic.Subject) ([]Answered, error) {
	var all []Answered
	for q, err := range s.surveys.All(ctx, docstore.Query{Sort: []string{"updatedAt"}}) {
		if err != nil {
			return nil, err
		}
		if q.Participation != Known || q.Version() == 0 {
			continue
		}
		r, err := s.responses.Get(ctx, civic.Key(q.ID, about.Contact))
		if civic.CodeOf(err) == civic.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		a, err := s.answered(ctx, q, r.Version, r.Answers)
		if err != nil {
			return nil, err
		}
		a.At = r.At
		all = append(all, a)
	}
	slices.SortStableFunc(all, func(a, b Answered) int { return b.At.Compare(a.At) })
	return all, nil
}

// answered returns answers with the questions of a version that they are answers to.
func (s *Service) answered(
	ctx context.Context, q Questionnaire, version int, answers Answers,
) (Answered, error) {
	c, err := s.content(ctx, q, version)
	if err != nil {
		return Answered{}, err
	}
	a := Answered{Slug: q.Slug, Title: c.Title}
	shown := c.shown(answers)
	for _, question := range c.Questions() {
		if shown[question.Code] {
			a.Asked = append(a.Asked, Asked{question, answers.To(question.Code)})
		}
	}
	return a, nil
}

// begunBy returns the drafts a citizen has begun and not sent.
func (s *Service) begunBy(ctx context.Context, about civic.Subject) ([]Answered, error) {
	var all []Answered
	mine := docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", string(about.Contact))}}
	for draft, err := range s.drafts.All(ctx, mine) {
		if err != nil {
			return nil, err
		}
		q, err := s.surveys.Get(ctx, draft.Questionnaire)
		if err != nil {
			return nil, err
		}
		a, err := s.answered(ctx, q, draft.Version, draft.Answers)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// ExportPersonal implements civic.PersonalData: answers sent, and answers begun.
func (s *Service) ExportPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, language string,
) ([]civic.PersonalSection, error) {
	if err := about.Readable(by); err != nil {
		return nil, err
	}
	sent, err := s.answersOf(ctx, about)
	if err != nil {
		return nil, err
	}
	begun, err := s.begunBy(ctx, about)
	return []civic.PersonalSection{
		{Name: "answers", Entries: personalEntries(sent, language)},
		{Name: "answers_begun", Entries: personalEntries(begun, language)},
	}, err
}

func personalEntries(all []Answered, language string) []civic.PersonalEntry {
	var entries []civic.PersonalEntry
	for _, a := range all {
		e := civic.PersonalEntry{Title: a.Title.In(language), At: a.At}
		for _, asked := range a.Asked {
			if !asked.Answer.Empty() {
				e.Fields = append(e.Fields,
					civic.PersonalField{Name: asked.Question.Code, Label: asked.Question.Text.In(language),
						Value: asked.words(language)})
			}
		}
		entries = append(entries, e)
	}
	return entries
}

// words returns an answer as its respondent read it.
func (a Asked) words(language string) string {
	return strings.Join(a.Question.InWords(a.Answer, language, otherWords.In(language)+": "+a.Answer.Text),
		"; ")
}
