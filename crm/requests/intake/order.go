package intake

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"ascolto/crm/requests"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// FileInput is the form by which a mail is filed as a request of who wrote it.
type FileInput struct {
	Procedure civic.ID
	Subject   string
	Text      string // of a mail that has none, or was not taken apart
}

// The bounds of what staff write.
const (
	maxSubject = 200
	maxReason  = 1000
)

// File files a mail that waits, or that was taken for a machine's, as a request of who wrote it, received
// when the mailbox got it. Doing it again changes nothing. It returns Invalid with field errors, NotFound for
// a mail that by may not read, and Conflict when a colleague has dealt with it.
func (s *Service) File(ctx context.Context, by civic.Actor, id civic.ID, in FileInput) (Mail, error) {
	m, err := s.orderable(ctx, by, id)
	if err != nil {
		return m, err
	}
	var p civic.Problems
	o := Order{To: Filed, Procedure: in.Procedure}
	o.Subject, err = civic.CleanLine(in.Subject, maxSubject)
	p.Check("subject", err)
	if o.Subject == "" {
		p.Add("subject", "error.required")
	}
	if civic.IsBlank(m.Text) {
		o.Text, err = civic.CleanText(in.Text, maxBody)
		p.Check("text", err)
		if o.Text == "" && err == nil {
			p.Add("text", "error.required")
		}
	}
	if in.Procedure == "" {
		p.Add("procedure", "error.required")
	}
	if m.From == "" && !m.Erased {
		p.Add("procedure", "intake.error.sender")
	}
	if err := p.Err(); err != nil {
		return m, err
	}
	return s.order(ctx, by, m, o)
}

// Attach adds a mail that waits, or that was taken for a machine's, to the request with a number: as a
// message of its applicant when they wrote it, else as a note that only staff read. It returns Invalid with
// field errors, also for a request that by may not know of, and the errors of File.
func (s *Service) Attach(ctx context.Context, by civic.Actor, id civic.ID, number string) (Mail, error) {
	m, err := s.orderable(ctx, by, id)
	if err != nil {
		return m, err
	}
	var p civic.Problems
	r, err := s.o.Requests.Numbered(ctx, by, strings.TrimSpace(civic.Bare(number)))
	switch civic.CodeOf(err) {
	case "":
	case civic.NotFound:
		p.Add("number", "intake.error.number")
		return m, p.Err()
	default:
		return m, err
	}
	return s.order(ctx, by, m, Order{To: Added, Request: r.ID})
}

// orderable returns a mail that by may deal with, or NotFound.
func (s *Service) orderable(ctx context.Context, by civic.Actor, id civic.ID) (Mail, error) {
	m, err := s.readable(ctx, by, id)
	if err == nil {
		err = by.Can(requests.PermWrite)
	}
	return m, err
}

// order stores what somebody of the staff said a mail is, before it is done: nobody says something else in
// the meantime, and if the program ends it goes on from there.
func (s *Service) order(ctx context.Context, by civic.Actor, m Mail, o Order) (Mail, error) {
	o.Account, o.Name = by.Account, by.Name
	m, err := s.mails.Update(ctx, m.ID, func(m *Mail) error {
		switch {
		case m.State == o.To && m.By == by.Account && (o.Request == "" || m.Request == o.Request):
			return errDecided
		case !m.Open():
			return civic.NewError(civic.Conflict, "intake.error.decided")
		}
		o.Was = m.State
		m.State, m.Order, m.UpdatedAt = Pending, &o, s.now()
		return nil
	})
	if errors.Is(err, errDecided) {
		return s.mails.Get(ctx, m.ID)
	}
	if err != nil {
		return m, err
	}
	return s.settle(ctx, m)
}

// follow does what somebody of the staff said of a mail. What cannot be done is refused to them, and the mail
// waits as before.
func (s *Service) follow(ctx context.Context, m Mail) (Mail, error) {
	o := *m.Order
	by := civic.System(o.Name)
	by.Account = o.Account
	is, err := s.ordered(ctx, by, m, o)
	switch civic.CodeOf(err) {
	case "":
	case civic.Invalid, civic.Gone, civic.Conflict, civic.NotFound:
		_, undone := s.mails.Update(ctx, m.ID, func(m *Mail) error {
			if m.State == Pending && m.Order != nil {
				m.State, m.Order = m.Order.Was, nil
			}
			return nil
		})
		return m, errors.Join(err, undone)
	default:
		return m, err
	}
	done, err := s.settled(ctx, m, is)
	if err != nil {
		return done, err
	}
	action := ActionMailFile
	if o.To == Added {
		action = ActionMailAttach
	}
	entry := audit.Entry{By: by, Action: action, Object: m.ID, Contact: done.Contact,
		Key: civic.Key(civic.ID(action), m.ID, civic.ID(strconv.FormatInt(done.DecidedAt.UnixMilli(), 10)))}
	return done, s.o.Audit.Write(ctx, entry)
}

func (s *Service) ordered(ctx context.Context, by civic.Actor, m Mail, o Order) (outcome, error) {
	if o.To == Filed {
		return s.file(ctx, by, m, o)
	}
	return s.attach(ctx, by, m, o.Request)
}

// attach adds a mail to a request that somebody of the staff named.
func (s *Service) attach(ctx context.Context, by civic.Actor, m Mail, id civic.ID) (outcome, error) {
	r, err := s.o.Requests.Mailed(ctx, id)
	if err != nil {
		return outcome{}, err
	}
	theirs, err := s.theirs(ctx, m, r)
	if err != nil {
		return outcome{}, err
	}
	text, contact := m.Text, m.Contact
	if theirs {
		contact = r.Contact
		if m, err = s.belongs(ctx, m, contact); err != nil {
			return outcome{}, err
		}
	} else {
		text = s.words(civic.Italian, "intake.from", civic.Args{"Name": m.FromName, "Email": m.From,
			"Subject": m.Subject}) + "\n\n" + text
	}
	in := s.input(m, text, civic.Italian)
	in.Note = !theirs
	added, err := s.o.Requests.AddMailed(ctx, by, id, in)
	return outcome{state: Added, request: added, contact: contact}, err
}

// Discard says that a mail is nothing to work on, and why; it is kept for a while. Doing it again changes
// nothing. It returns Invalid (field "reason"), and the errors of File.
func (s *Service) Discard(ctx context.Context, by civic.Actor, id civic.ID, reason string) (Mail, error) {
	m, err := s.orderable(ctx, by, id)
	if err != nil {
		return m, err
	}
	var p civic.Problems
	reason, err = civic.CleanText(reason, maxReason)
	p.Check("reason", err)
	if reason == "" && err == nil {
		p.Add("reason", "error.required")
	}
	if err := p.Err(); err != nil {
		return m, err
	}
	now := s.now()
	m, err = s.mails.Update(ctx, m.ID, func(m *Mail) error {
		switch {
		case m.State == Discarded && m.By == by.Account:
			return nil
		case !m.Open():
			return civic.NewError(civic.Conflict, "intake.error.decided")
		}
		ends := now.AddDate(0, 0, s.o.Days)
		m.State, m.By, m.ByName, m.Reason, m.DecidedAt = Discarded, by.Account, by.Name, reason, now
		m.ExpiresAt, m.UpdatedAt = &ends, now
		return nil
	})
	if err != nil {
		return m, err
	}
	return m, s.o.Audit.Entered(ctx, audit.Entry{By: by, Action: ActionMailDiscard, Object: m.ID,
		Contact: m.Contact}, false, m.DecidedAt)
}
