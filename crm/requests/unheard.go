package requests

import (
	"context"
	"errors"
	"slices"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// unheard says that a letter to the staff found nobody of its office. It has the id of that letter, and stays
// until the office has somebody, who is told then.
type unheard struct {
	docstore.Meta `bson:",inline"`
	Request       civic.ID `bson:"request"`
	Office        civic.ID `bson:"office"`
	Event         civic.ID `bson:"event,omitempty"` // that was to be told; empty: a step
}

func unheardSpec() docstore.Spec { return docstore.Spec{Name: "request_unheard"} }

// queue queues a letter, and notes when nobody of the office was there to hear it.
func (s *Service) queue(ctx context.Context, l Letter) error {
	heard, err := s.outbox.QueueLetter(ctx, l)
	if err != nil || heard {
		return err
	}
	err = s.unheard.Insert(ctx, &unheard{Meta: docstore.Meta{ID: l.ID}, Request: l.Request.ID,
		Office: l.Request.Office, Event: l.Event.ID})
	if civic.CodeOf(err) == civic.Conflict { // noted before
		return nil
	}
	return err
}

// TellOffices tells those who were put into an office that had nobody of the requests that came to it, or
// that were to be reminded of, before: of each request the last of that, once however many programs look. It
// returns of how many requests.
func (s *Service) TellOffices(ctx context.Context) (int, error) {
	noted := map[civic.ID][]unheard{} // by request
	for u, err := range s.unheard.Readable(ctx, docstore.Query{}) {
		if err != nil {
			return 0, err
		}
		noted[u.Request] = append(noted[u.Request], u)
	}
	if len(noted) == 0 || s.outbox == nil {
		return 0, nil
	}
	staffed := map[civic.ID]bool{}
	colleagues, err := s.people.Colleagues(ctx, civic.System("requests-clocks"))
	if err != nil {
		return 0, err
	}
	for _, c := range colleagues {
		for _, office := range c.Offices {
			staffed[office] = true
		}
	}
	told, faults := 0, []error(nil)
	for id, letters := range noted {
		switch done, err := s.tellOffice(ctx, id, letters, staffed); {
		case err != nil:
			faults = append(faults, err)
		case done:
			told++
		}
	}
	return told, errors.Join(faults...)
}

// tellOffice tells the office of a request what nobody heard of it, if somebody is of it now, and reports
// whether it did. What does not concern the office any more is forgotten.
func (s *Service) tellOffice(
	ctx context.Context, id civic.ID, letters []unheard, staffed map[civic.ID]bool,
) (bool, error) {
	r, err := s.requests.Get(ctx, id)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return false, err
	}
	owed := slices.DeleteFunc(slices.Clone(letters), func(u unheard) bool { return u.Office != r.Office })
	if err != nil || !r.Open || r.Contact == "" || len(owed) == 0 {
		return false, s.forgetUnheard(ctx, letters)
	}
	if !staffed[r.Office] {
		return false, nil
	}
	heard, err := s.outbox.QueueLetter(ctx, r.owed(owed))
	if err != nil || !heard {
		return false, err
	}
	return true, s.forgetUnheard(ctx, letters)
}

func (s *Service) forgetUnheard(ctx context.Context, letters []unheard) error {
	for _, u := range letters {
		if err := gone(s.unheard.Delete(ctx, u.ID)); err != nil {
			return err
		}
	}
	return nil
}

// owed returns the letter that tells of r what nobody heard: the last step that came and concerns the office,
// or else what last happened.
func (r Request) owed(letters []unheard) Letter {
	step := slices.ContainsFunc(letters, func(u unheard) bool { return u.Event == "" })
	for _, x := range slices.Backward(r.Alerts()) {
		office := slices.ContainsFunc(x.Tell, func(to Reader) bool { return to != ReaderSubstitute })
		if step && office { // a substitute may have heard it, which its letters know
			return alertLetter(r, x)
		}
	}
	last := r.Events[0]
	for _, e := range r.Events {
		if slices.ContainsFunc(letters, func(u unheard) bool { return u.Event == e.ID }) {
			last = e
		}
	}
	return officeLetter(r, last)
}
