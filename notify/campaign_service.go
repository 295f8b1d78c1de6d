package notify

import (
	"context"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/notify/message"
)

// CreateCampaign stores a draft and returns it. The same form sent twice makes one; another one with its key
// is a Conflict.
func (s *Service) CreateCampaign(ctx context.Context, by civic.Actor, in CampaignInput) (Campaign, error) {
	if err := by.Can(PermWriteCampaigns); err != nil {
		return Campaign{}, err
	}
	now := s.now()
	c := Campaign{State: Draft, Author: by.Account, AuthorName: by.Name, CreatedAt: now, UpdatedAt: now}
	if err := in.apply(&c); err != nil {
		return c, err
	}
	c.ID = in.Key
	sent := c
	return s.campaigns.Create(ctx, &c, docstore.Creation[Campaign]{
		Same: func(stored *Campaign) bool { return stored.same(&sent) },
		Effects: func(ctx context.Context, stored *Campaign, again bool) error {
			e := audit.Entry{By: by, Action: ActionCampaignCreate, Object: stored.ID}
			return s.o.Audit.Entered(ctx, e, again, stored.CreatedAt)
		},
	})
}

// EditCampaign changes a draft to what the form says, joined with what others changed since it was shown. It
// returns a Conflict when it is no draft any more, *merge.Conflict[Campaign] where both changed one field,
// and Invalid when the two together are no campaign.
func (s *Service) EditCampaign(
	ctx context.Context, by civic.Actor, id civic.ID, in CampaignInput,
) (Campaign, error) {
	if err := by.Can(PermWriteCampaigns); err != nil {
		return Campaign{}, err
	}
	now := s.now()
	c, err := s.campaigns.Edit(ctx, id, func(c *Campaign) error { return in.edit(c, by, now) })
	if err != nil {
		return c, err
	}
	return c, s.o.Audit.Revised(ctx, audit.Entry{By: by, Action: ActionCampaignEdit, Object: id}, c.Revision)
}

// Schedule lets a draft begin at start, or at once when start is zero, but never after notAfter, when that is
// set. It returns ErrChanged when the draft is not the one that tag is of, and Invalid, with every field that
// Missing names, when it is not whole.
func (s *Service) Schedule(
	ctx context.Context, by civic.Actor, id civic.ID, tag string, start, notAfter time.Time,
) (Campaign, error) {
	if err := by.Can(PermSendCampaigns); err != nil {
		return Campaign{}, err
	}
	start, err := s.checkTimes(start, notAfter)
	if err != nil {
		return Campaign{}, err
	}
	return s.step(ctx, by, id, Scheduled, func(c *Campaign) error {
		if c.Tag() != tag {
			return ErrChanged
		}
		if err := c.checkWhole(); err != nil {
			return err
		}
		c.StartAt, c.NotAfter = start.UTC().Truncate(time.Millisecond),
			notAfter.UTC().Truncate(time.Millisecond)
		return nil
	})
}

// patienceOfForms is how long ago a start may be when its form arrives: who confirms takes a while.
const patienceOfForms = 15 * time.Minute

// checkTimes returns when a campaign begins that is given a start and a latest time, or an Invalid error that
// names what is wrong.
func (s *Service) checkTimes(start, notAfter time.Time) (time.Time, error) {
	now := s.now()
	if start.IsZero() {
		start = now
	}
	var p civic.Problems
	if start.Before(now.Add(-patienceOfForms)) {
		p.Add("start", "notify.error.start.past")
	}
	p.Check("start", civic.CheckPlanned(start, now))
	p.Check("not_after", civic.CheckPlanned(notAfter, now))
	if !notAfter.IsZero() && !notAfter.After(start) {
		p.Add("not_after", "notify.error.not_after")
	}
	return start, p.Err()
}

// CheckSchedule returns the error that Schedule would, and else what the campaign would do if it began now.
func (s *Service) CheckSchedule(
	ctx context.Context, by civic.Actor, id civic.ID, start, notAfter time.Time,
) (Forecast, error) {
	if err := by.Can(PermSendCampaigns); err != nil {
		return Forecast{}, err
	}
	if _, err := s.checkTimes(start, notAfter); err != nil {
		return Forecast{}, err
	}
	c, err := s.campaigns.Get(ctx, id)
	if err != nil {
		return Forecast{}, err
	}
	if !c.May(Scheduled) {
		return Forecast{}, civic.NewError(civic.Conflict, "notify.error.state")
	}
	if err := c.checkWhole(); err != nil {
		return Forecast{}, err
	}
	return s.forecast(ctx, &c)
}

// Unschedule makes a campaign that has not begun a draft again.
func (s *Service) Unschedule(ctx context.Context, by civic.Actor, id civic.ID) (Campaign, error) {
	return s.command(ctx, by, id, Draft)
}

