package forum

import (
	"context"

	"ascolto/internal/civic"
)

// DeskView is a discussion as staff see it. What a hidden one says is shown to moderators only.
type DeskView struct {
	ThreadView
	Notes   []Note
	Offices []Official // for which the reader may answer
}

// DeskThread returns a page of a discussion with the desk's notes. It returns NotFound.
func (s *Service) DeskThread(ctx context.Context, by civic.Actor, id civic.ID, at PageAt) (DeskView, error) {
	if err := by.Can(PermNote); err != nil {
		return DeskView{}, err
	}
	thread, first, err := s.target(ctx, id, 1)
	if err != nil {
		return DeskView{}, err
	}
	r := &threadRead{thread: thread}
	if r.area, err = s.areas.get(ctx, thread.Area); err != nil {
		return DeskView{}, err
	}
	readable := !thread.IsHidden || by.Allowed(PermModerate)
	if !readable {
		first.IsHidden, first.Removal = true, thread.Removal
	}
	if r.first = first; readable {
		if err := s.readReplies(ctx, r, at); err != nil {
			return DeskView{}, err
		}
	}
	v := DeskView{ThreadView: s.viewOf(by, r)}
	if v.Notes, err = s.Notes(ctx, by, id); err != nil {
		return DeskView{}, err
	}
	v.Offices, err = s.officesOf(ctx, by)
	return v, err
}

// officesOf returns the offices for which by may answer, with their names.
func (s *Service) officesOf(ctx context.Context, by civic.Actor) ([]Official, error) {
	if !by.Allowed(PermAnswer) {
		return nil, nil
	}
	var out []Official
	for _, id := range by.Offices {
		name, err := s.offices.OfficeName(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, Official{Office: id, Name: name})
	}
	return out, nil
}

// AreaList returns all areas in their order.
func (s *Service) AreaList(ctx context.Context) ([]Area, error) { return s.areas.list(ctx) }

// Post returns one post as everybody may see it, with its discussion. It returns NotFound, or Gone when
// either is hidden.
func (s *Service) Post(
	ctx context.Context, by civic.Actor, thread civic.ID, number int64,
) (Thread, PostView, error) {
	t, err := s.Thread(ctx, thread)
	if err != nil {
		return Thread{}, PostView{}, err
	}
	p, err := s.posts.numbered(ctx, thread, number)
	if err != nil {
		return Thread{}, PostView{}, err
	}
	if p.IsHidden {
		return Thread{}, PostView{}, removed(p.Removal)
	}
	return t, s.view(by, t, &p), nil
}
