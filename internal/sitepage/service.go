package sitepage

import (
	"context"
	"sync"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ActionPublish is the audit's name for publishing a version.
const ActionPublish = "sitepage.version.publish"

// fresh is how long a page is shown without asking the store again, so that what another instance publishes is soon seen.
const fresh = 10 * time.Second

// Service reads and publishes versions. It is safe for concurrent use.
type Service struct {
	versions *docstore.Collection[Version]
	audit    *audit.Log
	now      civic.Clock
	logos    *logos

	mu    sync.Mutex
	shown map[Key]shown
}

type shown struct {
	version Version
	until   time.Time
}

// New returns the service of db.
func New(ctx context.Context, db *docstore.DB, log *audit.Log, now civic.Clock) (*Service, error) {
	versions, err := docstore.Collect[Version](ctx, db, docstore.Spec{
		Name: "site_pages", Indexes: []docstore.Index{{Name: "page", Fields: []string{"page", "-number"}}},
	})
	if err != nil {
		return nil, err
	}
	logos, err := openLogos(ctx, db)
	if err != nil {
		return nil, err
	}
	if now == nil {
		now = civic.Now
	}
	return &Service{versions: versions, audit: log, now: now, logos: logos, shown: map[Key]shown{}}, nil
}

// Current returns the version of a page that is in force; its Number is 0 when none was ever published.
func (s *Service) Current(ctx context.Context, page Key) (Version, error) {
	now := s.now()
	s.mu.Lock()
	known, ok := s.shown[page]
	s.mu.Unlock()
	if ok && now.Before(known.until) {
		return known.version, nil
	}
	v, err := s.newest(ctx, page)
	if err == nil {
		s.remember(v, now)
	}
	return v, err
}

func (s *Service) remember(v Version, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.Number >= s.shown[v.Page].version.Number {
		s.shown[v.Page] = shown{version: v, until: now.Add(fresh)}
	}
}

func (s *Service) newest(ctx context.Context, page Key) (Version, error) {
	found, err := s.Versions(ctx, page, civic.PageRequest{Size: 1})
	if err != nil || len(found.Items) == 0 {
		return Version{Page: page}, err
	}
	return found.Items[0], nil
}

// Versions lists what was published of a page, newest first. Everybody may read it: it was public.
func (s *Service) Versions(ctx context.Context, page Key, request civic.PageRequest) (civic.Page[Version], error) {
	request = request.Normal()
	return s.versions.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("page", string(page))}, Sort: []string{"-number"}, Limit: request.Size, Cursor: request.Cursor,
	})
}

// Version returns one published version, or a NotFound error.
func (s *Service) Version(ctx context.Context, page Key, number int64) (Version, error) {
	return s.versions.Get(ctx, versionID(page, number))
}

// Publish makes d the version in force. It returns Forbidden, Invalid with the fields "text.it", "text.en" and "note", or
// *Conflict when another version than d.Base is in force. Publishing again what is in force changes nothing.
func (s *Service) Publish(ctx context.Context, by civic.Actor, d Draft) (Version, error) {
	if err := by.Can(PermWrite); err != nil {
		return Version{}, err
	}
	text, note, err := d.parse()
	if err != nil {
		return Version{}, err
	}
	current, err := s.newest(ctx, d.Page)
	if err != nil {
		return Version{}, err
	}
	v := Version{
		Meta: docstore.Meta{ID: versionID(d.Page, d.Base+1)}, Page: d.Page, Number: d.Base + 1, Standard: d.Standard,
		Text: text, Note: note, By: by.Account, ByName: by.Name, At: s.now(),
	}
	switch {
	case current.says(v) && current.Number >= d.Base:
		return current, nil
	case current.Number != d.Base:
		return Version{}, &Conflict{Current: current}
	}
	if err := s.versions.Insert(ctx, &v); civic.CodeOf(err) == civic.Conflict {
		return s.second(ctx, v)
	} else if err != nil {
		return Version{}, err
	}
	s.remember(v, s.now())
	return v, s.audit.Write(ctx, audit.Entry{By: by, Action: ActionPublish, Object: v.ID})
}

// second answers who published a moment after somebody else.
func (s *Service) second(ctx context.Context, v Version) (Version, error) {
	current, err := s.newest(ctx, v.Page)
	if err != nil {
		return Version{}, err
	}
	if current.says(v) {
		return current, nil
	}
	return Version{}, &Conflict{Current: current}
}

// says reports whether two versions show the same text.
func (v Version) says(other Version) bool {
	if v.Number == 0 || v.Standard != other.Standard {
		return v.Number == 0 && other.Standard
	}
	return v.Standard || v.Text[Italian] == other.Text[Italian] && v.Text[English] == other.Text[English]
}
