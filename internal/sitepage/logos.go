package sitepage

import (
	"context"
	"errors"
	"sync"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ActionLogo is the audit's name for publishing a logo.
const ActionLogo audit.Action = "sitepage.logo.publish"

// logoLine is the line of the logo's versions.
const logoLine = "logo"

// Logo returns the logo in force, which every page shows. While the store does not answer it is the last one
// that was known, and none on a fresh start: no page fails for its logo, or waits for it twice in a row.
func (s *Service) Logo(ctx context.Context) Logo {
	known, err := s.logos.current(ctx, logoLine)
	if err != nil {
		return s.logos.remember(logoLine, known, docstore.Edition(s.logos.versions), s.logos.now())
	}
	return known
}

// Logos lists the logos that were published, newest first. Everybody may read it: they were public.
func (s *Service) Logos(ctx context.Context, request civic.PageRequest) (civic.Page[Logo], error) {
	return s.logos.list(ctx, logoLine, request)
}

// LogoVersion returns one published logo, or a NotFound error.
func (s *Service) LogoVersion(ctx context.Context, number int64) (Logo, error) {
	return s.logos.numbered(ctx, logoLine, number)
}

// LogoPicture returns the picture with a hash, or a NotFound error.
func (s *Service) LogoPicture(ctx context.Context, hash string) (Picture, error) {
	return s.pictures.get(ctx, hash)
}

// PublishLogo makes d the logo in force, joined with what others published since version d.Base: of the
// picture and its texts, what only one changed is theirs. It returns Forbidden, Invalid with the fields
// "logo", "alt.it", "alt.en" and "note", *merge.Conflict[Logo] where both changed one, or *Conflict when one
// of the two is the program's sign, which has no texts. Publishing again what is in force changes nothing.
func (s *Service) PublishLogo(ctx context.Context, by civic.Actor, d LogoDraft) (Logo, error) {
	if err := by.Can(PermWrite); err != nil {
		return Logo{}, err
	}
	l, picture, err := s.parseLogo(ctx, by, d)
	if err != nil {
		return Logo{}, err
	}
	if err := s.pictures.keep(ctx, picture); err != nil {
		return Logo{}, err
	}
	stored, err := s.logos.publish(ctx, by, ActionLogo, logoLine, l)
	for range maxTries {
		conflict, ok := errors.AsType[*Conflict[Logo]](err)
		if !ok || d.Base < 1 || d.Base >= conflict.Current.Number || d.Standard || !conflict.Current.Own() {
			break
		}
		next, clash := s.joinedLogo(ctx, by, d.Base, l, conflict.Current)
		if clash != nil {
			return Logo{}, clash
		}
		stored, err = s.logos.publish(ctx, by, ActionLogo, logoLine, next)
	}
	return stored, err
}

// CheckLogo returns what PublishLogo would find wrong with d itself: Forbidden, or Invalid with its fields.
// Nothing is stored.
func (s *Service) CheckLogo(ctx context.Context, by civic.Actor, d LogoDraft) error {
	if err := by.Can(PermWrite); err != nil {
		return err
	}
	_, _, err := s.parseLogo(ctx, by, d)
	return err
}

// parseLogo returns a draft as a version, with its picture.
func (s *Service) parseLogo(ctx context.Context, by civic.Actor, d LogoDraft) (Logo, Picture, error) {
	l, problems := d.parse(by, s.logos.now())
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

// logoPicture is a picture in the store; its id is the hash.
type logoPicture struct {
	docstore.Meta `bson:",inline"`
	PNG           []byte `bson:"png"`
	Width         int    `bson:"width"`
	Height        int    `bson:"height"`
}

func (p logoPicture) picture() Picture {
	return Picture{PNG: p.PNG, Hash: string(p.ID), Width: p.Width, Height: p.Height}
}

// pictures keeps the pictures of logos by their hash, once for all versions that show one.
type pictures struct {
	stored *docstore.Collection[logoPicture]

	mu   sync.Mutex
	last Picture // of those that were asked for
}

// get returns the picture with a hash, or a NotFound error.
func (p *pictures) get(ctx context.Context, hash string) (Picture, error) {
	p.mu.Lock()
	last := p.last
	p.mu.Unlock()
	if last.Hash == hash && hash != "" {
		return last, nil
	}
	id, err := civic.ParseID(hash)
	if err != nil {
		return Picture{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	stored, err := p.stored.Get(ctx, id)
	if err != nil {
		return Picture{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = stored.picture()
	return p.last, nil
}

// keep stores a picture that is not stored yet.
func (p *pictures) keep(ctx context.Context, picture Picture) error {
	if picture.Hash == "" {
		return nil
	}
	err := p.stored.Insert(ctx, &logoPicture{
		Meta: docstore.Meta{ID: civic.ID(picture.Hash)}, PNG: picture.PNG, Width: picture.Width,
		Height: picture.Height,
	})
	if civic.CodeOf(err) == civic.Conflict {
		return nil
	}
	return err
}
