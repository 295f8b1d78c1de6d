package requests

import (
	"context"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// OfficeNames returns what offices are called.
func (s *Service) OfficeNames(ctx context.Context) (map[civic.ID]string, error) {
	all, err := s.reference.Offices(ctx)
	names := make(map[civic.ID]string, len(all))
	for _, o := range all {
		names[o.ID] = o.Name
	}
	return names, err
}

// requestEntry returns r for a copy of its applicant's data: what they asked for, who deals with it and until
// when, by law and as it is promised. The site says in words why the days are what they are.
func (s *Service) requestEntry(
	ctx context.Context, r Request, offices map[civic.ID]string, language string,
) (civic.PersonalEntry, error) {
	e := civic.PersonalEntry{About: r.ID, Title: r.Number + " · " + r.Subject, At: r.ReceivedAt}
	e.Say("procedure", r.Name.In(language))
	e.SayCode("channel", string(r.Channel), "crm.channel."+string(r.Channel))
	e.Say("text", r.Text)
	e.Say("grounds", r.Grounds)
	if r.Declared != nil {
		e.Say("name", r.Declared.Name())
		e.Say("email", r.Declared.Email)
		e.Say("phone", r.Declared.Phone)
	}
	for _, g := range r.Registered {
		e.Say("register", strings.TrimSpace(g.Number+" "+g.On+" "+g.Register))
	}
	e.SayCode("state", string(r.State), r.State.Word())
	e.Say("office", offices[r.Office])
	if e.Say("responsible", r.ResponsibleName); r.ResponsibleName == "" {
		e.SayCode("responsible", "nobody", "requests.receipt.no_responsible")
	}
	e.Say("substitute", r.Substitute)
	c, err := s.ClockOf(r)
	if err != nil {
		return e, err
	}
	r.sayTerm(&e, c, s.now())
	promised, _, err := s.ServiceClockOf(ctx, r)
	for _, t := range promised.Targets {
		due := t.Due.Format(time.RFC3339)
		if t.Due.IsZero() {
			due = string(r.State) // for what it waits
		}
		e.Say("promise_"+string(t.Target), due)
	}
	return e, err
}

// sayTerm adds until when r is to be answered by law, and what follows from that it was not.
func (r Request) sayTerm(e *civic.PersonalEntry, c Clock, now time.Time) {
	due := r.DueOn
	if v := r.Verdict(); v != nil {
		due = v.DueOn
	}
	if due == NoDue {
		e.SayCode("due", "none", "requests.due.none")
	} else {
		e.SayDay("due", due)
	}
	if !r.Open {
		e.Say("closed", r.ClosedAt.Format(time.RFC3339))
	}
	if c.GoesOn {
		e.SayCode("due_note", "rests", "requests.clock.goes_on")
	}
	if r.Late(now) {
		e.SayCode("late", "late", "requests.late")
	}
	if c.Silence != "" {
		e.SayCode("silence", string(c.Silence), c.Silence.Word())
	}
	if c.Recourse.Valid() {
		e.SayDay("recourse", c.Recourse.String())
	}
	if c.Substitute.Valid() {
		e.SayDay("substitute_due", c.Substitute.String())
	}
}

// entry returns e, which happened to the request of a number, for a copy of its applicant's data.
func (e Event) entry(number string, offices map[civic.ID]string) civic.PersonalEntry {
	line := civic.PersonalEntry{Title: number, At: e.At}
	line.SayCode("act", string(e.Act), e.Act.Done())
	if e.Citizen {
		line.SayCode("by", "applicant", "requests.by.you")
	} else {
		line.Say("by", e.ByName)
	}
	line.Say("office", offices[e.Office])
	line.Say("responsible", e.ResponsibleName)
	line.SayDay("on", e.On)
	if e.Objection {
		line.SayCode("objection", "yes", "requests.history.objection")
	}
	line.Say("text", e.Text)
	line.Say("considered", e.Considered)
	line.Say("link", e.Link)
	sayFiles(&line, e.Files)
	line.SayDay("was", e.Was)
	if v := e.Verdict; v != nil {
		verdict := "in_time"
		if v.Late {
			verdict = "late"
		}
		line.SayDay("due", v.DueOn)
		line.Say("used", strconv.Itoa(v.Used))
		line.SayCode("verdict", verdict, "site.personal.verdict."+verdict)
	}
	return line
}

// sayFiles adds files that were sent along.
func sayFiles(e *civic.PersonalEntry, files []blob.Attachment) {
	for _, f := range files {
		e.Fields = append(e.Fields, civic.PersonalField{Name: "attachment", Value: f.Name, File: f.File})
	}
}
