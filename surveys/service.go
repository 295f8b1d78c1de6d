package surveys

import (
	"cmp"
	"context"
	"log/slog"
	"sync"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/memo"
	"ascolto/search"
)

// Index takes what can be found. *search.Index is one.
type Index interface {
	Put(docs ...search.Doc)
}

// Options are what a Service needs. All but DraftFiles and SentFiles are required.
type Options struct {
	DB       *docstore.DB
	Audit    *audit.Log
	Index    Index
	Recorder civic.Recorder // the timelines of citizens
	Files    Files
	// the districts of the town, as options of places
	Districts func(ctx context.Context) ([]Option, error)
	Now       civic.Clock
	Log       *slog.Logger
	// bytes of all files of unsent responses to one anonymous questionnaire, and of those with the files of
	// sent ones; 0: DefaultDraftFiles, DefaultSentFiles
	DraftFiles, SentFiles int64
}

// Service is everything that can be done with surveys.
type Service struct {
	collections
	audit     *audit.Log
	index     Index
	recorder  civic.Recorder
	files     Files
	districts func(ctx context.Context) ([]Option, error)
	now       civic.Clock
	log       *slog.Logger
	frozen    versionCache
	asked     memo.Reads[string, Questionnaire] // by address; only read
	counting  turns

	draftFiles, sentFiles int64 // bytes
}

// New returns a Service on its collections, which it declares.
func New(ctx context.Context, o Options) (*Service, error) {
	c, err := collect(ctx, o.DB)
	if err != nil {
		return nil, err
	}
	return &Service{collections: c, audit: o.Audit, index: o.Index, recorder: o.Recorder, files: o.Files,
		districts: o.Districts, now: o.Now, log: o.Log,
		draftFiles: cmp.Or(o.DraftFiles, DefaultDraftFiles), sentFiles: cmp.Or(o.SentFiles, DefaultSentFiles)}, nil
}

// maxCached bounds the versions kept in memory.
const maxCached = 100

// versionCache keeps versions in memory; they never change.
type versionCache struct {
	mu   sync.Mutex
	docs map[civic.ID]Version
}

func (c *versionCache) get(id civic.ID) (Version, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.docs[id]
	return v, ok
}

func (c *versionCache) put(v Version) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.docs == nil || len(c.docs) >= maxCached {
		c.docs = map[civic.ID]Version{}
	}
	c.docs[v.ID] = v
}

// content returns what version number of q asks.
func (s *Service) content(ctx context.Context, q Questionnaire, number int) (Content, error) {
	ref, ok := q.version(number)
	if !ok {
		return Content{}, civic.NewError(civic.NotFound, "surveys.error.not_found")
	}
	if v, ok := s.frozen.get(ref.Document); ok {
		return v.Content, nil
	}
	v, err := s.versions.Get(ctx, ref.Document)
	if err != nil {
		return Content{}, err
	}
	s.frozen.put(v)
	return v.Content, nil
}

// bySlug returns a questionnaire by its address, or a NotFound error.
func (s *Service) bySlug(ctx context.Context, slug string) (Questionnaire, error) {
	notFound := civic.NewError(civic.NotFound, "surveys.error.not_found")
	if _, err := ParseSlug(slug); err != nil {
		return Questionnaire{}, notFound
	}
	edition := docstore.Edition(s.surveys)
	if q, ok := s.asked.Get(edition, slug); ok {
		return q, nil
	}
	page, err := s.surveys.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.Eq("slug", slug)},
		Limit: 1})
	if err != nil {
		return Questionnaire{}, err
	}
	if len(page.Items) == 0 {
		return Questionnaire{}, notFound
	}
	s.asked.Put(edition, slug, page.Items[0])
	return page.Items[0], nil
}

// note writes one line of the audit; a line that cannot be written fails the action.
func (s *Service) note(
	ctx context.Context, by civic.Actor, action audit.Action, object civic.ID, detail map[string]string,
) error {
	return s.audit.Write(ctx, audit.Entry{By: by, Action: action, Object: object, Detail: detail})
}
