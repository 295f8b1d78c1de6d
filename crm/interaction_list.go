package crm

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// InteractionOrder says what leads a list of interactions.
type InteractionOrder string

// The orders.
const (
	NewestFirst InteractionOrder = ""
	OldestFirst InteractionOrder = "oldest"
	// of those with something left to do by a day; the others are left out
	DueFirst InteractionOrder = "due"
	DueLast  InteractionOrder = "due_last" // the same, the other way
)

// InteractionFilter chooses interactions; empty fields choose all that the actor may read.
type InteractionFilter struct {
	Office civic.ID
	Open   bool // only those with something left to do
	Mine   bool // only those that the actor follows
	Order  InteractionOrder
}

// byDue says whether the list is one of days by which something is left to do.
func (f InteractionFilter) byDue() bool { return f.Order == DueFirst || f.Order == DueLast }

// Narrow says whether f leaves interactions out.
func (f InteractionFilter) Narrow() bool { return f.Office != "" || f.Open || f.Mine || f.byDue() }

// Interactions lists interactions, newest first unless f says otherwise. Forbidden for another office's.
func (s *Service) Interactions(
	ctx context.Context, by civic.Actor, f InteractionFilter, page civic.PageRequest,
) (civic.Page[Interaction], error) {
	if err := by.Can(PermReadInteractions); err != nil {
		return civic.Page[Interaction]{}, err
	}
	q, err := f.query(by)
	if err != nil {
		return civic.Page[Interaction]{}, err
	}
	page = page.Normal()
	q.Cursor, q.Limit = page.Cursor, page.Size
	found, err := s.interactions.Find(ctx, q)
	for i := range found.Items {
		found.Items[i] = found.Items[i].shownTo(by)
	}
	return found, err
}

// query returns the search that f asks for on behalf of by.
func (f InteractionFilter) query(by civic.Actor) (q docstore.Query, err error) {
	switch {
	case f.Mine:
		q.Filter = append(q.Filter, docstore.Eq("owner", by.Account))
	case f.Office != "":
		if !by.Allowed(PermReadContacts) && !by.In(f.Office) {
			return q, civic.NewError(civic.Forbidden, "error.forbidden")
		}
		q.Filter = append(q.Filter, docstore.Eq("office", f.Office))
	case !by.Allowed(PermReadContacts):
		q.Filter = append(q.Filter, docstore.In("office", by.Offices...))
	}
	if f.Open || f.byDue() {
		q.Filter = append(q.Filter, docstore.Eq("open", true))
	}
	switch f.Order {
	case DueFirst, DueLast:
		q.Filter, q.Sort = append(q.Filter, docstore.Gte("dueOn", "")), []string{"dueOn"}
		if f.Order == DueLast {
			q.Sort = []string{"-dueOn"}
		}
	case OldestFirst:
		q.Sort = []string{"at"}
	default:
		q.Sort = []string{"-at"}
	}
	return q, nil
}

// StillToDo returns those of some interactions that have something left to do and that by may know of, by id,
// without what by may not read; none to who may not read interactions.
func (s *Service) StillToDo(
	ctx context.Context, by civic.Actor, ids []civic.ID,
) (map[civic.ID]Interaction, error) {
	open := map[civic.ID]Interaction{}
	if len(ids) == 0 || !by.Allowed(PermReadInteractions) {
		return open, nil
	}
	found, err := s.interactions.Find(ctx, docstore.Query{Limit: len(ids),
		Filter: docstore.Filter{docstore.In("_id", ids...)}})
	for _, i := range found.Items {
		if i.Open && i.readable(by) {
			open[i.ID] = i.shownTo(by)
		}
	}
	return open, err
}
