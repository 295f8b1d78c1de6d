package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"ascolto/forum"
	"ascolto/internal/civic"
)

// contested is a post of so many days ago that people reported, in the discussion with the given place in the
// list, and what a moderator decided about it, if one did.
type contested struct {
	Thread   int
	Days     int
	Body     string
	Reports  []struct{ Rule, Text string }
	Decision struct {
		Action       forum.Action
		Rule, Reason string
	}
}

// posted is a contested post and where it stands.
type posted struct {
	contested
	thread civic.ID
	number int64
	at     time.Time
}

// contest has the last reply of the n-th discussion say what somebody then reported.
func (b *builder) contest(r *rand.Rand, n int, p *forum.Past, people []forum.Author) {
	last := len(p.Posts) - 1
	for _, c := range b.words.Contested {
		if c.Thread != n || last == 0 {
			continue
		}
		post := &p.Posts[last]
		post.Author, post.Source, post.Office, post.OfficeName = pick(r, people), c.Body, "", ""
		if at := b.at(-c.Days, 18); at.After(post.At) {
			post.At = at
		}
		b.contested = append(b.contested, posted{c, civic.ID(p.Key), int64(last + 1), post.At})
	}
}

// moderation has people who are not signed in report what they object to an hour after it was written, and
// the moderator decide some of it two hours later.
func (b *builder) moderation(ctx context.Context) error {
	for i, c := range b.contested {
		for j, report := range c.Reports {
			in := forum.ReportInput{
				FormKey: fmt.Sprintf("demosegnalazione%04d%04d", i, j), Thread: c.thread, Number: c.number,
				Rule: report.Rule, Text: report.Text,
			}
			if err := b.Clock.at(c.after(time.Duration(j+1)*time.Hour), func() error {
				_, err := b.Forum.Report(ctx, civic.Actor{Request: "demo"}, in)
				return err
			}); civic.CodeOf(err) != civic.Gone && err != nil { // gone: hidden by an earlier build
				return err
			}
		}
		if c.Decision.Action == "" {
			continue
		}
		in := forum.DecisionInput{Thread: c.thread, Number: c.number, Action: c.Decision.Action,
			Rule: c.Decision.Rule, Reason: c.Decision.Reason}
		if err := b.Clock.at(c.after(3*time.Hour), func() error {
			_, err := b.Forum.Decide(ctx, b.moderator, in)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// after returns the instant so long after the post was written, or now when that is still to come.
func (p posted) after(d time.Duration) time.Time {
	at, now := p.at.Add(d), civic.Now()
	if at.After(now) {
		return now
	}
	return at
}
