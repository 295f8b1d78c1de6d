package requests

import (
	"context"
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
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
	for _, id := range ids {
		_, err := s.Move(ctx, by, id, in)
		switch civic.CodeOf(err) {
		case "":
		case civic.Unavailable, civic.Full, civic.Internal:
			return unmoved, err
		default:
			unmoved = append(unmoved, Unmoved{id, err})
		}
	}
	return unmoved, nil
}
