package surveys

import (
	"context"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// batch is how many responses are read at once.
const batch = 1000

// Recount brings the tallies of a questionnaire up to date, so that its results open at once. It is for jobs and bulk loads;
// results do it themselves when they are read.
func (s *Service) Recount(ctx context.Context, id civic.ID) error {
	q, err := s.surveys.Get(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.tally(ctx, q)
	return err
}

// tally returns the tallies of q, one for each day with responses, in order. It counts again only the days whose number of
// responses changed; what was counted stays when it is interrupted.
func (s *Service) tally(ctx context.Context, q Questionnaire) ([]Tally, error) {
	if q.Version() == 0 {
		return nil, nil
	}
	s.counting.Lock()
	defer s.counting.Unlock()
	stored := map[string]Tally{}
	all := docstore.Query{Filter: docstore.Filter{docstore.Eq("questionnaire", string(q.ID))}, Sort: []string{"day"}, Limit: batch}
	for t, err := range s.tallies.All(ctx, all) {
		if err != nil {
			return nil, err
		}
		stored[t.Day] = t
	}
	var tallies []Tally
	for _, d := range q.days(s.now()) {
		t, err := s.tallyDay(ctx, q, d, stored[d])
		if err != nil {
			return nil, err
		}
		if t.Total > 0 {
			tallies = append(tallies, t)
		}
	}
	return tallies, nil
}

// days returns the days on which responses can have come.
func (q Questionnaire) days(now time.Time) []string {
	last := now
	if ends := q.GraceEnds(); ends.Before(last) {
		last = ends
	}
	return daysBetween(q.FirstDay, day(last))
}

// tallyDay returns the tally of a day, given what is stored of it (zero: nothing).
func (s *Service) tallyDay(ctx context.Context, q Questionnaire, d string, stored Tally) (Tally, error) {
	now := s.now()
	if stored.ID != "" && stored.trusted(now) {
		return stored, nil
	}
	n, err := s.responses.Count(ctx, ofDay(q.ID, d))
	if err != nil {
		return Tally{}, err
	}
	fresh := stored
	if stored.ID == "" || stored.Total != n {
		if fresh, err = s.countDay(ctx, q, d); err != nil {
			return Tally{}, err
		}
	}
	fresh.CheckedAt = now
	if fresh.Total == 0 && stored.ID == "" && day(now) == d {
		return fresh, nil // nothing to keep yet
	}
	return fresh, s.keepTally(ctx, fresh)
}

func ofDay(questionnaire civic.ID, d string) docstore.Filter {
	return docstore.Filter{docstore.Eq("questionnaire", string(questionnaire)), docstore.Eq("day", d)}
}

// countDay reads all responses of a day.
func (s *Service) countDay(ctx context.Context, q Questionnaire, d string) (Tally, error) {
	t := Tally{Meta: docstore.Meta{ID: civic.Key(q.ID, civic.ID(d))}, Questionnaire: q.ID, Day: d}
	counters := map[int]*counter{}
	for r, err := range s.responses.All(ctx, docstore.Query{Filter: ofDay(q.ID, d), Limit: batch}) {
		if err != nil {
			return Tally{}, err
		}
		k := counters[r.Version]
		if k == nil {
			c, err := s.content(ctx, q, r.Version)
			if err != nil {
				return Tally{}, err
			}
			k = newCounter(r.Version, c)
			counters[r.Version] = k
		}
		k.add(r.Answers)
		t.Total++
	}
	for _, k := range counters {
		t.Parts = append(t.Parts, k.part)
	}
	slices.SortFunc(t.Parts, func(a, b Part) int { return a.Version - b.Version })
	return t, nil
}

// keepTally stores a tally over the one there is. Two processes may do so at once; either result is true of a moment, and the
// number of responses tells the next reader whether it still is.
func (s *Service) keepTally(ctx context.Context, t Tally) error {
	_, err := s.tallies.Update(ctx, t.ID, func(old *Tally) error {
		old.Total, old.Parts, old.CheckedAt = t.Total, t.Parts, t.CheckedAt
		return nil
	})
	if civic.CodeOf(err) != civic.NotFound {
		return err
	}
	if err := s.tallies.Insert(ctx, &t); civic.CodeOf(err) != civic.Conflict {
		return err
	}
	return nil
}
