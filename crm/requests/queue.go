package requests

import (
	"context"
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// QueueOrder says what leads a queue of requests.
type QueueOrder string

// The orders. Those of one state stand by their due day, the first of them first.
const (
	ByDue           QueueOrder = ""     // the first due day first
	ByDueDown       QueueOrder = "last" // the latest
	ByNumber        QueueOrder = "number"
	ByNumberDown    QueueOrder = "number_down"
	ByApplicant     QueueOrder = "applicant" // family name first, from A
	ByApplicantDown QueueOrder = "applicant_down"
	ByState         QueueOrder = "state" // as the states follow each other in the life of a request
	ByStateDown     QueueOrder = "state_down"
)

// sorts are the orders that the store is asked for.
var sorts = map[QueueOrder]string{ByDueDown: "-dueOn", ByNumber: "number", ByNumberDown: "-number",
	ByApplicant: "sortName", ByApplicantDown: "-sortName"}

// Filter chooses requests for a queue; empty fields choose all open ones that the actor may read.
type Filter struct {
	Mine bool // those the actor is responsible for
	// open ones that the actor can decide in place of their offices, because a step names them: nothing else is
	// looked at
	Substitute bool
	Office     civic.ID
	State      State // empty: every open one
	Closed     bool  // those that have come to their end
	// the open ones to which a step of an escalation came; State and Closed are not looked at
	Alerted bool
	Order   QueueOrder
}

// DueOnly reports whether f chooses what is urgent by itself, which stands by its due day in every order.
func (f Filter) DueOnly() bool { return f.Alerted || f.Substitute }

// states returns the states that f chooses.
func (f Filter) states() []State {
	switch {
	case f.State != "":
		return []State{f.State}
	case f.Closed:
		return States()[len(openStates()):]
	}
	return openStates()
}

// Queue lists requests in the order that f asks for. It returns Forbidden for another office's.
func (s *Service) Queue(
	ctx context.Context, by civic.Actor, f Filter, page civic.PageRequest,
) (civic.Page[Request], error) {
	if err := by.Can(PermRead); err != nil {
		return civic.Page[Request]{}, err
	}
	q := docstore.Query{Sort: []string{"dueOn"}}
	if f.Order == ByDueDown {
		q.Sort = []string{"-dueOn"}
	}
	switch {
	case f.Substitute:
		q.Filter = docstore.Filter{docstore.Eq("substitutes", by.Account), docstore.Eq("open", true)}
		return s.find(ctx, by, q, page)
	case f.Mine:
		q.Filter = docstore.Filter{docstore.Eq("responsible", by.Account)}
	case f.Office != "":
		if !by.Allowed(crm.PermReadContacts) && !by.In(f.Office) {
			return civic.Page[Request]{}, civic.NewError(civic.Forbidden, "error.forbidden")
		}
		q.Filter = docstore.Filter{docstore.Eq("office", f.Office)}
	case !by.Allowed(crm.PermReadContacts):
		q.Filter = docstore.Filter{docstore.In("office", by.Offices...)}
	}
	sort, other := sorts[f.Order]
	switch {
	case f.Alerted:
		q.Filter = append(q.Filter, docstore.Eq("alerted", true))
	case f.Order == ByState || f.Order == ByStateDown:
		return s.queueByState(ctx, by, f, q, page)
	case other && f.Order != ByDueDown:
		q.Sort = []string{sort}
		q.Filter = append(q.Filter, docstore.In("state", f.states()...))
	case f.State != "":
		q.Filter = append(q.Filter, docstore.Eq("state", f.State))
	default:
		q.Filter = append(q.Filter, docstore.Eq("open", !f.Closed))
	}
	return s.find(ctx, by, q, page)
}

// queueByState lists what q chooses, one state after the other: a page ends in a state, and its cursor says
// in which and where.
func (s *Service) queueByState(
	ctx context.Context, by civic.Actor, f Filter, q docstore.Query, page civic.PageRequest,
) (all civic.Page[Request], err error) {
	page = page.Normal()
	states, at, inner := f.states(), 0, ""
	if f.Order == ByStateDown {
		slices.Reverse(states)
	}
	if page.Cursor != "" {
		var state string
		state, inner, _ = strings.Cut(page.Cursor, ":")
		if at = slices.Index(states, State(state)); at < 0 {
			return all, civic.NewError(civic.Invalid, "error.cursor")
		}
	}
	for _, state := range states[at:] {
		of := q
		of.Filter = append(slices.Clone(q.Filter), docstore.Eq("state", state))
		room := page.Size - len(all.Items)
		found, err := s.find(ctx, by, of, civic.PageRequest{Cursor: inner, Size: max(1, room)})
		if err != nil {
			return all, err
		}
		if room == 0 && len(found.Items) > 0 {
			all.Next = string(state) + ":"
			return all, nil
		}
		if all.Items, inner = append(all.Items, found.Items...), ""; found.Next != "" {
			all.Next = string(state) + ":" + found.Next
			return all, nil
		}
	}
	return all, nil
}
