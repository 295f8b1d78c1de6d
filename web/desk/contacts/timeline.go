package contacts

import (
	"strings"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// events returns a timeline as it is shown to staff; traces tells what may be known of its posts.
func events(r deskui.Reference, req *page.Request, entries []crm.Entry,
	traces map[civic.ID]forum.Trace) []ui.Event {
	events := make([]ui.Event, len(entries))
	for i, e := range entries {
		events[i] = ui.ActivityEvent(req.L, e.Kind)
		events[i].At, events[i].Title, events[i].Note = e.At, e.Title, r.OfficeName(e.Office)
		if e.Kind == forum.ActivityPost {
			events[i] = postEvent(req, events[i], traces, e.Ref)
		}
		if e.Kind != crm.ActivityInteraction {
			continue
		}
		events[i].Kind = req.T("crm.channel." + e.Channel)
		if e.Files > 0 {
			events[i].Note = strings.TrimLeft(
				events[i].Note+" · "+req.T("crm.timeline.files", civic.Args{"Count": e.Files}), " ·")
		}
		if req.Actor.Allowed(crm.PermReadInteractions) {
			events[i].URL = "/desk/interactions/" + string(e.Ref)
		}
	}
	return events
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
