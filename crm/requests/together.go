package requests

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/routine"
)

// MaxTogether is how many requests are moved by one form.
const MaxTogether = 100

// Some returns those of some requests that by may move, in order of their due day. Who shows them writes down
// how many there were (crm.Shown). It returns Invalid for more than MaxTogether.
func (s *Service) Some(ctx context.Context, by civic.Actor, ids []civic.ID) ([]Request, error) {
	if err := by.Can(PermWrite); err != nil {
		return nil, err
	}
	if len(ids) > MaxTogether {
		return nil, civic.NewErrorArgs(civic.Invalid, "requests.error.together", civic.Args{"Max": MaxTogether})
	}
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := s.requests.Find(ctx, docstore.Query{Limit: MaxTogether,
		Filter: docstore.Filter{docstore.In("_id", ids...)}})
	if err != nil {
		return nil, err
	}
	var some []Request
	for _, r := range found.Items {
		if r.Editable(by) {
			some = append(some, r.shownTo(by))
		}
	}
	slices.SortFunc(some, func(a, b Request) int {
		return strings.Compare(a.DueOn+a.Number, b.DueOn+b.Number)
	})
	return some, nil
}

// Unmoved is a request that stayed as it was, and why.
type Unmoved struct {
	ID  civic.ID
	Err error
}

// MoveEach does the same to several requests, each as Move does it, and returns those to which it could not
// be done, with the reason. Sending the same form again does it once to each. It ends early, with an error,
// when the store does not answer or is full.
func (s *Service) MoveEach(
	ctx context.Context, by civic.Actor, ids []civic.ID, in MoveInput,
) (unmoved []Unmoved, err error) {
	return s.eachMoved(ids, func(id civic.ID) error {
		_, err := s.Move(ctx, by, id, in)
		return err
	})
}

// eachMoved moves several requests, some at once, and returns those of which that failed, in their order.
func (s *Service) eachMoved(ids []civic.ID, move func(civic.ID) error) (unmoved []Unmoved, err error) {
	errs := make([]error, len(ids))
	var over atomic.Bool
	group := routine.NewGroup(s.log, "moves of requests")
	group.SetLimit(atOnce)
	for n, id := range ids {
		group.Go(func() error {
			if over.Load() {
				return nil
			}
			errs[n] = move(id)
			switch civic.CodeOf(errs[n]) {
			case civic.Unavailable, civic.Full, civic.Internal:
				over.Store(true)
				return errs[n]
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for n, id := range ids {
		if errs[n] != nil {
			unmoved = append(unmoved, Unmoved{id, errs[n]})
		}
	}
	return unmoved, nil
}
