package crm

import (
	"context"

	"ascolto/internal/civic"
)

// known is the reference data a contact may point to.
type known struct {
	districts map[civic.ID]bool
	tags      map[civic.ID]bool
}

// known returns the ids contacts may point to.
func (s *Service) known(ctx context.Context) (known, error) {
	districts, err := s.reference.Districts(ctx)
	if err != nil {
		return known{}, err
	}
	tags, err := s.reference.Tags(ctx)
	if err != nil {
		return known{}, err
	}
	k := known{districts: map[civic.ID]bool{}, tags: map[civic.ID]bool{}}
	for _, d := range districts {
		k.districts[d.ID] = true
	}
	for _, t := range tags {
		k.tags[t.ID] = true
	}
	return k, nil
}
