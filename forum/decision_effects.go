package forum

import (
	"context"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// apply draws the consequences of a decision that by took. Every step may be taken again: the audit has one
// entry, the target counts its decisions, letters have ids of their own, and the rest is derived.
func (s *Service) apply(ctx context.Context, by civic.Actor, d Decision, again bool) error {
	entry := audit.Entry{
		By: by, Action: DecisionAction(d.Action), Object: d.ID, Contact: d.Author.Contact,
		Detail: map[string]string{"rule": string(d.Rule)},
	}
	if err := s.audit.Entered(ctx, entry, again, d.At); err != nil {
		return err
	}
	steps := []func(context.Context, Decision) error{s.applyToPost, s.applyToThread, s.closeReports,
		s.tellAuthor}
	for _, step := range steps {
		if err := step(ctx, d); err != nil {
			return err
		}
	}
	if err := s.reindex(ctx, d); err != nil {
		return err
	}
	_, err := s.decisions.Update(ctx, d.ID, func(d *Decision) error {
		d.Applied = true
		return nil
	})
	return err
}

func (s *Service) applyToPost(ctx context.Context, d Decision) error {
	if d.Number == 0 {
		return nil
	}
	post, err := s.posts.numbered(ctx, d.Thread, d.Number)
	if err != nil {
		return err
	}
	_, err = s.posts.Update(ctx, post.ID, func(p *Post) error {
		if p.Rulings != d.Round {
			return nil // applied before
		}
		if err := p.change(d.Action); err != nil {
			return err
		}
		switch d.Action {
		case ActionHide:
			p.Removal = d.removal("")
		case ActionRestore:
			p.Removal = nil
		case ActionRedact:
			if err := p.redact(d.Version); err != nil {
				return err
			}
		}
		p.Rulings, p.UpdatedAt = d.Round+1, s.now()
		return nil
	})
	return err
}

// applyToThread applies a decision about a discussion, and counts a discussion again after one about a post.
func (s *Service) applyToThread(ctx context.Context, d Decision) error {
	to := Area{}
	if d.Action == ActionMove {
		var err error
		if to, err = s.areas.get(ctx, d.To); err != nil {
			return err
		}
	}
	defer s.counts.forget()
	_, err := s.threads.Update(ctx, d.Thread, func(t *Thread) error {
		t.UpdatedAt = s.now()
		if d.Number != 0 {
			return s.recount(ctx, t)
		}
		if t.Rulings != d.Round {
			return nil // applied before
		}
		was := t.State
		if err := t.change(d.Action); err != nil {
			return err
		}
		switch d.Action {
		case ActionHide:
			t.Removal = d.removal(was)
		case ActionRestore:
			t.Removal = nil
		case ActionMove:
			t.move(to)
		}
		t.Rulings, t.ShownAt = d.Round+1, t.UpdatedAt
		return nil
	})
	return err
}

// move puts t into another area, whose rule and office hold from then on, unless somebody said who is to
// answer.
func (t *Thread) move(to Area) {
	t.Area, t.District = to.ID, to.District
	if len(t.Assignments) > 0 {
		return
	}
	t.Office = to.Office
	if t.AsksAnswer {
		t.DueAt = to.DueAt(t.CreatedAt)
	}
}

// closeReports closes the reports that a decision settles: hide and keep settle those on the post, and hiding
// a discussion those on its first post. Who reported while signed in is told.
func (s *Service) closeReports(ctx context.Context, d Decision) error {
	if d.Action != ActionHide && d.Action != ActionKeep {
		return nil
	}
	thread, post, err := s.target(ctx, d.Thread, d.Number)
	if err != nil {
		return err
	}
	for {
		open, err := s.reports.openOn(ctx, post.ID, reportsShown)
		if err != nil {
			return err
		}
		settled := 0
		for _, r := range open {
			if r.CreatedAt.After(d.At) {
				continue // reported after the decision: another round
			}
			if err := s.closeReport(ctx, d, thread, post, r); err != nil {
				return err
			}
			settled++
		}
		if settled == 0 {
			return s.refreshCase(ctx, post)
		}
	}
}

func (s *Service) closeReport(ctx context.Context, d Decision, thread Thread, post Post, r Report) error {
	err := s.tell(ctx, Notice{
		ID: reportNotice(r.ID), Contact: r.Contact, Kind: NoticeReport, Title: thread.Title,
		Outcome: d.Action,
		Path:    r.path(),
	})
	if err != nil {
		return err
	}
	_, err = s.reports.Update(ctx, r.ID, func(r *Report) error {
		r.Open, r.Outcome, r.ClosedAt = false, d.Action, d.At
		return nil
	})
	return err
}

// tellAuthor sends the author of what was hidden, emptied or restored the statement of reasons.
func (s *Service) tellAuthor(ctx context.Context, d Decision) error {
	kinds := map[Action]NoticeKind{ActionHide: NoticeHidden, ActionRedact: NoticeRedacted,
		ActionRestore: NoticeRestored}
	kind, ok := kinds[d.Action]
	if !ok {
		return nil
	}
	thread, err := s.threads.get(ctx, d.Thread)
	if err != nil {
		return err
	}
	return s.tell(ctx, Notice{
		ID: decisionNotice(d.ID), Contact: d.Author.Contact, Kind: kind, Title: thread.Title,
		Rule: d.Rule, Reason: d.Reason, Path: d.ReasonPath(),
	})
}

// reindex makes the index agree with what a decision changed: the post, or all posts of a discussion.
func (s *Service) reindex(ctx context.Context, d Decision) error {
	thread, post, err := s.target(ctx, d.Thread, d.Number)
	if err != nil {
		return err
	}
	if d.Number != 0 {
		s.index.Put(s.docsOf(thread, post)...)
		return nil
	}
	for post, err := range s.posts.All(ctx, postsOf(thread.ID)) {
		if err != nil {
			return err
		}
		s.index.Put(s.docsOf(thread, post)...)
	}
	return s.reindexNotes(ctx, thread)
}
