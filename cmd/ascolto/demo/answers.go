package demo

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys"
)

// survey is a questionnaire of the town. Opened and Closes are days before and after today; Share is the percentage of all
// answers that it has.
type survey struct {
	Slug, Participation, Collection string
	Title, Introduction             surveys.Text
	Opened, Closes, Share           int
	Office                          civic.ID
	Results                         bool
	Pages                           [][]question
}

type question struct {
	Kind     surveys.Kind
	Text     surveys.Text
	Lines    string
	Points   []surveys.Text // of a scale, where they are not the usual ones
	Required bool
	Other    bool
}

func (b *builder) surveys(ctx context.Context) error {
	for i, s := range b.words.Surveys {
		n := b.size.Answers * s.Share / 100
		if err := b.survey(ctx, uint64(i), s, n); err != nil {
			return fmt.Errorf("%s: %w", s.Slug, err)
		}
	}
	b.tell("answers", b.answered, b.answered)
	return nil
}

// tellAnswers is how many answers are made up from one report of progress to the next.
const tellAnswers = 1000

// opening is the hour at which surveys open.
const opening = 8

// survey writes and publishes a questionnaire on the day it opened, loads its answers, and closes it if its time is over.
func (b *builder) survey(ctx context.Context, number uint64, s survey, n int) error {
	opened, closes := b.at(-s.Opened, opening), b.at(s.Closes, 20)
	var q surveys.Questionnaire
	err := b.Clock.at(opened.Add(-time.Hour), func() (err error) {
		q, err = b.Surveys.Create(ctx, b.by, "demo-survey-"+s.Slug, surveys.Settings{
			Title: s.Title, Introduction: s.Introduction, Slug: s.Slug, English: true, Office: s.Office,
			Participation: surveys.Participation(s.Participation), Collection: surveys.Collection(s.Collection),
		})
		if err != nil || q.State != surveys.Draft {
			return err
		}
		if q, err = b.write(ctx, q, s); err != nil {
			return err
		}
		q, err = b.Surveys.Publish(ctx, b.by, q.ID, q.Revision, surveys.Publication{Schedule: surveys.Schedule{OpensAt: opened, ClosesAt: closes}})
		return err
	})
	if err != nil {
		return err
	}
	if _, err := b.Surveys.LoadResponses(ctx, b.by, q.ID, b.responses(number, q, s, n)); err != nil {
		return err
	}
	if _, err := b.Surveys.CloseExpired(ctx); err != nil {
		return err
	}
	if err := b.Surveys.Recount(ctx, q.ID); err != nil || !s.Results {
		return err
	}
	_, err = b.Surveys.PublishResults(ctx, b.by, q.ID)
	return err
}

// write puts the questions into a draft that has none yet.
func (b *builder) write(ctx context.Context, q surveys.Questionnaire, s survey) (surveys.Questionnaire, error) {
	if len(q.Content.Questions()) > 0 {
		return q, nil
	}
	var err error
	for p, page := range s.Pages {
		if p > 0 {
			if q, err = b.Surveys.AddPage(ctx, b.by, q.ID, q.Revision); err != nil {
				return q, err
			}
		}
		for _, ask := range page {
			in, err := surveys.NewInput(ask.Kind)
			if err != nil {
				return q, err
			}
			in.Text, in.Required, in.Lines, in.Other = ask.Text, ask.Required, ask.Lines, ask.Other
			b.label(&in, ask)
			if q, _, err = b.Surveys.AddQuestion(ctx, b.by, q.ID, q.Revision, p+1, ask.Kind, in); err != nil {
				return q, err
			}
		}
	}
	return q, nil
}

// label puts words to the points of a scale and to the ends of a recommendation.
func (b *builder) label(in *surveys.QuestionInput, ask question) {
	points := b.words.Scale
	if len(ask.Points) > 0 {
		points = ask.Points
	}
	switch ask.Kind {
	case surveys.Scale:
		for i := range in.Options {
			in.Options[i].Label = points[i]
		}
	case surveys.NPS:
		in.Low, in.High = b.words.Recommend[0], b.words.Recommend[1]
	}
}

// responses yields n answers. Known respondents are the first contacts, so that they have a timeline worth looking at.
func (b *builder) responses(number uint64, q surveys.Questionnaire, s survey, n int) iter.Seq[surveys.Loaded] {
	var people []civic.ID
	if q.Participation == surveys.Known {
		n = min(n, b.size.Contacts-1)
		people = b.contactIDs(n + 1) // without the citizen whose account is shown: she has not answered yet
	}
	last := min(0, s.Closes)
	return func(yield func(surveys.Loaded) bool) {
		r := b.stream(streamAnswers<<8 + number)
		for i := range n {
			if b.answered++; b.answered%tellAnswers == 0 && b.answered < b.size.Answers {
				b.tell("answers", b.answered, b.size.Answers)
			}
			days := s.Opened + last // how long it was open so far
			at := b.today.AddDate(0, 0, last).Add(-time.Duration(1+r.IntN((days*24-opening-1)*3600)) * time.Second)
			one := surveys.Loaded{Key: fmt.Sprintf("demo%s%08d", s.Slug, i), At: at, Language: surveys.Italian, Answers: b.answers(r, q)}
			if people != nil {
				one.Contact = people[i+1]
			}
			if !yield(one) {
				return
			}
		}
	}
}

// answers makes up one person's answers: mostly content, with opinions that hang together.
func (b *builder) answers(r *rand.Rand, q surveys.Questionnaire) surveys.Answers {
	mood := r.NormFloat64()*0.9 + 0.6
	var all surveys.Answers
	for _, ask := range q.Content.Questions() {
		if !ask.Required && chance(r, 18) {
			continue
		}
		a := surveys.Answer{Question: ask.Code}
		switch ask.Kind {
		case surveys.Single:
			a.Codes = []string{ask.Options[min(len(ask.Options)-1, r.IntN(len(ask.Options)+1))].Code}
		case surveys.Scale:
			a.Codes = []string{ask.Options[level(r, mood, len(ask.Options))].Code}
		case surveys.NPS:
			a.Codes = []string{strconv.Itoa(level(r, mood, 11))}
		case surveys.Multiple:
			for _, o := range ask.Options {
				if chance(r, 35) {
					a.Codes = append(a.Codes, o.Code)
				}
			}
		case surveys.FreeText:
			if !chance(r, 25) {
				continue
			}
			a.Text = pick(r, b.words.Comments)
		}
		if !a.Empty() {
			all = append(all, a)
		}
	}
	return all
}

// level returns a point of a scale of n, higher for a better mood.
func level(r *rand.Rand, mood float64, n int) int {
	at := (mood+r.NormFloat64()*0.5+2)/4*float64(n-1) + 0.5
	return max(0, min(n-1, int(at)))
}
