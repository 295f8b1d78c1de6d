package surveys

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// Rewording is a question that a new version would ask in other words than the version before it.
type Rewording struct {
	Question Question // as it is now
	Earlier  int      // the last version that has it
	Changes  []WordChange
}

// rewordings returns the questions of next whose words fit no version there is. contents holds what version
// i+1 asks.
func rewordings(contents []Content, next Content) []Rewording {
	var found []Rewording
	all := append(slices.Clone(contents), next)
	for _, q := range next.Questions() {
		ws := wordings(all, q.Code, nil)
		last := ws[len(ws)-1]
		if len(ws) == 1 || last.versions[0] != len(all) {
			continue
		}
		earlier := earlierVersion(contents, q.Code, len(all))
		old, _ := contents[earlier-1].Question(q.Code)
		found = append(found, Rewording{q, earlier, wordChanges(old, q)})
	}
	return found
}

// earlierVersion returns the last version before a given one that has a question, 0 when there is none.
func earlierVersion(contents []Content, code string, before int) int {
	for n := min(before-1, len(contents)); n > 0; n-- {
		if _, ok := contents[n-1].Question(code); ok {
			return n
		}
	}
	return 0
}

// Rewordings returns what publishing q as it is edited now would ask in other words; none before the first
// publication.
func (s *Service) Rewordings(ctx context.Context, by civic.Actor, q Questionnaire) ([]Rewording, error) {
	if err := by.Can(PermRead); err != nil {
		return nil, err
	}
	contents, err := s.contents(ctx, q)
	if err != nil {
		return nil, err
	}
	return rewordings(contents, q.Content), nil
}

// SameField is the form field that says whether a reworded question means the same.
func SameField(code string) string { return civic.Field("same", code) }

// decided returns what was said of the reworded questions, or an Invalid error that names those nothing was
// said of.
func (s *Service) decided(
	ctx context.Context, by civic.Actor, q Questionnaire, same map[string]bool,
) ([]Meaning, error) {
	contents, err := s.contents(ctx, q)
	if err != nil {
		return nil, err
	}
	var p civic.Problems
	var said []Meaning
	for _, r := range rewordings(contents, q.Content) {
		means, told := same[r.Question.Code]
		if !told {
			p.Add(SameField(r.Question.Code), "surveys.error.same_missing",
				civic.Args{"Question": r.Question.Text.In(civic.Italian)})
		}
		if means {
			said = append(said, s.newMeaning(by, r.Question.Code, r.Earlier, len(contents)+1))
		}
	}
	return said, p.Err()
}

func (s *Service) newMeaning(by civic.Actor, question string, earlier, later int) Meaning {
	return Meaning{Question: question, Earlier: earlier, Later: later, By: by.Account, Name: by.Name,
		At: s.now()}
}

// SetMeaning says that a question asked in other words since version later means the same as before, or takes
// that back. The results follow at once; those that were made public stay as they were. It returns NotFound
// when the question has the same words there.
func (s *Service) SetMeaning(
	ctx context.Context, by civic.Actor, id civic.ID, question string, later int, same bool,
) (Questionnaire, error) {
	if err := by.Can(PermPublish); err != nil {
		return Questionnaire{}, err
	}
	q, err := s.surveys.Get(ctx, id)
	if err != nil {
		return Questionnaire{}, err
	}
	if err := may(by, PermPublish, q.Office); err != nil {
		return Questionnaire{}, err
	}
	m, err := s.meaningOf(ctx, by, q, question, later)
	if err != nil {
		return Questionnaire{}, err
	}
	form := submission("meaning", []any{question, later, same})
	var stored Questionnaire
	var made Change
	q, err = s.surveys.Update(ctx, id, func(q *Questionnaire) error {
		stored = *q
		if _, said := q.meaning(question, later); said == same {
			made, _ = q.made(by, form)
			return errSame
		}
		q.say(m, same)
		q.UpdatedAt = s.now()
		made = q.remember(by, form)
		return nil
	})
	if errors.Is(err, errSame) {
		q, err = stored, nil
	}
	if err != nil {
		return Questionnaire{}, err
	}
	return q, s.noteMeaning(ctx, by, q.ID, m, same, made)
}

// meaningOf returns what would be said of a question since version later, or NotFound when its words did not
// change there.
func (s *Service) meaningOf(
	ctx context.Context, by civic.Actor, q Questionnaire, question string, later int,
) (Meaning, error) {
	contents, err := s.contents(ctx, q)
	if err != nil {
		return Meaning{}, err
	}
	earlier := earlierVersion(contents, question, later)
	starts := slices.ContainsFunc(wordings(contents, question, nil),
		func(w wording) bool { return w.versions[0] == later })
	if earlier == 0 || !starts {
		return Meaning{}, civic.NewError(civic.NotFound, "surveys.error.no_question")
	}
	return s.newMeaning(by, question, earlier, later), nil
}

// say puts a meaning in, or takes it out.
func (q *Questionnaire) say(m Meaning, same bool) {
	q.Meanings = slices.DeleteFunc(slices.Clone(q.Meanings),
		func(old Meaning) bool { return old.Question == m.Question && old.Later == m.Later })
	if same {
		q.Meanings = append(q.Meanings, m)
	}
}

// noteMeaning writes into the audit, once, what a change of a questionnaire said of a question.
func (s *Service) noteMeaning(
	ctx context.Context, by civic.Actor, id civic.ID, m Meaning, same bool, made Change,
) error {
	if made.Revision == 0 {
		return nil
	}
	e := audit.Entry{By: by, Action: ActionMeaningSame, Object: id, Detail: map[string]string{
		"question": m.Question, "versions": strconv.Itoa(m.Earlier) + " " + strconv.Itoa(m.Later)}}
	if !same {
		e.Action = ActionMeaningApart
	}
	e = e.Of(made.Revision)
	e.Key = civic.Key(e.Key, civic.ID(m.Question)) // one change may say it of many
	return s.audit.Write(ctx, e)
}
