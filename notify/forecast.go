package notify

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/notify/message"
)

// Forecast is what a campaign would do if it began now: it is found as its recipients are written down when
// it begins.
type Forecast struct {
	Total int // people in the segment
	Send  int // of them, those who would get it
	// why the others would not, the most frequent reason first: Skipped, or Failed, which somebody can mend
	Skipped []CauseCount
	Lacks   []Lack // fields without a fallback that some of those who would get it have no value for
}

// Lack says how many recipients have no value for a field that the text uses without a fallback.
type Lack struct {
	Field string
	Count int
}

// Forecast returns what a campaign would do if it began now. It returns the audience's error when the segment
// may not be used.
func (s *Service) Forecast(ctx context.Context, by civic.Actor, id civic.ID) (Forecast, error) {
	c, err := s.Campaign(ctx, by, id)
	if err != nil {
		return Forecast{}, err
	}
	return s.forecast(ctx, &c)
}

func (s *Service) forecast(ctx context.Context, c *Campaign) (Forecast, error) {
	ls, err := parseLetters(c)
	if err != nil {
		return Forecast{}, err
	}
	t := &counting{letters: ls, taken: map[string]civic.ID{}, skipped: map[CauseCount]int{},
		lacks: map[string]int{}}
	seen, batch := map[civic.ID]bool{}, make([]civic.ID, 0, freezeBatch)
	flush := func() error {
		rows, err := s.judge(ctx, c, batch)
		batch = batch[:0]
		if err == nil {
			skipTaken(rows, t.taken, s.now())
			t.add(rows)
		}
		return err
	}
	for contact, err := range s.o.Audience.Members(ctx, c.Segment) {
		if err != nil {
			return Forecast{}, fmt.Errorf("notify: members of segment %s: %w", c.Segment, err)
		}
		if seen[contact] { // a segment may name a person twice
			continue
		}
		seen[contact] = true
		if batch = append(batch, contact); len(batch) == freezeBatch {
			if err := flush(); err != nil {
				return Forecast{}, err
			}
		}
	}
	if err := flush(); err != nil {
		return Forecast{}, err
	}
	t.Total = len(seen)
	return t.forecast(), nil
}

// counting is a forecast under way.
type counting struct {
	Forecast
	letters *letters
	taken   map[string]civic.ID // who holds the copy of an address
	skipped map[CauseCount]int  // by state and cause alone
	lacks   map[string]int
}

func (t *counting) add(rows []judged) {
	for _, r := range rows {
		if r.State != Queued {
			t.skipped[CauseCount{State: r.State, Cause: r.Cause}]++
			continue
		}
		t.Send++
		for _, field := range t.letters.in(r.to.Language).Bare() {
			if civic.IsBlank(r.to.Fields[field]) {
				t.lacks[field]++
			}
		}
	}
}

func (t *counting) forecast() Forecast {
	for of, n := range t.skipped {
		of.Count = n
		t.Skipped = append(t.Skipped, of)
	}
	slices.SortFunc(t.Skipped,
		func(a, b CauseCount) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Cause, b.Cause)) })
	for _, field := range message.PersonFields() {
		if n := t.lacks[field]; n > 0 {
			t.Lacks = append(t.Lacks, Lack{Field: field, Count: n})
		}
	}
	return t.Forecast
}

// judged is the row of a person as a campaign would write it now, with how they can be written to.
type judged struct {
	*Delivery
	to civic.Recipient
}

// judge returns the rows of contacts, in their order, as they have to be at this moment: queued, or ended
// with the reason. Only whether an address is taken already is left to skipTaken.
func (s *Service) judge(ctx context.Context, c *Campaign, contacts []civic.ID) ([]judged, error) {
	if len(contacts) == 0 {
		return nil, nil
	}
	found, err := s.o.Audience.Recipients(ctx, contacts, c.Topic, c.Class == Institutional)
	if err != nil {
		return nil, err
	}
	rows := make([]judged, len(found))
	for i, r := range found {
		rows[i] = judged{s.newDelivery(c, r), r}
	}
	return rows, s.skipHeld(ctx, rows)
}

// skipHeld ends the rows whose address is suspended.
func (s *Service) skipHeld(ctx context.Context, rows []judged) error {
	of := map[civic.ID][]judged{}
	var keys []string
	for _, r := range rows {
		if r.Copy != "" {
			key := s.addressKey(r.Address)
			of[key] = append(of[key], r)
			keys = append(keys, string(key))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	page, err := s.holds.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.In("_id", keys...)},
		Limit: len(keys)})
	for _, h := range page.Items {
		for _, r := range of[h.ID] {
			if h.Active {
				r.skip(SkipHeld, s.now())
			}
		}
	}
	return err
}
