package forum

import (
	"context"
	"time"

	"ascolto/internal/civic"
)

// Edit is one change of a post's text. Number is the version it replaced, from 0; a redacted version shows no
// changes.
type Edit struct {
	Number   int
	At       time.Time
	Redacted bool
	Changes  []Change
}

// HistoryView is how a post came to read as it does, the newest change first.
type HistoryView struct {
	Thread Thread
	Number int64
	Author string
	Office string
	Edits  []Edit
}

// History returns the changes of a post's text: those readers are told of, and for moderators all. It returns
// NotFound, or Gone when the post or its discussion is hidden.
func (s *Service) History(
	ctx context.Context, by civic.Actor, thread civic.ID, number int64,
) (HistoryView, error) {
	t, post, err := s.target(ctx, thread, number)
	if err != nil {
		return HistoryView{}, err
	}
	all := by.Allowed(PermModerate)
	if t.IsHidden && !all {
		return HistoryView{}, removed(t.Removal)
	}
	if post.IsHidden && !all {
		return HistoryView{}, removed(post.Removal)
	}
	v := HistoryView{Thread: t, Number: post.Number, Author: post.Author.Name}
	if post.Official != nil {
		v.Office = post.Official.Name
	}
	v.Edits = post.edits(all)
	return v, nil
}

// edits returns the changes of p, the newest first; without all only those readers are told of.
func (p Post) edits(all bool) []Edit {
	var out []Edit
	after, gap := p.Source, false
	for i := len(p.Earlier) - 1; i >= 0; i-- {
		v := p.Earlier[i]
		if !all && !p.told(v) {
			break // mended within the grace, and so was everything before
		}
		e := Edit{Number: i, At: v.Until, Redacted: v.Redacted}
		if !v.Redacted && !gap {
			e.Changes = Diff(v.Source, after)
		}
		out = append(out, e)
		after, gap = v.Source, v.Redacted
	}
	return out
}
