package surveys

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/surveys/logic"
)

// QuestionInput is what staff set of a question. Options keep their codes; those that are left out go away,
// and Lines adds new ones: one a line, Italian, and after a vertical bar English.
type QuestionInput struct {
	Text     civic.Text
	Help     civic.Text
	Required bool
	Details
	Lines    string
	RowLines string   // likewise new rows
	Join     logic.Op // how Terms are joined: logic.All or logic.Any
	Terms    []string // the condition, as logic.ParseTerm reads them; none: always shown
	Shown    string   // what the form of a changed question carried; see Question.Shown
}

// Input returns the question as it can be edited again; Terms is empty for a condition of a shape that terms
// cannot say.
func (q Question) Input() QuestionInput {
	join, terms, _ := q.Show.Split()
	q.kind().fresh(&q)
	return QuestionInput{Text: q.Text, Help: q.Help, Required: q.Required, Details: q.Details, Join: join,
		Terms: terms}
}

// NewInput returns the input of an empty question of a kind, or an Invalid error.
func NewInput(kind Kind) (QuestionInput, error) {
	q, err := newQuestion("", kind)
	return q.Input(), err
}

// with returns q with the input put in and cleaned, or an Invalid error.
func (q Question) with(in QuestionInput) (Question, error) {
	var p civic.Problems
	districts := q.Options
	if q.put(in, &p); q.Kind == Place {
		q.Options = districts // of the town, not of the form
	}
	q.Text, q.Help, q.Required = in.Text, in.Help, in.Required
	show, err := logic.Join(in.Join, in.Terms)
	if err != nil {
		return q, fieldError("terms", "surveys.error.term")
	}
	if _, _, simple := q.Show.Split(); simple || show != nil {
		q.Show = show
	}
	return q.cleaned(p)
}

// thresholds returns terms with what is typed in them, to compare answers with, as conditions have it; or an
// Invalid error under "terms".
func (c Content) thresholds(terms []string) ([]string, error) {
	read := slices.Clone(terms)
	for i, term := range terms {
		parts := strings.SplitN(term, ":", 3)
		if len(parts) < 3 {
			continue
		}
		q, _ := c.Question(parts[1])
		if q.Measure() != logic.Numbers && q.Measure() != logic.Days {
			continue
		}
		if _, err := logic.ParseTerm(term); err == nil && !strings.Contains(parts[2], ".") {
			continue
		}
		var p civic.Problems
		a, err := q.Parse(TypedAnswer{"": {parts[2]}})
		if p.Check("terms", err); err == nil && a.Empty() {
			p.Add("terms", "surveys.error.threshold", q.named())
		}
		if err := p.Err(); err != nil {
			return nil, err
		}
		parts[2] = q.kind().values(a)[0]
		read[i] = strings.Join(parts, ":")
	}
	return read, nil
}

// AddQuestion appends a question to page number, counted from 1, and returns its code as well. The same form
// of the same revision returns the one added before, whatever else changed meanwhile; without a code when it
// was taken away again.
func (s *Service) AddQuestion(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64, number int, kind Kind, in QuestionInput,
) (Questionnaire, string, error) {
	var code string
	districts, err := s.districtOptions(ctx, kind)
	if err != nil {
		return Questionnaire{}, "", err
	}
	form := submission("add", []any{by.Account, revision, number, kind, in})
	q, err := s.edit(ctx, by, id, anyRevision, form, func(q *Questionnaire) error {
		if code = q.Content.addedBy(form); code != "" {
			return errSame
		}
		if err := q.Content.hasPage(number); err != nil {
			return err
		}
		if len(q.Content.Questions()) >= MaxQuestions {
			return civic.NewErrorArgs(civic.Invalid, "surveys.error.questions_many",
				civic.Args{"Max": MaxQuestions})
		}
		code = "q" + strconv.Itoa(q.Content.NextCode)
		blank, err := newQuestion(code, kind)
		if err != nil {
			return err
		}
		in := in
		if in.Terms, err = q.Content.thresholds(in.Terms); err != nil {
			return err
		}
		question, err := blank.with(in)
		if err != nil {
			return err
		}
		question.Form = form
		question.offerDistricts(districts)
		q.Content = q.Content.clone()
		page := &q.Content.Pages[number-1]
		page.Questions = append(page.Questions, question)
		q.Content.NextCode++
		return nil
	})
	return q, q.Content.addedBy(form), err
}

