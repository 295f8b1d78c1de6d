package crm

import (
	"context"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// RepairTimeline puts on the timelines what interactions changed since then have left undone, and claims
// their files: the program may have ended between storing one and recording it. It returns how many
// interactions it looked at; doing it again changes nothing.
func (s *Service) RepairTimeline(ctx context.Context, since time.Time) (int, error) {
	seen := 0
	changed := docstore.Query{Filter: docstore.Filter{docstore.Gte("updatedAt", since)},
		Sort: []string{"updatedAt"}}
	for i, err := range s.interactions.All(ctx, changed) {
		if err != nil {
			return seen, err
		}
		seen++
		if err := s.claimFiles(ctx, i); err != nil {
			return seen, err
		}
		if i.Contact == "" {
			continue
		}
		if err := s.Record(ctx, i.activity()); err != nil && civic.CodeOf(err) != civic.NotFound {
			return seen, err // a contact that is gone has no timeline
		}
	}
	return seen, nil
}
