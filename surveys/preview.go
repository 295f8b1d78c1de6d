package surveys

import (
	"context"

	"ascolto/internal/civic"
)

// Preview is a page as citizens will see it, with every question, and which of them depend on a condition.
type Preview struct {
	Page        ResponsePage
	Conditional map[string]bool
}

// Preview returns page number of a questionnaire as it is edited, the nearest one when there is none of that
// number.
func (s *Service) Preview(ctx context.Context, by civic.Actor, id civic.ID, number int) (Preview, error) {
	q, err := s.Get(ctx, by, id)
	if err != nil {
		return Preview{}, err
	}
	c := q.Content
	number = min(max(number, 1), len(c.Pages))
	p := ResponsePage{
		Survey:   q.survey(c, s.now()),
		Number:   number,
		Title:    c.Pages[number-1].Title,
		Step:     number,
		Steps:    len(c.Pages) + 1,
		Previous: number - 1,
	}
	if number < len(c.Pages) {
		p.Next = number + 1
	}
	conditional := map[string]bool{}
	for _, question := range c.Pages[number-1].Questions {
		p.Asked = append(p.Asked, Asked{Question: question, Answer: Answer{Question: question.Code}})
		conditional[question.Code] = question.Show != nil
	}
	return Preview{p, conditional}, nil
}
