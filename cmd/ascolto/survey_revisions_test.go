package main

import (
	"context"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/surveys/logic"
)

// surveyRevisions takes a questionnaire from its settings to its results, and deletes another.
func surveyRevisions() []revision {
	const number = surveys.Number
	opens := time.Now().Add(-time.Minute).Truncate(time.Minute)
	open := surveys.Schedule{OpensAt: opens, ClosesAt: opens.Add(72 * time.Hour), Grace: 30}
	shorter := surveys.Schedule{OpensAt: opens, ClosesAt: opens.Add(48 * time.Hour)}
	asks := func(text string) surveys.QuestionInput {
		return surveys.QuestionInput{Text: civic.Text{civic.Italian: text}, Join: logic.All}
	}
	on := func(action audit.Action, act func(context.Context, *creator, surveys.Questionnaire) error) revision {
		return revision{action, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			q, err := c.Surveys.Get(ctx, c.staff, c.survey)
			return c.survey, func(ctx context.Context, c *creator) error { return act(ctx, c, q) }, err
		}}
	}
	edit := func(act func(context.Context, *creator, surveys.Questionnaire) error) revision {
		return on(surveys.ActionQuestionnaireEdit, act)
	}
	add := func(page int, text string) revision {
		return edit(func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
			_, _, err := c.Surveys.AddQuestion(ctx, c.staff, q.ID, q.Revision, page, number, asks(text))
			return err
		})
	}
	return []revision{
		edit(func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
			in := surveys.Settings{Title: civic.Text{civic.Italian: "I parchi della città"},
				Participation: surveys.Anonymous, Collection: surveys.OptIn, Office: "urp", Shown: q.Shown()}
			return sent(c.Surveys.SaveSettings(ctx, c.staff, q.ID, q.Revision, in))
		}),
		add(1, "Quante volte alla settimana?"), // q1
		add(1, "Per quanti minuti?"),           // q2
		edit(func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
			return sent(c.Surveys.MoveQuestion(ctx, c.staff, q.ID, q.Revision, "q2", true))
		}),
		edit(func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
			question, _ := q.Content.Question("q2")
			in := asks("Per quante ore?")
			in.Shown = question.Shown()
			return sent(c.Surveys.SaveQuestion(ctx, c.staff, q.ID, q.Revision, "q2", in))
		}),
		edit(func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
			return sent(c.Surveys.AddPage(ctx, c.staff, q.ID, q.Revision))
		}),
		edit(func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
			return sent(c.Surveys.SavePageTitle(ctx, c.staff, q.ID, q.Revision, 2,
				civic.Text{civic.Italian: "Altro"}))
		}),
		edit(func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
			return sent(c.Surveys.DeletePage(ctx, c.staff, q.ID, q.Revision, 2))
		}),
		edit(func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
			return sent(c.Surveys.DeleteQuestion(ctx, c.staff, q.ID, q.Revision, "q1"))
		}),
		on(surveys.ActionQuestionnairePublish,
			func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
				return sent(c.Surveys.Publish(ctx, c.staff, q.ID, q.Revision,
					surveys.Publication{Schedule: open}))
			}),
		on(surveys.ActionQuestionnaireReschedule,
			func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
				return sent(c.Surveys.Reschedule(ctx, c.staff, q.ID, q.Revision, shorter))
			}),
		add(1, "Con quanti bambini?"),
		on(surveys.ActionQuestionnaireDiscard,
			func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
				return sent(c.Surveys.Discard(ctx, c.staff, q.ID, q.Revision))
			}),
		edit(func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
			return sent(c.Surveys.SaveQuestion(ctx, c.staff, q.ID, q.Revision, "q2", asks("Quante ore?")))
		}),
		on(surveys.ActionMeaningSame, // of which publishing tells as well
			func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
				return sent(c.Surveys.Publish(ctx, c.staff, q.ID, q.Revision,
					surveys.Publication{Schedule: shorter, Same: map[string]bool{"q2": true}}))
			}),
		on(surveys.ActionMeaningApart,
			func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
				return sent(c.Surveys.SetMeaning(ctx, c.staff, q.ID, "q2", 2, false))
			}),
		on(surveys.ActionMeaningSame,
			func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
				return sent(c.Surveys.SetMeaning(ctx, c.staff, q.ID, "q2", 2, true))
			}),
		on(surveys.ActionQuestionnaireClose,
			func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
				return sent(c.Surveys.Close(ctx, c.staff, q.ID))
			}),
		on(surveys.ActionResultsPublish,
			func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
				return sent(c.Surveys.PublishResults(ctx, c.staff, q.ID))
			}),
		on(surveys.ActionResultsWithdraw,
			func(ctx context.Context, c *creator, q surveys.Questionnaire) error {
				return sent(c.Surveys.WithdrawResults(ctx, c.staff, q.ID))
			}),
		{surveys.ActionQuestionnaireDelete, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			q, err := c.Surveys.Get(ctx, c.staff, c.twin)
			return c.twin, func(ctx context.Context, c *creator) error {
				return c.Surveys.Delete(ctx, c.staff, q.ID, q.Revision)
			}, err
		}},
	}
}
