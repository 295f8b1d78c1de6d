package forum

import (
	"context"
	"time"

	"ascolto/internal/civic"
)

// Report takes anybody's word that a post breaks a rule and puts the post on the desk's queue. Sending the
// same form again returns the report that it made. It returns Invalid with field errors, NotFound, Gone when
// the post is hidden already, and Limited for an account that reports too much.
func (s *Service) Report(ctx context.Context, by civic.Actor, in ReportInput) (Report, error) {
	report, err := in.parse()
	if err != nil {
		return Report{}, err
	}
	thread, err := s.Thread(ctx, in.Thread)
	if err != nil {
		return Report{}, err
	}
	post, err := s.posts.numbered(ctx, thread.ID, in.Number)
	if err != nil {
		return Report{}, err
	}
	report.Post, report.Account, report.Contact = post.ID, by.Account, by.Contact
	stored, err := s.storeReport(ctx, report, post)
	if err != nil {
		return Report{}, err
	}
	return stored, s.refreshCase(context.WithoutCancel(ctx), post)
}

func (s *Service) storeReport(ctx context.Context, r Report, post Post) (Report, error) {
	now := s.now()
	if r.Account != "" {
		release, err := s.writing.acquire(ctx, r.Account)
		if err != nil {
			return Report{}, err
		}
		defer release()
	}
	if stored, err := s.reports.Get(ctx, r.ID); civic.CodeOf(err) != civic.NotFound {
		return stored, sameReport(stored, r, err)
	}
	if post.IsHidden {
		return Report{}, removed(post.Removal)
	}
	if r.Account != "" {
		made, err := s.reports.made(ctx, r.Account, now.Add(-time.Hour))
		if err != nil {
			return Report{}, err
		}
		if made >= s.limits.Reports {
			return Report{}, civic.NewErrorArgs(civic.Limited, "forum.error.reports",
				civic.Args{"Max": s.limits.Reports})
		}
	}
	r.CreatedAt = now
	if err := s.reports.Insert(ctx, &r); civic.CodeOf(err) == civic.Conflict {
		stored, err := s.reports.Get(ctx, r.ID)
		return stored, sameReport(stored, r, err)
	} else if err != nil {
		return Report{}, err
	}
	return r, nil
}

func sameReport(stored, r Report, err error) error {
	if err == nil && !stored.sameAs(r) {
		return errKeyUsed()
	}
	return err
}

// ReportByReceipt returns the report with the receipt number as its holder wrote it, or NotFound.
func (s *Service) ReportByReceipt(ctx context.Context, receipt string) (Report, error) {
	id, err := ParseReceipt(receipt)
	if err != nil {
		return Report{}, err
	}
	r, err := s.reports.Get(ctx, id)
	return r, absent(err, "forum.error.receipt.unknown")
}

// refreshCase makes the queue's entry for a post agree with its open reports.
func (s *Service) refreshCase(ctx context.Context, post Post) error {
	set := func(c *Case) error {
		n, err := s.reports.countOpen(ctx, post.ID)
		if err != nil {
			return err
		}
		c.Thread, c.Number, c.Open, c.Reports = post.Thread, post.Number, n > 0, n
		if n == 0 {
			c.release()
			return nil
		}
		oldest, err := s.reports.openOn(ctx, post.ID, 1)
		if len(oldest) > 0 {
			c.FirstAt = oldest[0].CreatedAt
		}
		return err
	}
	_, err := s.cases.Update(ctx, post.ID, set)
	if civic.CodeOf(err) != civic.NotFound {
		return err
	}
	c := Case{FirstAt: s.now()}
	c.ID = post.ID
	if err := set(&c); err != nil {
		return err
	}
	if err := s.cases.Insert(ctx, &c); civic.CodeOf(err) != civic.Conflict {
		return err
	}
	_, err = s.cases.Update(ctx, post.ID, set)
	return err
}
