package desk

import (
	"cmp"
	"slices"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web/visit"
)

// few is how far a number is counted by reading a list, and shown how many of it the start page shows.
const (
	few   = civic.MaxPageSize
	shown = 5
)

var fewOfThem = civic.PageRequest{Size: few}

// newPanel returns the panel called name, whose texts are under desk.home.
func newPanel[T any](v *visit.Visit, name, all string, items []T, more bool, row func(T) panelRow) panel {
	p := panel{ID: name, Title: v.T("desk.home." + name), Empty: v.T("desk.home." + name + "_none"), All: all, Count: len(items), More: more}
	for _, item := range items[:min(len(items), shown)] {
		p.Rows = append(p.Rows, row(item))
	}
	return p
}

// followUps are the conversations that left something to do, what is due first in front and what has no day at the end.
func (p *Pages) followUps(v *visit.Visit) (panel, error) {
	list, err := p.CRM.Interactions(v.Context(), v.Actor, crm.InteractionFilter{Open: true}, fewOfThem)
	if err != nil {
		return panel{}, err
	}
	if list.Next != "" { // what is due may lie among those that were not counted
		due, err := p.CRM.Interactions(v.Context(), v.Actor, crm.InteractionFilter{Order: crm.DueFirst}, fewOfThem)
		if err != nil {
			return panel{}, err
		}
		if len(due.Items) >= shown {
			list.Items = due.Items
		}
	}
	slices.SortStableFunc(list.Items, func(a, b crm.Interaction) int {
		return cmp.Or(compareBool(a.DueOn == "", b.DueOn == ""), cmp.Compare(a.DueOn, b.DueOn), a.At.Compare(b.At))
	})
	return newPanel(v, "follow_ups", "/desk/interactions?open=1", list.Items, list.Next != "", func(i crm.Interaction) panelRow {
		row := panelRow{Path: "/desk/interactions/" + string(i.ID), Text: i.Subject, Note: v.L.Date(i.At)}
		if i.DueOn != "" {
			row.Note, row.Late = v.T("desk.home.due", civic.Args{"Day": dayText(v.L, i.DueOn)}), i.Late(civic.Now())
		}
		if i.OwnerName != "" {
			row.Note += " · " + i.OwnerName
		}
		return row
	}), nil
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
func (p *Pages) awaiting(v *visit.Visit) (panel, error) {
	list, err := p.Forum.Awaiting(v.Context(), v.Actor, forum.AwaitingFilter{Mine: true, Page: fewOfThem})
	return newPanel(v, "awaiting", "/desk/forum?di=miei", list.Items, list.Next != "", func(t forum.Thread) panelRow {
		row := panelRow{Path: deskPath(t.ID), Text: t.Title, Late: t.Overdue(civic.Now())}
		if !t.DueAt.IsZero() {
			row.Note = v.T("desk.home.due", civic.Args{"Day": v.L.Date(t.DueAt)})
		}
		return row
	}), err
}

// reported are the posts that wait for a moderator.
func (p *Pages) reported(v *visit.Visit) (panel, error) {
	list, err := p.Forum.Queue(v.Context(), v.Actor, fewOfThem)
	return newPanel(v, "reported", "/desk/moderation", list.Items, list.Next != "", func(q forum.QueueItem) panelRow {
		return panelRow{Path: casePath(q.Thread, q.Number), Text: q.Excerpt, Note: v.T("desk.home.reported_at", civic.Args{"When": v.L.DateTime(q.FirstAt)})}
	}), err
}

// campaignsAhead are the campaigns that run, and those that will.
func (p *Pages) campaignsAhead(v *visit.Visit) (panel, error) {
	var all []notify.Campaign
	more := false
	for _, state := range []notify.CampaignState{notify.Running, notify.Paused, notify.Scheduled} {
		list, err := p.Notify.Campaigns(v.Context(), v.Actor, state, fewOfThem)
		if err != nil {
			return panel{}, err
		}
		slices.SortStableFunc(list.Items, func(a, b notify.Campaign) int { return a.StartAt.Compare(b.StartAt) })
		all, more = append(all, list.Items...), more || list.Next != ""
	}
	return newPanel(v, "campaigns", campaignsPath, all, more, func(c notify.Campaign) panelRow {
		return panelRow{Path: campaignPath(c.ID), Text: c.Name, Note: v.T(campaignStateKey(c.State)) + " · " + v.L.DateTime(c.StartAt)}
	}), nil
}

// openSurveys are what citizens can answer now.
func (p *Pages) openSurveys(v *visit.Visit) (panel, error) {
	list, err := p.Surveys.Surveys(v.Context(), civic.PageRequest{Size: 1})
	return newPanel(v, "open_surveys", "/desk/surveys", list.Open, false, func(s surveys.Survey) panelRow {
		return panelRow{Path: surveyPath(s.ID), Text: s.Title.In(string(v.Lang)), Note: v.T("desk.home.closes", civic.Args{"When": v.L.DateTime(s.ClosesAt)})}
	}), err
}

// newcomers are the colleagues who were invited and never signed in.
func (p *Pages) newcomers(v *visit.Visit) (panel, error) {
	never, err := p.allStaff(v)
	if err != nil {
		return panel{}, err
	}
	never = slices.DeleteFunc(never, func(a accounts.Account) bool { return !a.SignedInAt.IsZero() || a.Disabled })
	return newPanel(v, "newcomers", "/desk/users", never, false, func(a accounts.Account) panelRow {
		return panelRow{Path: "/desk/users/" + string(a.ID), Text: a.Name, Note: v.T("desk.home.invited", civic.Args{"Day": v.L.Date(a.CreatedAt)})}
	}), nil
}
