package notify

import (
	"context"
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/work"
)

// The kinds of long work that a campaign needs, and what their tasks say.
const (
	WorkFreeze  = "notify.campaign.freeze"
	WorkRequeue = "notify.campaign.requeue"

	inputCampaign = "campaign"
	stepFreeze    = "work.step.recipients"
	stepRequeue   = "work.step.requeue"
)

// Worker sees to it that long work is done. *work.Service is one.
type Worker interface {
	// Require has work done that is needed, once however often it is asked for while it is open.
	Require(ctx context.Context, by civic.Actor, n work.Need) (work.Task, error)
}

// WorkKinds returns the long work that this part of the house does. Its tasks end with their campaigns.
func (s *Service) WorkKinds() []work.Kind {
	return []work.Kind{
		{Name: WorkFreeze, Permission: PermReadCampaigns, Urgent: true, Run: s.workFreeze},
		{Name: WorkRequeue, Permission: PermReadCampaigns, Urgent: true, Run: s.workRequeue},
	}
}

// TaskID returns the id of the task that a campaign needs of a kind. It stands in addresses.
func TaskID(kind string, campaign civic.ID) civic.ID { return civic.ID(kind) + "-" + campaign }

// Work returns the kind of long work the campaign is in, "" when it is in none.
func (c *Campaign) Work() string {
	switch {
	case c.State != Running && c.State != Paused:
		return ""
	case c.FrozenAt.IsZero():
		return WorkFreeze
	case c.Again.Under:
		return WorkRequeue
	}
	return ""
}

// MaxFailures is how often the long work of a campaign may fail without coming further: then the campaign is
// paused, and its author told.
const MaxFailures = 5

// require has a campaign's long work of a kind done by whichever process comes first. What fails again and
// again pauses the campaign, until a person lets it go on.
func (s *Service) require(ctx context.Context, c *Campaign, kind string) error {
	need := work.Need{
		ID: TaskID(kind, c.ID), Kind: kind, Subject: c.Name,
		Input: map[string]string{inputCampaign: string(c.ID)}, Tries: MaxFailures,
	}
	if c.Moved != nil { // it runs since then
		need.Since = c.Moved.At
	}
	t, err := s.o.Work.Require(ctx, jobActor(), need)
	if err != nil || t.State != work.Failed || t.Failures < MaxFailures {
		return err
	}
	_, err = s.step(ctx, jobActor(), c.ID, Paused, func(c *Campaign) error {
		c.Trouble = troubleFreeze
		if kind == WorkRequeue {
			c.Trouble = troubleRequeue
		}
		c.TroubleArgs = map[string]string{"Count": strconv.Itoa(t.Failures)}
		return nil
	})
	if civic.CodeOf(err) == civic.Conflict { // somebody else stopped it
		return nil
	}
	return err
}

// Why the program paused a campaign whose long work failed again and again; the task says of what.
const (
	troubleFreeze  = "notify.trouble.freeze"
	troubleRequeue = "notify.trouble.requeue"
)

// wanted returns the campaign of a task while it runs and is in work of that kind; else it returns
// work.ErrUnwanted, when what was put into the queue of one that ended meanwhile is taken out of it.
func (s *Service) wanted(ctx context.Context, t work.Task) (*Campaign, error) {
	c, err := s.campaigns.Get(ctx, civic.ID(t.Input[inputCampaign]))
	if civic.CodeOf(err) == civic.NotFound {
		return nil, work.ErrUnwanted
	}
	if err != nil {
		return nil, err
	}
	if c.State == Running && c.Work() == t.Kind {
		return &c, nil
	}
	if err := s.clearEnded(ctx, c.ID); err != nil {
		return nil, err
	}
	return nil, work.ErrUnwanted
}

// trust is how long after a checkpoint a process relies on its lease: one that was stopped for longer puts
// nobody into a queue any more.
const trust = 10 * time.Second

// held runs change right behind a checkpoint, while the lease of its task can be relied on and the campaign
// still wants it.
func (s *Service) held(
	ctx context.Context, t work.Task, p *work.Progress, at work.Position, change func(context.Context) error,
) error {
	ctx, cancel := context.WithTimeout(ctx, trust)
	defer cancel()
	if err := p.Checkpoint(at); err != nil {
		return err
	}
	if _, err := s.wanted(ctx, t); err != nil {
		return err
	}
	return change(ctx)
}
