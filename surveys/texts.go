package surveys

import (
	"context"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// TextAnswer is one free text, or the files of one answer. It says on which day it came, and never from whom.
type TextAnswer struct {
	Day   string
	Text  string
	Files []blob.Attachment
	Asked civic.Text // the question in the words of the version that was answered
}

// Texts returns a page of the texts or files answered to a question, with the question. Of a survey whose
// respondents are known, reading is audited. Their order is that of their ids, which for anonymous responses
// is chance.
func (s *Service) Texts(
	ctx context.Context, by civic.Actor, id civic.ID, code string, page civic.PageRequest,
) (Question, civic.Page[TextAnswer], error) {
	none := civic.Page[TextAnswer]{}
	if err := by.Can(PermTexts); err != nil {
		return Question{}, none, err
	}
	q, err := s.surveys.Get(ctx, id)
	if err != nil {
		return Question{}, none, err
	}
	if err := may(by, PermTexts, q.Office); err != nil {
		return Question{}, none, err
	}
	question, err := s.anyVersion(ctx, q, code)
	if err != nil {
		return Question{}, none, err
	}
	if q.Participation == Known {
		if err := s.note(ctx, by, ActionTextsRead, q.ID, map[string]string{"question": code}); err != nil {
			return Question{}, none, err
		}
	}
	page = page.Normal()
	found, err := s.responses.Find(ctx,
		docstore.Query{Filter: docstore.Filter{docstore.Eq("questionnaire", string(q.ID)),
			docstore.Eq("texts", code)}, Cursor: page.Cursor, Limit: page.Size})
	if err != nil {
		return Question{}, none, err
	}
	texts := civic.Page[TextAnswer]{Next: found.Next}
	for _, r := range found.Items {
		c, err := s.content(ctx, q, r.Version)
		if err != nil {
			return Question{}, none, err
		}
		asked, _ := c.Question(code)
		texts.Items = append(texts.Items, TextAnswer{Day: r.Day, Text: r.Answers.To(code).Text,
			Files: r.Answers.To(code).Files, Asked: asked.Text})
	}
	return question, texts, nil
}

// anyVersion returns a question as the last version that has it asks it, or NotFound.
func (s *Service) anyVersion(ctx context.Context, q Questionnaire, code string) (Question, error) {
	for n := q.Version(); n > 0; n-- {
		c, err := s.content(ctx, q, n)
		if err != nil {
			return Question{}, err
		}
		if question, ok := c.Question(code); ok {
			return question, nil
		}
	}
	return Question{}, civic.NewError(civic.NotFound, "surveys.error.no_question")
}
