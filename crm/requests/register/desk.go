package register

import (
	"context"
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ActionRegisterRetry is the audit's name for having a document tried again.
const ActionRegisterRetry audit.Action = "requests.register_retry"

// AuditActions lists what the audit says of the register.
func AuditActions() []audit.Action { return []audit.Action{ActionRegisterRetry} }

// Status is how many documents are on their way.
type Status struct {
	Waiting, Refused int
	Since            time.Time // when the first of those that wait was queued; zero: none waits
	Fault            Fault     // what came in between the last time one of them was tried
}

// Status returns how many documents are on their way. It returns Forbidden for others than who looks after
// procedures.
func (s *Service) Status(ctx context.Context, by civic.Actor) (Status, error) {
	if err := by.Can(requests.PermWriteProcedures); err != nil {
		return Status{}, err
	}
	var st Status
	first, err := s.entries.Find(ctx, docstore.Query{Sort: []string{"createdAt"}, Limit: 1,
		Filter: docstore.Filter{docstore.Eq("state", Waiting)}})
	if err != nil {
		return st, err
	}
	for _, e := range first.Items {
		st.Since, st.Fault = e.CreatedAt, e.Fault
	}
	if st.Waiting, err = s.entries.Count(ctx, docstore.Filter{docstore.Eq("state", Waiting)}); err != nil {
		return st, err
	}
	st.Refused, err = s.entries.Count(ctx, docstore.Filter{docstore.Eq("state", Refused)})
	return st, err
}

// List lists documents, those that were queued first before the others; of one state, or, without one, those
// that something became of last. It returns Forbidden as Status does.
func (s *Service) List(
	ctx context.Context, by civic.Actor, state State, page civic.PageRequest,
) (civic.Page[Entry], error) {
	if err := by.Can(requests.PermWriteProcedures); err != nil {
		return civic.Page[Entry]{}, err
	}
	page = page.Normal()
	q := docstore.Query{Sort: []string{"-updatedAt"}, Cursor: page.Cursor, Limit: page.Size}
	if state != "" {
		q.Sort, q.Filter = []string{"createdAt"}, docstore.Filter{docstore.Eq("state", state)}
	}
	return s.entries.Find(ctx, q)
}

// Retry has a document that the register refused, or that waits, tried again at once. What is registered
// stays as it is. It returns NotFound for one that there is not, and Forbidden as Status does.
func (s *Service) Retry(ctx context.Context, by civic.Actor, id civic.ID) (Entry, error) {
	if err := by.Can(requests.PermWriteProcedures); err != nil {
		return Entry{}, err
	}
	now := s.o.Now()
	e, err := s.entries.Update(ctx, id, func(e *Entry) error {
		if e.State == Refused || e.State == Waiting && e.NextAt.After(now) {
			e.State, e.NextAt, e.UpdatedAt, e.Tries = Waiting, now, now, 0
		}
		return nil
	})
	if err != nil {
		return e, err
	}
	return e, s.o.Audit.Write(ctx, audit.Entry{By: by, Action: ActionRegisterRetry, Object: e.Request})
}