// addedBy returns the code of the question that a form added, or "" when there is none, or none any more.
func (c Content) addedBy(form string) string {
	for _, q := range c.Questions() {
		if q.Form == form {
			return q.Code
		}
	}
	return ""
}

// SaveQuestion changes a question, joined with what others changed in it since the form was shown: in.Shown
// tells what it showed, or revision of which questionnaire. Where both changed one field the error is
// *merge.Conflict[Question]. Its kind stays: answers of another kind could not be compared.
func (s *Service) SaveQuestion(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64, code string, in QuestionInput,
) (Questionnaire, error) {
	districts, err := s.districtOptions(ctx, Place)
	if err != nil {
		return Questionnaire{}, err
	}
	now := s.now()
	form := submission("question", []any{revision, code, in})
	return s.edit(ctx, by, id, anyRevision, form, func(q *Questionnaire) error {
		q.Content = q.Content.clone()
		page, i, ok := q.Content.locate(code)
		if !ok {
			return civic.NewError(civic.NotFound, "surveys.error.no_question")
		}
		var err error
		if in.Terms, err = q.Content.thresholds(in.Terms); err != nil {
			return err
		}
		question, shown := &q.Content.Pages[page].Questions[i], in.Shown
		if shown == "" && revision == q.Revision {
			shown = question.Shown()
		}
		if *question, err = q.saveQuestion(*question, in, shown, by, now); err == nil {
			question.offerDistricts(districts)
		}
		return err
	})
}

// districtOptions returns the districts of the town for a question about a place.
func (s *Service) districtOptions(ctx context.Context, kind Kind) ([]Option, error) {
	if kind != Place || s.districts == nil {
		return nil, nil
	}
	return s.districts(ctx)
}

// DeleteQuestion takes a question away. It returns an Invalid error that names a question whose condition
// looks at it.
func (s *Service) DeleteQuestion(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64, code string,
) (Questionnaire, error) {
	form := submission("delete question", []any{revision, code})
	return s.edit(ctx, by, id, revision, form, func(q *Questionnaire) error {
		q.Content = q.Content.clone()
		page, i, ok := q.Content.locate(code)
		if !ok {
			return civic.NewError(civic.NotFound, "surveys.error.no_question")
		}
		for _, other := range q.Content.Questions() {
			if other.Code != code && slices.Contains(other.Show.References(), code) {
				return civic.NewErrorArgs(civic.Invalid, "surveys.error.question_used",
					civic.Args{"Question": q.Content.name(code), "By": q.Content.name(other.Code)})
			}
		}
		q.Content.Pages[page].Questions = slices.Delete(q.Content.Pages[page].Questions, i, i+1)
		return nil
	})
}

// MoveQuestion moves a question one place up or down; at the edge of a page to the page beside it. At the
// very first or last place it changes nothing. It returns an Invalid error that names the question when a
// condition would then look forward.
func (s *Service) MoveQuestion(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64, code string, up bool,
) (Questionnaire, error) {
	form := submission("move", []any{revision, code, up})
	return s.edit(ctx, by, id, revision, form, func(q *Questionnaire) error {
		q.Content = q.Content.clone()
		page, i, ok := q.Content.locate(code)
		if !ok {
			return civic.NewError(civic.NotFound, "surveys.error.no_question")
		}
		q.Content.move(page, i, up)
		return nil
	})
}

func (c *Content) move(page, i int, up bool) {
	questions := c.Pages[page].Questions
	question := questions[i]
	switch {
	case up && i > 0:
		questions[i-1], questions[i] = question, questions[i-1]
	case !up && i < len(questions)-1:
		questions[i+1], questions[i] = question, questions[i+1]
	case up && page > 0:
		c.Pages[page].Questions = slices.Delete(questions, i, i+1)
		c.Pages[page-1].Questions = append(c.Pages[page-1].Questions, question)
	case !up && page < len(c.Pages)-1:
		c.Pages[page].Questions = slices.Delete(questions, i, i+1)
		c.Pages[page+1].Questions = slices.Insert(c.Pages[page+1].Questions, 0, question)
	}
}
