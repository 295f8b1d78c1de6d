package requests

import (
	"cmp"
	"context"
	"slices"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
)

// spokenChannels are those by which somebody who asks talks to whoever writes it down.
var spokenChannels = []crm.Channel{crm.ByPhone, crm.AtDesk}

// RecordsCall reports whether filing by a channel notes a conversation, too, when by files: one that is not
// noted yet.
func RecordsCall(by civic.Actor, channel crm.Channel, call civic.ID) bool {
	return call == "" && slices.Contains(spokenChannels, channel) && by.Allowed(crm.PermWriteInteractions)
}

// drawnAtDesk is drawn for staff, who choose the office, and name the conversation that becomes a request.
func (s *Service) drawnAtDesk(
	ctx context.Context, by civic.Actor, in FileInput, now time.Time,
) (Request, error) {
	offices, err := s.offices(ctx)
	if err != nil {
		return Request{}, err
	}
	r, err := s.drawn(ctx, in, true, now, func(p *civic.Problems) {
		p.Check(FieldOffice, choice(in.Office == "" || offices[in.Office]))
	})
	if err != nil {
		return r, err
	}
	r.Events[0].Office = cmp.Or(in.Office, r.Events[0].Office)
	if in.Call != "" {
		_, err = s.people.CallFor(ctx, by, in.Call, r.ID)
	}
	return r, err
}

// asTyped returns in as a form that is known again: a reason given the second time does not make it another.
func (in FileInput) asTyped() FileInput {
	if in.New != nil {
		asked := *in.New
		asked.Reason = ""
		in.New = &asked
	}
	return in
}

// callOf returns the conversation in which r, which is complete but for that and not stored yet, was asked
// for: the one that in names, else one that is noted now, with what r says and nothing of its text.
func (s *Service) callOf(ctx context.Context, by civic.Actor, in FileInput, r Request) (civic.ID, error) {
	if !in.RecordCall || !RecordsCall(by, r.Channel, in.Call) {
		return in.Call, nil
	}
	call := crm.InteractionInput{FormKey: in.FormKey, Contact: r.Contact, Channel: r.Channel,
		Direction: crm.Inbound, Office: r.Events[0].Office, Subject: r.Subject, Outcome: crm.Answered,
		On: in.ReceivedOn}
	if len(by.Offices) > 0 && !by.In(call.Office) {
		call.Office, call.Outcome = by.Offices[0], crm.Forwarded
	}
	noted, err := s.people.RecordInteraction(ctx, by, call)
	return noted.ID, err
}

// tellCall writes into the conversation in which r was asked for that it became r.
func (s *Service) tellCall(ctx context.Context, by civic.Actor, r Request, e Event) error {
	if r.Call == "" || e.Act != ActFile {
		return nil
	}
	return s.people.NoteRequest(ctx, by, r.Call, crm.CaseRequest{Request: r.ID, Number: r.Number, By: e.By,
		ByName: e.ByName, At: e.At}, r.Contact)
}