// MaxWhy bounds why somebody paused a campaign, in characters.
const MaxWhy = 300

// Pause stops a running campaign: within two seconds no mail of it is begun any more. Why, which may be
// empty, is kept for those who see it stand.
func (s *Service) Pause(ctx context.Context, by civic.Actor, id civic.ID, why string) (Campaign, error) {
	if err := by.Can(PermSendCampaigns); err != nil {
		return Campaign{}, err
	}
	why, err := civic.CleanLine(why, MaxWhy)
	if err != nil {
		var p civic.Problems
		p.Check("why", err)
		return Campaign{}, p.Err()
	}
	return s.step(ctx, by, id, Paused, func(c *Campaign) error {
		paused := *c.Moved
		paused.Why, c.Moved = why, &paused
		return nil
	})
}

// Resume lets a paused campaign go on with those who have not got it. After a pause by the program those whom
// a server refused because of us are tried once more.
func (s *Service) Resume(ctx context.Context, by civic.Actor, id civic.ID) (Campaign, error) {
	if err := by.Can(PermSendCampaigns); err != nil {
		return Campaign{}, err
	}
	return s.step(ctx, by, id, Running, func(c *Campaign) error {
		if c.StartedAt.IsZero() { // a campaign begins by its schedule alone
			return civic.NewError(civic.Conflict, "notify.error.state")
		}
		c.Trouble, c.TroubleArgs = "", nil
		c.goOn()
		return nil
	})
}

// Cancel ends a campaign. Who has not got it gets nothing.
func (s *Service) Cancel(ctx context.Context, by civic.Actor, id civic.ID) (Campaign, error) {
	return s.command(ctx, by, id, Cancelled)
}

func (s *Service) command(
	ctx context.Context, by civic.Actor, id civic.ID, to CampaignState,
) (Campaign, error) {
	if err := by.Can(PermSendCampaigns); err != nil {
		return Campaign{}, err
	}
	return s.step(ctx, by, id, to, nil)
}

// Preview is a campaign as somebody would get it.
type Preview struct{ Language, Subject, Text, HTML string }

// PreviewCampaign returns a campaign as an invented person would get it.
func (s *Service) PreviewCampaign(
	ctx context.Context, by civic.Actor, id civic.ID, language string,
) (Preview, error) {
	c, err := s.Campaign(ctx, by, id)
	if err != nil {
		return Preview{}, err
	}
	return s.preview(ctx, &c, language)
}

func (s *Service) preview(ctx context.Context, c *Campaign, language string) (Preview, error) {
	if !c.Readable() {
		return Preview{}, civic.NewError(civic.Conflict, "notify.error.no_message")
	}
	l, err := c.content(language).letter()
	if err != nil {
		return Preview{}, err
	}
	topic, err := s.topicName(ctx, c)
	if err != nil {
		return Preview{}, err
	}
	sample := map[string]string{}
	for _, field := range message.PersonFields() {
		sample[field] = s.o.Words(l.Language(), civic.Msg("notify.sample."+field))
	}
	link := ""
	if c.Class == Voluntary { // of nobody, so that trying it harms nobody
		link = s.o.Origin + UnsubscribePath +
			s.UnsubscribeToken(Unsubscription{Campaign: c.ID, Topic: c.Topic})
	}
	return Preview(l.Render(s.frame(c, l.Language(), topic.In(l.Language()), link), sample)), nil
}

// SendTest sends a campaign, filled in for an invented person, to the address of whoever asks.
func (s *Service) SendTest(ctx context.Context, by civic.Actor, id civic.ID, key civic.ID) error {
	if err := by.Can(PermWriteCampaigns); err != nil {
		return err
	}
	c, err := s.campaigns.Get(ctx, id)
	if err != nil {
		return err
	}
	if s.o.Staff == nil {
		return civic.NewError(civic.Unavailable, "notify.error.no_mailbox")
	}
	to, language, err := s.o.Staff.StaffMailbox(ctx, by.Account)
	if err != nil || to.Address == "" {
		return civic.Wrap(civic.Conflict, "notify.error.no_mailbox", err)
	}
	p, err := s.preview(ctx, &c, language)
	if err != nil {
		return err
	}
	mail, err := s.o.Mails.Compose(mailTest, p.Language, civic.Args{"Subject": p.Subject})
	if err != nil {
		return err
	}
	err = s.Enqueue(ctx, Message{
		ID: civic.Key("test", key), To: to.Address, Name: to.Name, Language: p.Language, Class: ClassTest,
		Subject: mail.Subject, Text: p.Text, HTML: p.HTML, whole: true,
	})
	if err != nil {
		return err
	}
	e := audit.Entry{By: by, Action: ActionCampaignTest, Object: id, Key: civic.Key(id, "test", key)}
	return s.o.Audit.Write(ctx, e)
}
