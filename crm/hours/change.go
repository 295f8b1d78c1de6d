package hours

import (
	"context"
	"errors"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
)

// change is one thing that somebody changes of hours.
type change struct {
	Action audit.Action
	from   string              // since when it holds, for the audit
	shown  string              // what the page carried
	fields merge.Fields[Hours] // what it changes, where others may have changed the same; see Hours.Shown
	do     func(*Hours) error
}

// maxEdits bounds of how many weeks, gone ones too, it is kept who changed them last.
const maxEdits = 2 * maxWeeks

// apply does c to h, joined with what others did since, and notes who did; unless h says the same as before.
func (c change) apply(by civic.Actor, h *Hours) error {
	was := *h
	if err := c.do(h); err != nil || was.same(*h) {
		return err
	}
	u := merge.Update[Hours]{Fields: c.fields, Edits: func(h *Hours) *merge.Edits { return &h.Edits },
		Shown: c.shown, By: by, At: civic.Now()}
	if err := u.Apply(h, &was); err != nil || was.same(*h) {
		return err
	}
	if n := len(h.Edits); n > maxEdits {
		h.Edits = h.Edits[n-maxEdits:]
	}
	h.note(by, c.Action, c.from, was)
	return nil
}

// change does c to the hours of an office and stores them, unless they are as they were.
func (s *Service) change(ctx context.Context, by civic.Actor, office civic.ID, c change) (Hours, error) {
	if err := by.Can(PermWrite); err != nil {
		return Hours{}, err
	}
	for {
		h, err := s.Hours(ctx, office)
		if err == nil {
			err = s.tell(ctx, h) // before it is overwritten: who made this change may have died over its line
		}
		if err == nil {
			h, err = s.changeFrom(ctx, by, h, office, c)
		}
		switch {
		case errors.Is(err, errUntold): // others were quicker, and their change is not told of yet
			continue
		case err != nil:
			return Hours{}, err
		}
		return h, s.tell(ctx, h)
	}
}

// errUntold says that somebody changed the hours of an office since the change before was told of.
var errUntold = errors.New("hours: changed meanwhile")

// changeFrom does c to the hours of an office, which are h.
func (s *Service) changeFrom(
	ctx context.Context, by civic.Actor, h Hours, office civic.ID, c change,
) (Hours, error) {
	if told := h.Revision; told > 0 {
		return s.hours.Edit(ctx, office, func(h *Hours) error {
			if h.Revision != told {
				return errUntold
			}
			return c.apply(by, h)
		})
	}
	was := h
	if err := c.apply(by, &h); err != nil || was.same(h) {
		return was, err
	}
	stored, err := s.hours.Create(ctx, &h, docstore.Creation[Hours]{
		Same:    func(stored *Hours) bool { return stored.same(h) },
		Effects: func(context.Context, *Hours, bool) error { return nil }, // change tells
	})
	if civic.CodeOf(err) == civic.Conflict {
		err = errUntold
	}
	return stored, err
}
