package sitepage

import (
	"context"
	"sync"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ActionLogo is the audit's name for publishing a logo.
const ActionLogo = "sitepage.logo.publish"

// logos is the part of the service that keeps the logo.
type logos struct {
	versions *docstore.Collection[Logo]
	pictures *docstore.Collection[logoPicture]

	mu    sync.Mutex
	shown Logo
	until time.Time
	last  Picture // of those that were asked for
}

func openLogos(ctx context.Context, db *docstore.DB) (*logos, error) {
	versions, err := docstore.Collect[Logo](ctx, db, docstore.Spec{
		Name: "site_logos", Indexes: []docstore.Index{{Name: "number", Fields: []string{"-number"}}},
	})
	if err != nil {
		return nil, err
	}
	pictures, err := docstore.Collect[logoPicture](ctx, db, docstore.Spec{Name: "site_logo_pictures"})
	return &logos{versions: versions, pictures: pictures}, err
}

// Logo returns the logo in force, which every page shows. While the store does not answer it is the last one that was known, and none
// on a fresh start: no page fails for its logo.
func (s *Service) Logo(ctx context.Context) Logo {
	now := s.now()
	s.logos.mu.Lock()
	known, fresh := s.logos.shown, now.Before(s.logos.until)
	s.logos.mu.Unlock()
	if fresh {
		return known
	}
	if newest, err := s.newestLogo(ctx); err == nil {
		known = newest
	}
	return s.rememberLogo(known, now)
}

// rememberLogo returns the newest of what is known.
func (s *Service) rememberLogo(l Logo, now time.Time) Logo {
	s.logos.mu.Lock()
	defer s.logos.mu.Unlock()
	if l.Number >= s.logos.shown.Number {
		s.logos.shown, s.logos.until = l, now.Add(fresh)
	}
	return s.logos.shown
}

func (s *Service) newestLogo(ctx context.Context) (Logo, error) {
	found, err := s.Logos(ctx, civic.PageRequest{Size: 1})
	if err != nil || len(found.Items) == 0 {
		return Logo{}, err
	}
	return found.Items[0], nil
}

// Logos lists the logos that were published, newest first. Everybody may read it: they were public.
func (s *Service) Logos(ctx context.Context, request civic.PageRequest) (civic.Page[Logo], error) {
	request = request.Normal()
	return s.logos.versions.Find(ctx, docstore.Query{Sort: []string{"-number"}, Limit: request.Size, Cursor: request.Cursor})
}

// LogoVersion returns one published logo, or a NotFound error.
func (s *Service) LogoVersion(ctx context.Context, number int64) (Logo, error) {
	return s.logos.versions.Get(ctx, logoID(number))
}

// LogoPicture returns the picture with a hash, or a NotFound error.
func (s *Service) LogoPicture(ctx context.Context, hash string) (Picture, error) {
	s.logos.mu.Lock()
	last := s.logos.last
	s.logos.mu.Unlock()
	if last.Hash == hash && hash != "" {
		return last, nil
	}
	id, err := civic.ParseID(hash)
	if err != nil {
		return Picture{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	stored, err := s.logos.pictures.Get(ctx, id)
	if err != nil {
		return Picture{}, err
	}
	s.logos.mu.Lock()
	s.logos.last = stored.picture()
	s.logos.mu.Unlock()
	return stored.picture(), nil
}

// PublishLogo makes d the logo in force. It returns Forbidden, Invalid with the fields "logo", "alt.it", "alt.en" and "note", or
// *LogoConflict when another version than d.Base is in force. Publishing again what is in force changes nothing.
func (s *Service) PublishLogo(ctx context.Context, by civic.Actor, d LogoDraft) (Logo, error) {
	if err := by.Can(PermWrite); err != nil {
		return Logo{}, err
	}
	l, picture, err := s.parseLogo(ctx, by, d)
	if err != nil {
		return Logo{}, err
	}
	current, err := s.newestLogo(ctx)
	switch {
	case err != nil:
		return Logo{}, err
	case current.says(l) && current.Number >= d.Base:
		return current, nil
	case current.Number != d.Base:
		return Logo{}, &LogoConflict{Current: current}
	}
	if err := s.keepPicture(ctx, picture); err != nil {
		return Logo{}, err
	}
	if err := s.logos.versions.Insert(ctx, &l); civic.CodeOf(err) == civic.Conflict {
		return s.secondLogo(ctx, l)
	} else if err != nil {
		return Logo{}, err
	}
	s.rememberLogo(l, s.now())
	return l, s.audit.Write(ctx, audit.Entry{By: by, Action: ActionLogo, Object: l.ID})
}

// CheckLogo returns what PublishLogo would find wrong with d itself: Forbidden, or Invalid with its fields. Nothing is stored.
func (s *Service) CheckLogo(ctx context.Context, by civic.Actor, d LogoDraft) error {
	if err := by.Can(PermWrite); err != nil {
		return err
	}
	_, _, err := s.parseLogo(ctx, by, d)
	return err
}

// parseLogo returns a draft as a version, with its picture.
func (s *Service) parseLogo(ctx context.Context, by civic.Actor, d LogoDraft) (Logo, Picture, error) {
	l, problems := d.parse(by, s.now())
	if d.Standard {
		return l, Picture{}, problems.Err()
	}
	picture, err := s.pictureOf(ctx, d)
	if code := civic.CodeOf(err); err != nil && code != civic.Invalid {
		return Logo{}, Picture{}, err
	}
	problems.Check("logo", err)
	l.Hash, l.Width, l.Height = picture.Hash, picture.Width, picture.Height
	return l, picture, problems.Err()
}

// pictureOf returns the picture of a draft: the file's, or that of a version.
func (s *Service) pictureOf(ctx context.Context, d LogoDraft) (Picture, error) {
	if len(d.File) > 0 {
		return ParsePicture(d.File)
	}
	if d.Hash == "" {
		return Picture{}, civic.NewError(civic.Invalid, "error.picture.none")
	}
	picture, err := s.LogoPicture(ctx, d.Hash)
	if civic.CodeOf(err) == civic.NotFound {
		return Picture{}, civic.NewError(civic.Invalid, "error.picture.none")
	}
	return picture, err
}

// keepPicture stores a picture that is not stored yet.
func (s *Service) keepPicture(ctx context.Context, p Picture) error {
	if p.Hash == "" {
		return nil
	}
	err := s.logos.pictures.Insert(ctx, &logoPicture{Meta: docstore.Meta{ID: civic.ID(p.Hash)}, PNG: p.PNG, Width: p.Width, Height: p.Height})
	if civic.CodeOf(err) == civic.Conflict {
		return nil
	}
	return err
}

// secondLogo answers who published a moment after somebody else.
func (s *Service) secondLogo(ctx context.Context, l Logo) (Logo, error) {
	current, err := s.newestLogo(ctx)
	if err != nil || current.says(l) {
		return current, err
	}
	return Logo{}, &LogoConflict{Current: current}
}
