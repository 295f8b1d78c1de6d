package surveys

import (
	"context"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Survey is a published questionnaire as citizens know it.
type Survey struct {
	ID            civic.ID
	Slug          string
	Title         civic.Text
	Introduction  civic.Text
	Languages     []string
	Participation Participation
	Collection    Collection
	OpensAt       time.Time
	ClosesAt      time.Time
	GraceEnds     time.Time
	Phase         Phase
	Pages         int
	Questions     int
	Branches      bool      // some questions are shown under a condition only
	Texts         bool      // something can be answered in own words
	Files         bool      // something can be answered with files
	Several       bool      // several answers may be chosen somewhere
	ResultsAt     time.Time // zero: no public results
}

func (q Questionnaire) survey(c Content, now time.Time) Survey {
	v := Survey{ID: q.ID, Slug: q.Slug, Title: c.Title, Introduction: c.Introduction, Languages: c.Languages,
		Participation: q.Participation,
		Collection:    q.Collection, OpensAt: q.OpensAt, ClosesAt: q.ClosesAt, GraceEnds: q.GraceEnds(),
		Phase: q.Phase(now),
		Pages: len(c.Pages), Questions: len(c.Questions()), ResultsAt: q.ResultsAt}
	for _, question := range c.Questions() {
		v.Branches = v.Branches || question.Show != nil
		v.Texts = v.Texts || question.OwnWords()
		v.Files = v.Files || question.asks(ByFiles)
		v.Several = v.Several || question.asks(ByMany)
	}
	return v
}

// Survey returns a published questionnaire by its address, or a NotFound error.
func (s *Service) Survey(ctx context.Context, slug string) (Survey, error) {
	q, c, err := s.published(ctx, slug)
	if err != nil {
		return Survey{}, err
	}
	return q.survey(c, s.now()), nil
}

// published returns a questionnaire and what its live version asks, or a NotFound error.
func (s *Service) published(ctx context.Context, slug string) (Questionnaire, Content, error) {
	q, err := s.bySlug(ctx, slug)
	if err != nil {
		return Questionnaire{}, Content{}, err
	}
	c, err := s.content(ctx, q, q.Version())
	return q, c, err
}

// Surveys is the public list.
type Surveys struct {
	Open   []Survey // the one that closes first comes first
	Coming []Survey // the one that opens first comes first
	Over   []Survey // the one that closed last comes first; a page of them
	Next   string   // the cursor of the next page of Over, empty at the end
}

// maxRunning bounds the list of what is open or coming.
const maxRunning = 200

// Surveys returns what citizens can answer, will be able to, and a page of what is over.
func (s *Service) Surveys(ctx context.Context, page civic.PageRequest) (Surveys, error) {
	page = page.Normal()
	var list Surveys
	running, err := s.surveys.Find(ctx, byClosing(Published, "closesAt", "", maxRunning))
	if err != nil {
		return Surveys{}, err
	}
	closed, err := s.surveys.Find(ctx, byClosing(Closed, "-closesAt", page.Cursor, page.Size))
	if err != nil {
		return Surveys{}, err
	}
	list.Next = closed.Next
	now := s.now()
	for _, q := range append(running.Items, closed.Items...) {
		c, err := s.content(ctx, q, q.Version())
		if err != nil {
			return Surveys{}, err
		}
		switch v := q.survey(c, now); v.Phase {
		case Open:
			list.Open = append(list.Open, v)
		case Coming:
			list.Coming = append(list.Coming, v)
		default:
			list.Over = append(list.Over, v)
		}
	}
	slices.SortStableFunc(list.Coming, func(a, b Survey) int { return a.OpensAt.Compare(b.OpensAt) })
	return list, nil
}

func byClosing(state State, sort, cursor string, limit int) docstore.Query {
	return docstore.Query{Filter: docstore.Filter{docstore.Eq("state", string(state))}, Sort: []string{sort},
		Cursor: cursor, Limit: limit}
}
