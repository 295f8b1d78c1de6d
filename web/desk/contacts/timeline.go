package contacts

import (
	"strings"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// known is what may be known of what a timeline's entries stand for.
type known struct {
	traces   map[civic.ID]forum.Trace     // of posts
	open     map[civic.ID]crm.Interaction // conversations that have something left to do
	subjects map[civic.ID]string          // of requests that the reader may open
}

// known looks up what the reader may know of what entries stand for.
func (p *Pages) known(r *page.Request, entries []crm.Entry) (k known, err error) {
	if k.traces, err = p.Forum.Traces(r.Context(), crm.RefsOf(entries, forum.ActivityPost)); err != nil {
		return k, err
	}
	if k.subjects, err = p.Requests.Subjects(r.Context(), r.Actor, requestview.Of(entries)); err != nil {
		return k, err
	}
	k.open, err = p.CRM.StillToDo(r.Context(), r.Actor, crm.RefsOf(entries, crm.ActivityInteraction))
	return k, err
}

// events returns a timeline as it is shown to staff.
func events(r deskui.Reference, req *page.Request, entries []crm.Entry, k known) []ui.Event {
	events := make([]ui.Event, len(entries))
	for i, e := range entries {
		events[i] = ui.ActivityEvent(req.L, e.Kind)
		events[i].At, events[i].Note = e.At, r.OfficeName(e.Office)
		events[i].Title = req.L.Kept(e.Title, "forum.thread.taken")
		if e.Kind == forum.ActivityPost {
			events[i] = postEvent(req, events[i], k.traces, e.Ref)
		}
		if e.Kind == requests.ActivityRequest || e.Kind == requests.ActivityRequestEnd {
			events[i].Title = requestview.Title(req.L, e.Title, k.subjects, e.Ref)
			if _, ok := k.subjects[e.Ref]; ok {
				events[i].URL = "/desk/requests/" + string(e.Ref)
			}
		}
		if e.Kind != crm.ActivityInteraction {
			continue
		}
		events[i].Kind = req.T("crm.channel." + e.Channel)
		if e.Files > 0 {
			events[i].Note = strings.TrimLeft(
				events[i].Note+" · "+req.T("crm.timeline.files", civic.Args{"Count": e.Files}), " ·")
		}
		if left, ok := k.open[e.Ref]; ok {
			events[i].Open, events[i].Late = leftToDo(req, left)
		}
		if req.Actor.Allowed(crm.PermReadInteractions) {
			events[i].URL = "/desk/interactions/" + string(e.Ref)
		}
	}
	return events
}

// leftToDo says that a conversation has something left to do and by when, and that this is overdue when it
// is.
func leftToDo(r *page.Request, i crm.Interaction) (open, late string) {
	open = r.T("crm.outcome.open")
	if i.DueOn != "" {
		open += " " + r.T("desk.home.due", civic.Args{"Day": deskui.DayText(r.L, i.DueOn)})
	}
	if i.Late(civic.Now()) {
		late = r.T("desk.home.late")
	}
	return open, late
}

// postEvent returns the event of a post: of one under a pseudonym only the day and the area, or whose
// pseudonym it is would show.
func postEvent(r *page.Request, e ui.Event, traces map[civic.ID]forum.Trace, post civic.ID) ui.Event {
	trace, known := traces[post]
	switch {
	case known && !trace.Masked:
		e.URL = trace.Path
	case trace.Area != "":
		e.DayOnly, e.Title = true, r.T("crm.timeline.masked_in", civic.Args{"Area": trace.Area})
	default:
		e.DayOnly, e.Title = true, r.T("crm.timeline.masked")
	}
	return e
}

// listed returns a contact as lists are read, family name first. What other columns of the list say is left
// out.
func listed(c crm.Contact) ui.Person {
	return ui.Person{Name: c.ListName(), BirthYear: c.BirthYear, URL: deskui.ContactPath(c.ID)}
}
