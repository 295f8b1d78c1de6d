package demo

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/surveys"
)

// survey is a questionnaire of the town. Opened and Closes are days before and after today; Share is the
// percentage of all answers that it has.
type survey struct {
	Slug, Participation, Collection string
	Title, Introduction             civic.Text
	Opened, Closes, Share           int
	Office                          civic.ID
	Results                         bool
	Reworded                        *reworded
	Pages                           [][]question
}

// reworded is a question that was asked in other words from a day before today on. Who published them said
// that it means the same.
type reworded struct {
	Question, Days int // Question counts from 0
	Text           civic.Text
}

type question struct {
	Kind     surveys.Kind
	Text     civic.Text
	Lines    string
	Points   []civic.Text // of a scale, where they are not the usual ones
	Required bool
	Other    bool
	Unit     civic.Text // of a number
	Least    string     // of a number or a day
	Most     string
	Rows     string // of a table or a sum, one a line
	Total    int    // of a sum
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

// survey writes and publishes a questionnaire on the day it opened, loads its answers, and closes it if its
// time is over.
func (b *builder) survey(ctx context.Context, number uint64, s survey, n int) error {
	opened, closes := b.at(-s.Opened, opening), b.at(s.Closes, 20)
	var q surveys.Questionnaire
	err := b.Clock.at(opened.Add(-time.Hour), func() (err error) {
		q, err = b.Surveys.Create(ctx, b.by, "demo-survey-"+s.Slug, surveys.Settings{
			Title: s.Title, Introduction: s.Introduction, Slug: s.Slug, English: true, Office: s.Office,
			Participation: surveys.Participation(s.Participation),
			Collection:    surveys.Collection(s.Collection),
		})
		if err != nil || q.State != surveys.Draft {
			return err
		}
		if q, err = b.write(ctx, q, s); err != nil {
			return err
		}
		q, err = b.Surveys.Publish(ctx, b.by, q.ID, q.Revision,
			surveys.Publication{Schedule: surveys.Schedule{OpensAt: opened, ClosesAt: closes}})
		return err
	})
	if err != nil {
		return err
	}
	if err := b.answer(ctx, number, q, s, n); err != nil {
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
func (b *builder) write(
	ctx context.Context, q surveys.Questionnaire, s survey,
) (surveys.Questionnaire, error) {
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
			in.Unit, in.Least, in.Most, in.RowLines = ask.Unit, ask.Least, ask.Most, ask.Rows
			if ask.Total > 0 {
				in.Total = ask.Total
			}
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

// photographed is how many answers to a question that asks for files have one.
const photographed = 3

// photographs keeps a photograph for each of the first answers, when the survey asks for one.
func (b *builder) photographs(ctx context.Context, q surveys.Questionnaire) ([]blob.Attachment, error) {
	var kept []blob.Attachment
	for _, ask := range q.Content.Questions() {
		if ask.Kind != surveys.File {
			continue
		}
		photo, err := roadPhoto()
		if err != nil {
			return nil, err
		}
		for range photographed {
			f, err := b.Files.Put(ctx, blob.Upload{Name: "foto.jpg", Use: ask.Inputs()[0].Use,
				Sender: "demo-survey", Anonymous: true}, bytes.NewReader(photo))
			if err != nil {
				return nil, err
			}
			kept = append(kept, f.Attachment(civic.Actor{}))
		}
	}
	return kept, nil
}

// answer loads the answers: where a question was reworded meanwhile, half of them before that and half after.
func (b *builder) answer(ctx context.Context, number uint64, q surveys.Questionnaire, s survey, n int) error {
	if q.Participation == surveys.Known {
		n = min(n, b.size.Contacts-1)
	}
	all := spell{stream: number, to: n, since: s.Opened, until: -min(0, s.Closes)}
	var err error
	if all.photos, err = b.photographs(ctx, q); err != nil {
		return err
	}
	if s.Reworded == nil {
		_, err = b.Surveys.LoadResponses(ctx, b.by, q.ID, b.responses(q, s, all))
		return err
	}
	before, after := all, all
	before.to, before.until = n/2, s.Reworded.Days
	after.stream, after.from, after.since = number+reworded2, n/2, s.Reworded.Days
	if q.Version() < 2 {
		if _, err := b.Surveys.LoadResponses(ctx, b.by, q.ID, b.responses(q, s, before)); err != nil {
			return err
		}
		var err error
		if q, err = b.reword(ctx, q, *s.Reworded); err != nil {
			return err
		}
	}
	_, err = b.Surveys.LoadResponses(ctx, b.by, q.ID, b.responses(q, s, after))
	return err
}

// reword publishes a question in other words, as the communication office, which says that it means the same.
func (b *builder) reword(
	ctx context.Context, q surveys.Questionnaire, r reworded,
) (surveys.Questionnaire, error) {
	err := b.Clock.at(b.at(-r.Days, opening), func() (err error) {
		ask := q.Content.Questions()[r.Question]
		in := ask.Input()
		in.Text = r.Text
		if q, err = b.Surveys.SaveQuestion(ctx, b.writer, q.ID, q.Revision, ask.Code, in); err != nil {
			return err
		}
		q, err = b.Surveys.Publish(ctx, b.writer, q.ID, q.Revision,
			surveys.Publication{Schedule: surveys.Schedule{OpensAt: q.OpensAt, ClosesAt: q.ClosesAt},
				Same: map[string]bool{ask.Code: true}})
		return err
	})
	return q, err
}

// reworded2 sets the random numbers of answers after a rewording apart from those before.
const reworded2 = 128

// spell is a part of a survey's answers: those with the numbers from the first to below the last, given
// between two days before today.
type spell struct {
	stream       uint64
	from, to     int
	since, until int
	photos       []blob.Attachment // of the first answers
}

// responses yields the answers of a spell. Known respondents are the first contacts, so that they have a
// timeline worth looking at.
func (b *builder) responses(q surveys.Questionnaire, s survey, part spell) iter.Seq[surveys.Loaded] {
	var people []civic.ID
	if q.Participation == surveys.Known {
		// without the citizen whose account is shown: she has not answered yet
		people = b.contactIDs(part.to + 1)
	}
	return func(yield func(surveys.Loaded) bool) {
		r := b.stream(streamAnswers<<8 + part.stream)
		for i := part.from; i < part.to; i++ {
			if b.answered++; b.answered%tellAnswers == 0 && b.answered < b.size.Answers {
				b.tell("answers", b.answered, b.size.Answers)
			}
			hours := (part.since-part.until)*24 - opening - 1 // how long it was open
			at := b.today.AddDate(0, 0, -part.until).Add(-time.Duration(1+r.IntN(hours*3600)) * time.Second)
			one := surveys.Loaded{Key: fmt.Sprintf("demo%s%08d", s.Slug, i), At: at,
				Language: civic.Italian, Answers: b.answers(r, q)}
			if i < len(part.photos) {
				one.Answers = withPhoto(one.Answers, q, part.photos[i])
			}
			if people != nil {
				one.Contact = people[i+1]
			}
			if !yield(one) {
				return
			}
		}
	}
}

// withPhoto returns answers with a photograph where one is asked for.
func withPhoto(all surveys.Answers, q surveys.Questionnaire, photo blob.Attachment) surveys.Answers {
	for _, ask := range q.Content.Questions() {
		if ask.Kind == surveys.File {
			all = append(all, surveys.Answer{Question: ask.Code, Files: []blob.Attachment{photo}})
		}
	}
	return all
}

// answers makes up one person's answers: mostly content, with opinions that hang together.
func (b *builder) answers(r *rand.Rand, q surveys.Questionnaire) surveys.Answers {
	mood := r.NormFloat64()*0.9 + 0.6
	var all surveys.Answers
	for _, ask := range q.Content.Questions() {
		if !ask.Required && chance(r, 18) {
			continue
		}
		typed := surveys.TypedAnswer{}
		for _, in := range ask.Inputs() {
			typed[in.Part] = b.filled(r, mood, in)
		}
		if ask.Kind == surveys.Sum {
			typed = distributed(r, ask)
		}
		if a, err := ask.Parse(typed); err == nil && !a.Empty() {
			all = append(all, a)
		}
	}
	return all
}

// distributed makes up how one person distributes the total of a question, in tenths of it.
func distributed(r *rand.Rand, q surveys.Question) surveys.TypedAnswer {
	parts := make([]int, len(q.Rows))
	for range 9 {
		parts[min(r.IntN(len(parts)), r.IntN(len(parts)))] += q.Total / 10
	}
	parts[r.IntN(len(parts))] += q.Total - q.Total/10*9
	typed := surveys.TypedAnswer{}
	for i, row := range q.Rows {
		typed[row.Code] = []string{strconv.Itoa(parts[i])}
	}
	return typed
}

// filled makes up what one person types into one input of a question; nothing when they leave it.
func (b *builder) filled(r *rand.Rand, mood float64, in surveys.Input) []string {
	options := slices.DeleteFunc(slices.Clone(in.Options),
		func(o surveys.Option) bool { return o.Code == surveys.OtherCode })
	switch in.By {
	case surveys.ByOne:
		return []string{options[min(len(options)-1, r.IntN(len(options)+1))].Code}
	case surveys.ByPick: // the places of a ranking: what was picked twice leaves it without an answer
		return []string{options[r.IntN(len(options))].Code}
	case surveys.ByPoint, surveys.ByScore:
		return []string{options[level(r, mood, len(options))].Code}
	case surveys.ByMany:
		var codes []string
		for _, o := range options {
			if chance(r, 35) {
				codes = append(codes, o.Code)
			}
		}
		return codes
	case surveys.ByText:
		if chance(r, 25) {
			return []string{pick(r, b.words.Comments)}
		}
	case surveys.ByNumber:
		if !in.Whole && in.Empty {
			return nil // coordinates
		}
		least, _ := strconv.Atoi(in.Least) // without bounds, or with decimals, from 0
		most, err := strconv.Atoi(in.Most)
		if err != nil {
			most = least + 100
		}
		return []string{strconv.Itoa(min(most, least+int(r.ExpFloat64()*float64(most-least)/5)))}
	case surveys.ByLine:
		return nil // a place is told by its district
	case surveys.ByDay:
		return []string{b.today.AddDate(0, 0, -r.IntN(400)).Format(time.DateOnly)}
	}
	return nil
}

// level returns a point of a scale of n, higher for a better mood.
func level(r *rand.Rand, mood float64, n int) int {
	at := (mood+r.NormFloat64()*0.5+2)/4*float64(n-1) + 0.5
	return max(0, min(n-1, int(at)))
}
