package sitepage

import (
	"context"
	"errors"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ActionPublish is the audit's name for publishing a version of a page.
const ActionPublish audit.Action = "sitepage.version.publish"

// Service reads and publishes versions of pages and of the logo. It is safe for concurrent use.
type Service struct {
	pages *history[Version]
	logos *history[Logo]

	pictures pictures
}

// New returns the service of db.
func New(ctx context.Context, db *docstore.DB, log *audit.Log, now civic.Clock) (*Service, error) {
	if now == nil {
		now = civic.Now
	}
	pages, err := docstore.Collect[Version](ctx, db, docstore.Spec{
		Name: "site_pages", Followed: true,
		Indexes: []docstore.Index{{Name: "page", Fields: []string{"page", "-number"}}},
	})
	if err != nil {
		return nil, err
	}
	logos, err := docstore.Collect[Logo](ctx, db, docstore.Spec{
		Name: "site_logos", Followed: true,
		Indexes: []docstore.Index{{Name: "number", Fields: []string{"-number"}}},
	})
	if err != nil {
		return nil, err
	}
	pictureStore, err := docstore.Collect[logoPicture](ctx, db, docstore.Spec{Name: "site_logo_pictures"})
	return &Service{
		pages: &history[Version]{
			versions: pages, audit: log, now: now, shown: map[string]shown[Version]{},
			byLine: func(page string) docstore.Filter { return docstore.Filter{docstore.Eq("page", page)} },
		},
		logos: &history[Logo]{
			versions: logos, audit: log, now: now, shown: map[string]shown[Logo]{},
			byLine: func(string) docstore.Filter { return nil },
		},
		pictures: pictures{stored: pictureStore},
	}, err
}

// Current returns the version of a page that is in force; its Number is 0 when none was ever published.
func (s *Service) Current(ctx context.Context, page Key) (Version, error) {
	v, err := s.pages.current(ctx, string(page))
	v.Page = page
	return v, err
}

// Versions lists what was published of a page, newest first. Everybody may read it: it was public.
func (s *Service) Versions(
	ctx context.Context, page Key, request civic.PageRequest,
) (civic.Page[Version], error) {
	return s.pages.list(ctx, string(page), request)
}

// Version returns one published version, or a NotFound error.
func (s *Service) Version(ctx context.Context, page Key, number int64) (Version, error) {
	return s.pages.numbered(ctx, string(page), number)
}

// Publish makes d the version in force, joined with what others published since version d.Base: a language
// that only they changed keeps their text. It returns Forbidden, Invalid with the fields "text.it", "text.en"
// and "note", and *merge.Conflict[Version] where both changed one language. Publishing again what is in force
// changes nothing.
func (s *Service) Publish(ctx context.Context, by civic.Actor, d Draft) (Version, error) {
	if err := by.Can(PermWrite); err != nil {
		return Version{}, err
	}
	v, err := d.parse(by, s.pages.now())
	if err != nil {
		return Version{}, err
	}
	return s.publishJoined(ctx, by, d, v)
}

// Repair writes the lines of the audit that are missing of what was published since then.
func (s *Service) Repair(ctx context.Context, since time.Time) error {
	err := s.logos.repair(ctx, ActionLogo, logoLine, since)
	for _, page := range Keys() {
		err = errors.Join(err, s.pages.repair(ctx, ActionPublish, string(page), since))
	}
	return err
}

// AuditActions lists what the package writes into the audit.
func AuditActions() []audit.Action { return []audit.Action{ActionPublish, ActionLogo} }
