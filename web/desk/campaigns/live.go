package campaigns

import (
	"context"
	"fmt"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// campaignEvents tells of each change of a campaign that runs.
func (p *Pages) campaignEvents(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if _, err := p.Notify.Campaign(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Events(func(ctx context.Context, by civic.Actor) (string, bool, error) {
		view := campaignPage{Now: civic.Now()}
		var err error
		if view.Campaign, err = p.Notify.Campaign(ctx, by, id); err != nil {
			return "", false, err
		}
		if view.Counts, err = p.Notify.Counts(ctx, by, id); err != nil {
			return "", false, err
		}
		view.Task, err = p.campaignTask(ctx, by, view.Campaign)
		return view.version(), !view.moving(), err
	})
}

// campaignTask returns the long work a campaign is in, the zero Task when there is none.
func (p *Pages) campaignTask(ctx context.Context, by civic.Actor, c notify.Campaign) (work.Task, error) {
	kind := c.Work()
	if kind == "" {
		return work.Task{}, nil
	}
	t, err := p.Work.Task(ctx, by, notify.TaskID(kind, c.ID))
	if civic.CodeOf(err) == civic.NotFound { // it is about to be asked for
		return work.Task{}, nil
	}
	return t, err
}

// version names what the page shows of a campaign that runs.
func (p campaignPage) version() string {
	done, all := p.Counts.Progress()
	return fmt.Sprintf("%s.%d.%d.%d.%s", p.Campaign.State, p.Campaign.Revision, done, all,
		deskui.TaskVersion(p.Task))
}

// live is the part of the page that changes by itself.
func (p campaignPage) live() ui.Live {
	l := ui.Live{
		ID: "andamento", Class: "row", State: string(p.Campaign.State), Version: p.version(),
		Events: deskui.CampaignPath(p.Campaign.ID, "events"),
	}
	if p.moving() && !p.Held {
		l.Seconds = deskui.RenewEvery
	}
	return l
}

// progress returns how far a campaign that runs is, for its bar: with its recipients, then with its mail.
func (p campaignPage) progress(f ui.Frame) ui.Progress {
	done, all := p.Counts.Progress()
	bar := ui.Progress{Label: f.T("notify.campaign.running")}
	if p.Task.Open() && p.Task.Total > 0 {
		bar = deskui.TaskProgress(f, p.Task)
		bar.Label = f.T("notify.campaign.running")
		return bar
	}
	if p.Campaign.FrozenAt.IsZero() || all == 0 {
		bar.Step = f.T("notify.campaign.freezing")
		return bar
	}
	bar.Step, bar.Percent = f.T("notify.campaign.sending"), done*100/all
	if p.Status.Held {
		bar.Step = f.T("notify.campaign.standing")
	}
	bar.Count = f.T("notify.campaign.done_of", civic.Args{"Done": f.L.Int(done), "Total": f.L.Int(all)})
	return bar
}

// moving reports whether the numbers of the page change by themselves: the campaign is running, or due to
// begin.
func (p campaignPage) moving() bool {
	return p.Campaign.State == notify.Running || p.due(p.Now)
}

func (p campaignPage) due(now time.Time) bool {
	return p.Campaign.State == notify.Scheduled && !p.Campaign.StartAt.After(now)
}
