package segment

import (
	"context"

	"ascolto/internal/civic"
)

// AnswerQuestion is a question whose answers segments may choose by: never one of an anonymous questionnaire.
type AnswerQuestion struct {
	Source      civic.ID
	SourceTitle civic.Text
	Key         string
	Label       civic.Text
	Values      []AnswerValue
}

// AnswerValue is one answer of an AnswerQuestion.
type AnswerValue struct {
	Value string
	Label civic.Text
}

// AnswerSource lists the questions that segments may choose by.
type AnswerSource interface {
	AnswerQuestions(ctx context.Context) ([]AnswerQuestion, error)
}
