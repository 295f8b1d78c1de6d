package surveys

import (
	"context"
	"maps"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// batch is how many responses are read at once.
const batch = 1000

// Recount brings the tallies of a questionnaire up to date whatever is known of them, so that its results
// open at once. It is for jobs and bulk loads; results do it themselves when they are read.
func (s *Service) Recount(ctx context.Context, id civic.ID) error {
	q, err := s.surveys.Get(ctx, id)
	if err != nil {
		return err
	}
	turn, err := s.counting.take(ctx, id)
	if err != nil {
		return err
	}
	defer turn.giveBack()
	turn.checked = time.Time{}
	_, err = s.tallyAll(ctx, q, turn)
	return err
}

// tally returns the tallies of q, one for each day with responses, in order. It counts again only the days
// whose number of responses changed; what was counted stays when it is interrupted. It returns Unavailable
// when ctx ends before it is its turn.
func (s *Service) tally(ctx context.Context, q Questionnaire) ([]Tally, error) {
	if q.Version() == 0 {
		return nil, nil
	}
	turn, err := s.counting.take(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	defer turn.giveBack()
	return s.tallyAll(ctx, q, turn)
}

func (s *Service) tallyAll(ctx context.Context, q Questionnaire, turn *turn) ([]Tally, error) {
	stored := map[string]Tally{}
	all := docstore.Query{Filter: docstore.Filter{docstore.Eq("questionnaire", string(q.ID))},
		Sort: []string{"day"}, Limit: batch}
	for t, err := range s.tallies.All(ctx, all) {
		if err != nil {
			return nil, err
		}
		stored[t.Day] = t
	}
	from, now := q.FirstDay, s.now()
	var tallies []Tally
	known, err := s.settled(ctx, q, stored, turn)
	if err != nil {
		return nil, err
	}
	if known {
		from = max(from, settledBefore(now))
		for _, d := range slices.Sorted(maps.Keys(stored)) {
			if t := stored[d]; d < from && t.Total > 0 {
				tallies = append(tallies, t)
			}
		}
	}
	for last := q.lastDay(now); ; {
		d, err := s.nextDay(ctx, q, from)
		if err != nil || d == "" || d > last {
			return tallies, err
		}
		t, err := s.tallyDay(ctx, q, d, stored[d])
		if err != nil {
			return nil, err
		}
		tallies, from = append(tallies, t), day(endOfDay(d))
	}
}

// settled reports whether what is stored of the days that are settled is all there is of them. One look at
// the number of their responses tells, and is enough for a while; a day that has become settled since it was
// counted is counted first.
func (s *Service) settled(
	ctx context.Context, q Questionnaire, stored map[string]Tally, turn *turn,
) (bool, error) {
	now := s.now()
	before, sum := settledBefore(now), 0
	for d, t := range stored {
		if d >= before {
			continue
		}
		if !t.settled() {
			turn.checked = time.Time{}
			fresh, err := s.tallyDay(ctx, q, d, t)
			if err != nil {
				return false, err
			}
			stored[d], t = fresh, fresh
		}
		sum += t.Total
	}
	// Another sum: a day was counted again or, elsewhere, forgotten because one of its responses was erased.
	if age := now.Sub(turn.checked); age >= 0 && age < recheckAfter && sum == turn.sum {
		return true, nil
	}
	n, err := s.responses.Count(ctx, docstore.Filter{docstore.Eq("questionnaire", string(q.ID)),
		docstore.Lt("day", before)})
	if err != nil || n != sum {
		return false, err
	}
	turn.checked, turn.sum = now, sum
	return true, nil
}

// nextDay returns the first day from a given one on that has responses, "" when there is none.
func (s *Service) nextDay(ctx context.Context, q Questionnaire, from string) (string, error) {
	page, err := s.responses.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("questionnaire", string(q.ID)), docstore.Gte("day", from)},
		Sort:   []string{"day"}, Limit: 1,
	})
	if err != nil || len(page.Items) == 0 {
		return "", err
	}
	return page.Items[0].Day, nil
}

// lastDay returns the last day on which responses can have come.
func (q Questionnaire) lastDay(now time.Time) string {
	if ends := q.GraceEnds(); ends.Before(now) {
		return day(ends)
	}
	return day(now)
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
	} else if stored.settled() {
		return stored, nil // looking again has told nothing new
	}
	fresh.CheckedAt = now
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

// keepTally stores a tally over the one there is. Two processes may do so at once; either result is true of a
// moment, and the number of responses tells the next reader whether it still is.
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
