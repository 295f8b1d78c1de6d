package surveys

import (
	"context"
	"errors"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// How many bytes the files of responses that are not sent yet may have together, for each questionnaire that
// anybody may answer without signing in; and those with the files of the responses that were sent.
const (
	DefaultDraftFiles = 4 << 30
	DefaultSentFiles  = 16 << 30
)

// idleAfter is how long nobody has saved a draft whose files make room for others, when there is none.
const idleAfter = time.Hour

// pool returns what bounds the files of q: of people who are not signed in there may be any number.
func (s *Service) pool(q Questionnaire) blob.Pool {
	if q.Participation != Anonymous {
		return blob.Pool{}
	}
	return blob.Pool{Name: civic.Key("survey_draft", q.ID), MaxBytes: s.draftFiles,
		Kept: sentPool(q.ID), MaxKept: s.sentFiles,
		LetGo: func(ctx context.Context) (bool, error) { return s.letGo(ctx, q.ID) }}
}

// FilePool is the pool of the files of the responses to a questionnaire.
type FilePool struct {
	Questionnaire civic.ID
	Title         civic.Text
	blob.Pool
}

// FilePools returns the pools of the questionnaires that take files from anybody now, which are public.
func (s *Service) FilePools(ctx context.Context) ([]FilePool, error) {
	running, err := s.surveys.Find(ctx, byClosing(Published, "closesAt", "", maxRunning))
	if err != nil {
		return nil, err
	}
	var all []FilePool
	for _, q := range running.Items {
		if q.Participation != Anonymous || q.Phase(s.now()) == Coming {
			continue
		}
		c, err := s.content(ctx, q, q.Version())
		if err != nil {
			return nil, err
		}
		if q.survey(c, s.now()).Files {
			all = append(all, FilePool{q.ID, c.Title, s.pool(q)})
		}
	}
	return all, nil
}

// sentPool names the pool of the files of anonymous responses to a questionnaire.
func sentPool(questionnaire civic.ID) civic.ID { return civic.Key(responseHolds, questionnaire) }

// errInUse ends a change that would let a draft go with which somebody goes on, or that was sent.
var errInUse = errors.New("surveys: the draft is in use")

// letGo throws away, with its files, the draft of a questionnaire that has files and that nobody has saved
// for longest, if that is idleAfter, and reports whether there was one.
func (s *Service) letGo(ctx context.Context, questionnaire civic.ID) (bool, error) {
	before := s.now().Add(-idleAfter)
	idle := docstore.Query{Filter: docstore.Filter{docstore.Eq("questionnaire", string(questionnaire)),
		docstore.Gt("filedAt", time.Unix(0, 0)), docstore.Lt("filedAt", before)},
		Sort: []string{"filedAt"}, Limit: 20}
	for draft, err := range s.drafts.All(ctx, idle) {
		if err != nil {
			return false, err
		}
		_, err = s.drafts.Update(ctx, draft.ID, func(draft *DraftResponse) error {
			if draft.SentOn != "" || !draft.FiledAt.Before(before) {
				return errInUse
			}
			draft.ExpiresAt = before // whoever saves or sends it now is told that it is gone
			return nil
		})
		if errors.Is(err, errInUse) || civic.CodeOf(err) == civic.NotFound {
			continue
		}
		if err == nil {
			err = s.files.Discard(ctx, draft.holding().Document)
		}
		if err == nil {
			err = s.dropDraft(ctx, draft)
		}
		return err == nil, err
	}
	return false, nil
}
