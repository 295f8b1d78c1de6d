package surveys

import (
	"context"
	"fmt"
	"iter"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Loaded is a response from elsewhere: another program's, or a demonstration's.
type Loaded struct {
	// names the response, so that loading it again changes nothing; of anonymous ones only a digest is kept
	Key      string
	At       time.Time // for anonymous ones only its day is kept
	Contact  civic.ID  // of a known respondent; must be empty for anonymous surveys
	Language string
	Answers  Answers
}

// LoadResponses stores responses in batches, to the last version, and returns how many were new. Known ones
// go onto the timelines. Every response is held to the same rules as one that is sent: the first that breaks
// them ends the load with an Invalid error that names its key; what came before it is stored.
func (s *Service) LoadResponses(
	ctx context.Context, by civic.Actor, id civic.ID, responses iter.Seq[Loaded],
) (int, error) {
	if err := by.Can(PermPublish); err != nil {
		return 0, err
	}
	q, err := s.surveys.Get(ctx, id)
	if err != nil {
		return 0, err
	}
	if err := may(by, PermPublish, q.Office); err != nil {
		return 0, err
	}
	c, err := s.content(ctx, q, q.Version())
	if err != nil {
		return 0, err
	}
	contents, err := s.contents(ctx, q)
	if err != nil {
		return 0, err
	}
	l := loader{s: s, q: q, c: c, contents: contents, now: s.now()}
	for in := range responses {
		if err := l.add(ctx, in); err != nil {
			return l.stored, err
		}
	}
	if err := l.flush(ctx); err != nil {
		return l.stored, err
	}
	return l.stored, s.note(ctx, by, ActionResponsesLoad, q.ID,
		map[string]string{"responses": fmt.Sprint(l.stored)})
}

// loadBatch is how many responses are stored at once.
const loadBatch = 5000

type loader struct {
	s        *Service
	q        Questionnaire
	c        Content
	contents []Content
	now      time.Time
	waiting  []*Response
	stored   int
}

func (l *loader) add(ctx context.Context, in Loaded) error {
	r, err := l.response(in)
	if err != nil {
		return fmt.Errorf("surveys: load response %s: %w", in.Key, err)
	}
	l.waiting = append(l.waiting, &r)
	if len(l.waiting) < loadBatch {
		return nil
	}
	return l.flush(ctx)
}

func (l *loader) response(in Loaded) (Response, error) {
	if known := l.q.Participation == Known; known != (in.Contact != "") || in.Key == "" {
		return Response{}, civic.NewError(civic.Invalid, "surveys.error.load_contact")
	}
	at := in.At.UTC().Truncate(time.Millisecond)
	if d := day(at); at.After(l.now) || d < l.q.FirstDay || !at.Before(l.q.GraceEnds()) {
		return Response{}, civic.NewError(civic.Invalid, "surveys.error.load_time")
	}
	answers, err := l.c.final(in.Answers)
	if err != nil {
		return Response{}, err
	}
	language := civic.Italian
	if l.c.Speaks(in.Language) {
		language = in.Language
	}
	draft := DraftResponse{Meta: docstore.Meta{ID: draftID(l.q.ID, in.Key)}, Version: l.q.Version(),
		Contact: in.Contact}
	r := newResponse(l.q, draft, responseID(l.q.ID, in.Key), answers, language, at)
	r.Pending = false // flush records them all at once; loading again mends what a fault left out
	return r, nil
}

// flush stores what waits and puts known responses onto the timelines: all of them, those stored before too,
// because the load before may have ended between the two.
func (l *loader) flush(ctx context.Context) error {
	taken, err := l.s.responses.InsertMany(ctx, l.waiting)
	if err != nil {
		return err
	}
	l.stored += len(l.waiting) - len(taken)
	for _, r := range l.waiting {
		if err := l.keepFiles(ctx, *r); err != nil {
			return err
		}
	}
	if l.q.Participation == Known {
		var activities []civic.Activity
		for _, r := range l.waiting {
			activities = append(activities, r.activity(l.contents))
		}
		if err := civic.RecordMany(ctx, l.s.recorder, activities); err != nil {
			return err
		}
	}
	l.waiting = l.waiting[:0]
	return nil
}

// keepFiles says which files a response refers to as it is stored: one that was there before keeps its own.
func (l *loader) keepFiles(ctx context.Context, r Response) error {
	if len(r.Answers.fileIDs()) == 0 {
		return nil
	}
	stored, err := l.s.responses.Get(ctx, r.ID)
	if err != nil {
		return err
	}
	return l.s.keepFiles(ctx, stored)
}
