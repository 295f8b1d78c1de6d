package sitepage

import (
	"context"
	"errors"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
)

// maxTries is how often a version is joined with what others published while it was being published.
const maxTries = 5

// textFields are what is joined of a page that two people word at once: its text, language by language.
func textFields() merge.Fields[Version] {
	return merge.Text("text", func(v *Version) *civic.Text { return &v.Text })
}

// Shown tells the texts of v from others, as merge.Fields does.
func (v Version) Shown() string { return textFields().Shown(&v) }

// shown returns v with the texts that a form shows of it: those of the program where it has none of its own.
func (d Draft) shown(v Version) Version {
	if !v.Own() {
		v.Text = civic.TextOf(func(language string) string {
			text, err := civic.CleanText(d.Program[language], MaxText)
			if err != nil {
				return d.Program[language]
			}
			return text
		})
	}
	return v
}

// publishJoined publishes v, which d says; joined with what others published since version d.Base.
func (s *Service) publishJoined(ctx context.Context, by civic.Actor, d Draft, v Version) (Version, error) {
	stored, err := s.pages.publish(ctx, by, ActionPublish, string(d.Page), v)
	for range maxTries {
		conflict, ok := errors.AsType[*Conflict[Version]](err)
		if !ok || d.Base < 0 || d.Base >= conflict.Current.Number { // no version that any form showed
			break
		}
		next, clash := s.joined(ctx, by, d, v, conflict.Current)
		if clash != nil {
			return Version{}, clash
		}
		stored, err = s.pages.publish(ctx, by, ActionPublish, string(d.Page), next)
	}
	return stored, err
}

// joined returns v, which d says, as the version that follows current: a language that only the other one
// changed since version d.Base has their text. The error is *merge.Conflict[Version] where both changed one
// language; its texts are those that the form shows.
func (s *Service) joined(
	ctx context.Context, by civic.Actor, d Draft, v, current Version,
) (Version, error) {
	base := Version{}
	if d.Base > 0 {
		var err error
		if base, err = s.Version(ctx, d.Page, d.Base); err != nil {
			return Version{}, err
		}
	}
	last, err := s.textEdits(ctx, d, current)
	if err != nil {
		return Version{}, err
	}
	base, mine, stored := d.shown(base), d.shown(v), d.shown(current)
	if v.Standard { // which takes back whatever the other one wrote, also in a language that had no other text
		for _, l := range civic.Languages() {
			if base.Text[l] == mine.Text[l] {
				base.Text = base.Text.With(l, "")
			}
		}
	}
	u := merge.Update[Version]{Fields: textFields(), Edits: func(*Version) *merge.Edits { return &last },
		Shown: base.Shown(), By: by, At: v.At}
	if err := u.Apply(&mine, &stored); err != nil {
		return Version{}, err
	}
	if !v.Standard {
		v.Text = mine.Text
	}
	v.Number = current.Number + 1
	if current.says(v) { // sent again: what follows from it is drawn again
		v.Number = current.Number
	}
	v.ID = issueID(string(d.Page), v.Number)
	return v, nil
}

// logoFields are what is joined of a logo that two people publish at once.
func logoFields() merge.Fields[Logo] {
	return append(merge.Text("alt", func(l *Logo) *civic.Text { return &l.Alt }),
		merge.Part("logo", func(l *Logo) string { return l.Hash }, func(mine, stored *Logo) {
			mine.Hash, mine.Width, mine.Height = stored.Hash, stored.Width, stored.Height
		}))
}

// joinedLogo returns l, whose form showed version base, as the version that follows current: what only the
// other one changed since then is theirs. The error is *merge.Conflict[Logo] where both changed one thing.
func (s *Service) joinedLogo(
	ctx context.Context, by civic.Actor, base int64, l, current Logo,
) (Logo, error) {
	shown, err := s.LogoVersion(ctx, base)
	if err != nil {
		return Logo{}, err
	}
	u := merge.Update[Logo]{Fields: logoFields(), Edits: func(*Logo) *merge.Edits { return new(merge.Edits) },
		Shown: logoFields().Shown(&shown), By: by, At: l.At}
	if err := u.Apply(&l, &current); err != nil {
		return Logo{}, err
	}
	l.Number = current.Number + 1
	if current.says(l) {
		l.Number = current.Number
	}
	l.ID = issueID(logoLine, l.Number)
	return l, nil
}

// textEdits returns who published the text of each language as it is in current, of the languages that
// changed since version d.Base.
func (s *Service) textEdits(ctx context.Context, d Draft, current Version) (edits merge.Edits, err error) {
	fields := textFields()
	for later := current; later.Number > d.Base && len(edits) < len(fields); {
		earlier := Version{}
		if later.Number > 1 {
			if earlier, err = s.Version(ctx, d.Page, later.Number-1); err != nil {
				return nil, err
			}
		}
		is, was := d.shown(later), d.shown(earlier)
		for _, name := range fields.Changed(&was, &is) {
			if edits.Of(name).At.IsZero() {
				edits = append(edits, merge.Edit{Field: name, By: later.By, Name: later.ByName, At: later.At})
			}
		}
		later = earlier
	}
	return edits, nil
}
