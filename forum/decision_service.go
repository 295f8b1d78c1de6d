package forum

import (
	"context"
	"errors"
	"html/template"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// QueueItem is a reported post in the desk's list.
type QueueItem struct {
	Case
	Title   string // of the discussion
	Excerpt string
	Author  string
	Claimed bool // by somebody, and still
}

// Queue returns the reported posts that wait for a decision, the one waiting longest first.
func (s *Service) Queue(
	ctx context.Context, by civic.Actor, p civic.PageRequest,
) (civic.Page[QueueItem], error) {
	if err := by.Can(PermModerate); err != nil {
		return civic.Page[QueueItem]{}, err
	}
	cases, err := s.cases.queue(ctx, p)
	if err != nil {
		return civic.Page[QueueItem]{}, err
	}
	page := civic.Page[QueueItem]{Items: make([]QueueItem, 0, len(cases.Items)), Next: cases.Next}
	for _, c := range cases.Items {
		thread, post, err := s.target(ctx, c.Thread, c.Number)
		if err != nil {
			return civic.Page[QueueItem]{}, err
		}
		page.Items = append(page.Items, QueueItem{
			Case: c, Title: thread.Title, Excerpt: Excerpt(s.markdown.Words(post.Source), 160),
			Author:  post.signature(),
			Claimed: c.ClaimedBy != "" && s.now().Before(c.ClaimedUntil),
		})
	}
	return page, nil
}

// CaseView is all a moderator needs to decide about a post.
type CaseView struct {
	Case    Case
	Thread  Thread
	Post    Post
	HTML    template.HTML
	Reports []Report
	Earlier []Decision // about this post, the newest first
	Claimed bool       // by somebody else, and still
}

const (
	reportsShown   = 50 // reports that one page shows
	decisionsShown = 10 // earlier decisions that one page shows
)

// Case returns a post with its reports for a decision, hidden or not, reported or not. Reading it is audited.
func (s *Service) Case(ctx context.Context, by civic.Actor, thread civic.ID, number int64) (CaseView, error) {
	if err := by.Can(PermModerate); err != nil {
		return CaseView{}, err
	}
	t, post, err := s.target(ctx, thread, number)
	if err != nil {
		return CaseView{}, err
	}
	v := CaseView{Thread: t, Post: post, HTML: s.markdown.HTML(post.Source)}
	if v.Case, err = s.cases.Get(ctx, post.ID); err != nil && civic.CodeOf(err) != civic.NotFound {
		return CaseView{}, err
	}
	v.Claimed = v.Case.claimedByOther(by.Account, s.now())
	if v.Reports, err = s.reports.openOn(ctx, post.ID, reportsShown); err != nil {
		return CaseView{}, err
	}
	if v.Earlier, err = s.decidedAbout(ctx, post); err != nil {
		return CaseView{}, err
	}
	return v, s.audit.Write(ctx, audit.Entry{By: by, Action: ActionCaseRead, Object: post.ID,
		Contact: post.Author.Contact})
}

// decidedAbout returns the last decisions about a post, the newest first.
func (s *Service) decidedAbout(ctx context.Context, post Post) ([]Decision, error) {
	var earlier []Decision
	for round := post.Rulings - 1; round >= max(0, post.Rulings-decisionsShown); round-- {
		d, err := s.decisions.Get(ctx, DecisionID(post.Thread, post.Number, round))
		if civic.CodeOf(err) == civic.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		earlier = append(earlier, d)
	}
	return earlier, nil
}

// target returns a discussion and one of its posts, the first when number is 0.
func (s *Service) target(ctx context.Context, thread civic.ID, number int64) (Thread, Post, error) {
	t, err := s.threads.get(ctx, thread)
	if err != nil {
		return Thread{}, Post{}, err
	}
	p, err := s.posts.numbered(ctx, thread, max(number, 1))
	return t, p, err
}

// Claim tells the other moderators that by is at work on a reported post; it holds for half an hour. It
// returns Conflict when another moderator was first.
func (s *Service) Claim(ctx context.Context, by civic.Actor, thread civic.ID, number int64) (Case, error) {
	return s.changeClaim(ctx, by, thread, number, func(c *Case) error { return c.claim(by, s.now()) })
}

// Release gives a claimed post back to the queue; another moderator's claim stays.
func (s *Service) Release(ctx context.Context, by civic.Actor, thread civic.ID, number int64) (Case, error) {
	return s.changeClaim(ctx, by, thread, number, func(c *Case) error {
		if c.ClaimedBy == by.Account {
			c.release()
		}
		return nil
	})
}

func (s *Service) changeClaim(
	ctx context.Context, by civic.Actor, thread civic.ID, number int64, change func(*Case) error,
) (Case, error) {
	if err := by.Can(PermModerate); err != nil {
		return Case{}, err
	}
	post, err := s.posts.numbered(ctx, thread, number)
	if err != nil {
		return Case{}, err
	}
	return s.cases.Update(ctx, post.ID, change)
}

// Decide takes a decision about a post or a discussion and applies it. Of two moderators deciding at once,
// one gets Conflict; so does who decides about what another has claimed, or takes a step that its state does
// not allow. Sending the same decision again returns it. It returns Invalid with field errors, and NotFound.
func (s *Service) Decide(ctx context.Context, by civic.Actor, in DecisionInput) (Decision, error) {
	if err := by.Can(PermModerate); err != nil {
		return Decision{}, err
	}
	d, err := in.parse()
	if err != nil {
		return Decision{}, err
	}
	thread, post, err := s.target(ctx, in.Thread, in.Number)
	if err != nil {
		return Decision{}, err
	}
	d.By, d.ByName, d.At, d.Area, d.Author = by.Account, by.Name, s.now(), thread.Area, post.Author
	if _, err := s.decisions.Get(ctx, d.ID); civic.CodeOf(err) == civic.NotFound {
		if err := s.mayDecide(ctx, d, thread, post); err != nil {
			return Decision{}, err
		}
	}
	return s.storeDecision(ctx, by, d)
}

// storeDecision stores d and applies it. It returns Conflict when the target has another decision in its
// place.
func (s *Service) storeDecision(ctx context.Context, by civic.Actor, d Decision) (Decision, error) {
	decided := civic.NewError(civic.Conflict, "forum.error.decided")
	stored, err := s.decisions.Create(ctx, &d, docstore.Creation[Decision]{
		Same: d.sameAs,
		Effects: func(ctx context.Context, stored *Decision, again bool) error {
			if stored.Applied {
				return nil
			}
			return s.apply(context.WithoutCancel(ctx), by, *stored, again)
		},
		Used: decided,
	})
	if errors.Is(err, decided) {
		return Decision{}, civic.NewErrorArgs(civic.Conflict, "forum.error.decided",
			civic.Args{"Name": stored.ByName})
	}
	return stored, err
}

// sameAs reports whether two decisions are the same one of the same moderator.
func (d *Decision) sameAs(stored *Decision) bool {
	return stored.By == d.By && stored.Action == d.Action && stored.Rule == d.Rule &&
		stored.Reason == d.Reason && stored.To == d.To &&
		stored.Version == d.Version
}

// moderator returns who took a decision, as the audit names them.
func (d *Decision) moderator() civic.Actor {
	return civic.Actor{Account: d.By, Name: d.ByName, Roles: []civic.Role{civic.Moderator}}
}

// mayDecide returns Conflict when the target has moved on since the moderator saw it, when its state does not
// allow the action, or when another moderator is at work on it.
func (s *Service) mayDecide(ctx context.Context, d Decision, thread Thread, post Post) error {
	round, change := post.Rulings, post.change
	if d.Number == 0 {
		round, change = thread.Rulings, thread.change
	}
	if d.Round != round {
		return civic.NewError(civic.Conflict, "forum.error.changed")
	}
	if err := change(d.Action); err != nil {
		return err
	}
	if d.Action == ActionRedact {
		if err := post.redact(d.Version); err != nil {
			return err
		}
	}
	if d.Action == ActionMove {
		if _, err := s.areas.get(ctx, d.To); err != nil {
			return err
		}
	}
	c, err := s.cases.Get(ctx, post.ID)
	if err == nil && c.Open && c.claimedByOther(d.By, d.At) {
		return civic.NewErrorArgs(civic.Conflict, "forum.error.claimed", civic.Args{"Name": c.ClaimedName})
	}
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	return err
}

// ApplyDecisions draws the consequences of decisions that a fault cut short, and returns for how many it
// could. One that fails again does not hold up the others. A job calls it.
func (s *Service) ApplyDecisions(ctx context.Context) (int, error) {
	n := 0
	var failed error
	for d, err := range s.decisions.All(ctx, unapplied()) {
		if err != nil {
			return n, err
		}
		if err := s.apply(ctx, d.moderator(), d, true); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		n++
	}
	return n, failed
}

// Excerpt returns the beginning of text, cut between words at about max characters.
func Excerpt(text string, max int) string {
	runes := []rune(text)
	if len(runes) <= max {
		return text
	}
	cut := max
	for cut > max/2 && runes[cut] != ' ' {
		cut--
	}
	return string(runes[:cut]) + "…"
}

func (p Post) signature() string {
	if p.Official != nil {
		return p.Official.Name
	}
	return p.Author.Name
}

// removal returns why something is hidden by d.
func (d Decision) removal(was State) *Removal {
	return &Removal{Rule: d.Rule, Reason: d.Reason, Decision: d.ID, At: d.At, Was: was}
}
