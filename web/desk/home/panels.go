package home

import (
	"cmp"
	"slices"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/requestview"
)

// few is how far a number is counted by reading a list, and shown how many of it the start page shows.
const (
	few   = civic.MaxPageSize
	shown = 5
)

var fewOfThem = civic.PageRequest{Size: few}

// newPanel returns the panel called name, whose texts are under desk.home.
func newPanel[T any](r *page.Request, name, all string, items []T, more bool, row func(T) panelRow) panel {
	p := panel{ID: name, Title: r.T("desk.home." + name), Empty: r.T("desk.home." + name + "_none"), All: all,
		Count: len(items), More: more}
	for _, item := range items[:min(len(items), shown)] {
		p.Rows = append(p.Rows, row(item))
	}
	return p
}

// followUps are the conversations that left something to do, what is due first in front and what has no day
// at the end.
func (p *Pages) followUps(r *page.Request) (panel, error) {
	list, err := p.CRM.Interactions(r.Context(), r.Actor, crm.InteractionFilter{Open: true}, fewOfThem)
	if err != nil {
		return panel{}, err
	}
	if list.Next != "" { // what is due may lie among those that were not read
		due, err := p.CRM.Interactions(r.Context(), r.Actor, crm.InteractionFilter{Order: crm.DueFirst},
			fewOfThem)
		if err != nil {
			return panel{}, err
		}
		for _, i := range due.Items {
			if !slices.ContainsFunc(list.Items, func(o crm.Interaction) bool { return o.ID == i.ID }) {
				list.Items = append(list.Items, i)
			}
		}
	}
	slices.SortStableFunc(list.Items, func(a, b crm.Interaction) int {
		return cmp.Or(compareBool(a.DueOn == "", b.DueOn == ""), cmp.Compare(a.DueOn, b.DueOn),
			a.At.Compare(b.At))
	})
	return newPanel(r, "follow_ups", "/desk/interactions?open=1", list.Items, list.Next != "",
		func(i crm.Interaction) panelRow {
			row := panelRow{Path: "/desk/interactions/" + string(i.ID),
				Text: r.L.Kept(i.Subject, "crm.interaction.taken"), Note: r.L.Date(i.At)}
			if i.DueOn != "" {
				row.Note, row.Late = r.T("desk.home.due", civic.Args{"Day": deskui.DayText(r.L, i.DueOn)}),
					i.Late(civic.Now())
			}
			if i.OwnerName != "" {
				row.Note += " · " + i.OwnerName
			}
			return row
		}), nil
}

// dueRequests are the open requests whose term ends first.
func (p *Pages) dueRequests(r *page.Request) (panel, error) {
	list, err := p.Requests.Queue(r.Context(), r.Actor, requests.Filter{}, fewOfThem)
	return newPanel(r, "requests", "/desk/requests", list.Items, list.Next != "",
		func(q requests.Request) panelRow {
			row := panelRow{Path: "/desk/requests/" + string(q.ID), Text: requestview.Subject(r.L, q), Note: q.Number,
				Late: q.Late(civic.Now())}
			if day, ok := q.DueDay(); ok {
				row.Note += " · " + r.T("desk.home.due", civic.Args{"Day": r.L.Date(day)})
			}
			if q.ResponsibleName != "" {
				row.Note += " · " + q.ResponsibleName
			}
			return row
		}), err
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// awaiting are the discussions in which the offices of the reader owe an answer.
func (p *Pages) awaiting(r *page.Request) (panel, error) {
	list, err := p.Forum.Awaiting(r.Context(), r.Actor, forum.AwaitingFilter{Mine: true, Page: fewOfThem})
	return newPanel(r, "awaiting", "/desk/forum?di=miei", list.Items, list.Next != "",
		func(t forum.Thread) panelRow {
			row := panelRow{Path: deskui.ThreadPath(t.ID), Text: r.L.Kept(t.Title, "forum.thread.taken"),
				Late: t.Overdue(civic.Now())}
			if !t.DueAt.IsZero() {
				row.Note = r.T("desk.home.due", civic.Args{"Day": r.L.Date(t.DueAt)})
			}
			return row
		}), err
}

// reported are the posts that wait for a moderator.
func (p *Pages) reported(r *page.Request) (panel, error) {
	list, err := p.Forum.Queue(r.Context(), r.Actor, fewOfThem)
	return newPanel(r, "reported", "/desk/moderation", list.Items, list.Next != "",
		func(q forum.QueueItem) panelRow {
			return panelRow{Path: deskui.CasePath(q.Thread, q.Number), Text: q.Excerpt,
				Note: r.T("desk.home.reported_at", civic.Args{"When": r.L.DateTime(q.FirstAt)})}
		}), err
}

// campaignsAhead are the campaigns that run, and those that will.
func (p *Pages) campaignsAhead(r *page.Request) (panel, error) {
	var all []notify.Campaign
	more := false
	for _, state := range []notify.CampaignState{notify.Running, notify.Paused, notify.Scheduled} {
		list, err := p.Notify.Campaigns(r.Context(), r.Actor, state, fewOfThem)
		if err != nil {
			return panel{}, err
		}
		slices.SortStableFunc(list.Items,
			func(a, b notify.Campaign) int { return a.StartAt.Compare(b.StartAt) })
		all, more = append(all, list.Items...), more || list.Next != ""
	}
	return newPanel(r, "campaigns", deskui.CampaignsPath, all, more, func(c notify.Campaign) panelRow {
		return panelRow{Path: deskui.CampaignPath(c.ID), Text: c.Name,
			Note: r.T(deskui.CampaignStateKey(c.State)) + " · " + r.L.DateTime(c.StartAt)}
	}), nil
}

// openSurveys are what citizens can answer now.
func (p *Pages) openSurveys(r *page.Request) (panel, error) {
	list, err := p.Surveys.Surveys(r.Context(), civic.PageRequest{Size: 1})
	return newPanel(r, "open_surveys", "/desk/surveys", list.Open, false, func(s surveys.Survey) panelRow {
		return panelRow{Path: deskui.SurveyPath(s.ID), Text: s.Title.In(string(r.Lang)),
			Note: r.T("desk.home.closes", civic.Args{"When": r.L.DateTime(s.ClosesAt)})}
	}), err
}

// newcomers are the colleagues who were invited and never signed in.
func (p *Pages) newcomers(r *page.Request) (panel, error) {
	never, err := deskui.ReadStaff(r, p.Accounts)
	if err != nil {
		return panel{}, err
	}
	never = slices.DeleteFunc(never, func(a accounts.Account) bool {
		return !a.SignedInAt.IsZero() || a.Disabled
	})
	return newPanel(r, "newcomers", "/desk/users", never, false, func(a accounts.Account) panelRow {
		return panelRow{Path: "/desk/users/" + string(a.ID), Text: a.Name,
			Note: r.T("desk.home.invited", civic.Args{"Day": r.L.Date(a.CreatedAt)})}
	}), nil
}
