package intake

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// The bounds beyond which nobody is answered.
const (
	maxOften  = 30                 // mails of one address within a day
	maxOld    = 7 * 24 * time.Hour // how long a mail may have lain in the mailbox
	mailActor = "mail"             // who files what comes in
)

// Settle goes on with the mails that were stored and not dealt with, as the program ended, or the store did
// not answer. It returns how many it looked at. Two may run at a time.
func (s *Service) Settle(ctx context.Context) (int, error) {
	n := 0
	var failed error
	waiting := docstore.Query{Filter: docstore.Filter{docstore.Eq("state", Pending)}, Sort: []string{"-at"}}
	for m, err := range s.mails.All(ctx, waiting) {
		if err != nil {
			return n, err
		}
		if _, err := s.settle(ctx, m); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		n++
	}
	return n, failed
}

// outcome is what comes of a mail.
type outcome struct {
	state   State
	why     string
	request requests.Request
	contact civic.ID
}

// settle does with a mail what follows, and stores that. Done again, or by two at once, it has the same
// effects once.
func (s *Service) settle(ctx context.Context, m Mail) (Mail, error) {
	if err := s.claim(ctx, m); err != nil {
		return m, err
	}
	if m.Order != nil {
		return s.follow(ctx, m)
	}
	is, err := s.decide(ctx, m)
	switch civic.CodeOf(err) {
	case "":
	case civic.Invalid, civic.Conflict, civic.NotFound, civic.Gone, civic.TooLarge:
		s.o.Log.WarnContext(ctx, "a mail cannot be dealt with", "mail", m.ID, "error", err)
		is = outcome{state: Unassigned, why: WhyTrouble}
	default: // the store does not answer: it is gone on with later
		return m, err
	}
	return s.settled(ctx, m, is)
}

// settled stores what came of a mail.
func (s *Service) settled(ctx context.Context, m Mail, is outcome) (Mail, error) {
	sorting, err := s.office(ctx)
	if err != nil {
		return m, err
	}
	now := s.now()
	m, err = s.mails.Update(ctx, m.ID, func(m *Mail) error {
		if m.State != Pending {
			return errDecided
		}
		m.State, m.Why, m.Office, m.UpdatedAt = is.state, is.why, sorting, now
		if is.request.ID != "" {
			m.Request, m.Number = is.request.ID, is.request.Number
		}
		if is.state == Filed || is.state == Added {
			m.Office = is.request.Office
		}
		if is.contact != "" {
			m.Contact = is.contact
		}
		if o := m.Order; o != nil {
			m.By, m.ByName, m.DecidedAt, m.Order = o.Account, o.Name, now, nil
		}
		if !is.state.Waits() {
			ends := now.AddDate(0, 0, s.o.Days)
			m.ExpiresAt = &ends
		}
		return nil
	})
	if errors.Is(err, errDecided) { // somebody else was quicker, with the same
		return s.mails.Get(ctx, m.ID)
	}
	if err != nil {
		return m, err
	}
	return m, s.claim(ctx, m)
}

// errDecided ends a change of a mail that was dealt with since.
var errDecided = errors.New("intake: the mail was dealt with")

// unanswered returns what comes of a mail that is not worked on, and false for one that is.
func (m Mail) unanswered() (outcome, bool) {
	switch {
	case m.Why == WhyLoop:
		return outcome{state: Automatic, why: m.Why}, true
	case m.Why == "":
		return outcome{}, false
	case m.Why == WhyLeft || slices.Contains(refusals(), m.Why):
		return outcome{state: Quarantined, why: m.Why}, true
	}
	return outcome{state: Automatic, why: m.Why}, true
}

// refusals are the reasons for which a mail is not taken apart.
func refusals() []string {
	return []string{"large", "header", "depth", "parts", "recipients", "unreadable"}
}

// decide says what comes of a mail, and has the request filed, or the message added, that it is.
func (s *Service) decide(ctx context.Context, m Mail) (outcome, error) {
	by := civic.System(mailActor)
	about, proved, err := s.about(ctx, m)
	if err != nil {
		return outcome{}, err
	}
	if is, ok := m.unanswered(); ok {
		is.request = about
		return is, nil
	}
	waits := func(why string) (outcome, error) {
		return outcome{state: Unassigned, why: why, request: about}, nil
	}
	switch {
	case m.Certified: // of every writer of a provider it says the same sender
		return waits(WhyEnvelope)
	case about.ID != "" && proved:
		return s.add(ctx, by, m, about)
	case m.From == "":
		return waits(WhySender)
	case about.ID != "":
		return waits(WhyStranger)
	}
	often, err := s.often(ctx, m)
	switch {
	case err != nil:
		return outcome{}, err
	case often:
		return waits(WhyOften)
	case m.FetchedAt.Sub(m.At) > maxOld:
		return waits(WhyOld)
	}
	set, err := s.Settings(ctx)
	if err != nil {
		return outcome{}, err
	}
	if set.Procedure == "" {
		return waits(WhyProcedure)
	}
	is, err := s.file(ctx, by, m, Order{Procedure: set.Procedure})
	if code := civic.CodeOf(err); code == civic.Gone || code == civic.Invalid {
		return waits(WhyProcedure) // it is not offered any more, or wants what no mail says
	}
	return is, err
}

// about returns the request that a mail is about, and whether its applicant wrote it: who answers a letter to
// the applicant, or has an address of theirs.
func (s *Service) about(ctx context.Context, m Mail) (r requests.Request, proved bool, err error) {
	if m.Answer {
		r, err = s.o.Requests.Mailed(ctx, m.Request)
		if civic.CodeOf(err) != civic.NotFound { // else the applicant was erased since
			return r, err == nil, err
		}
	}
	for _, number := range m.Numbers {
		found, err := s.o.Requests.Numbered(ctx, civic.System(mailActor), number)
		if civic.CodeOf(err) == civic.NotFound {
			continue
		}
		if err != nil {
			return r, false, err
		}
		theirs, err := s.theirs(ctx, m, found)
		if err != nil || theirs {
			return found, theirs, err
		}
		r = found
	}
	return r, false, nil
}

// theirs reports whether the applicant of a request has the address that a mail came from.
func (s *Service) theirs(ctx context.Context, m Mail, r requests.Request) (bool, error) {
	if m.From == "" {
		return false, nil
	}
	c, err := s.o.People.OwnContact(ctx, civic.Actor{Contact: r.Contact})
	if civic.CodeOf(err) == civic.NotFound {
		return false, nil
	}
	return err == nil && c.Opens(strings.ToLower(m.From)), err
}

// often reports whether the address of m writes more than a person does.
func (s *Service) often(ctx context.Context, m Mail) (bool, error) {
	n, err := s.mails.Count(ctx, docstore.Filter{docstore.Eq("sender", m.Sender),
		docstore.Gt("fetchedAt", m.FetchedAt.Add(-24*time.Hour))})
	return n > maxOften, err
}

// add adds a mail to a request, as a message of its applicant.
func (s *Service) add(
	ctx context.Context, by civic.Actor, m Mail, about requests.Request,
) (outcome, error) {
	m, err := s.belongs(ctx, m, about.Contact)
	if err != nil {
		return outcome{}, err
	}
	language, err := s.languageOf(ctx, about.Contact)
	if err != nil {
		return outcome{}, err
	}
	r, err := s.o.Requests.AddMailed(ctx, by, about.ID, s.input(m, m.Text, language))
	switch civic.CodeOf(err) {
	case "":
		return outcome{state: Added, request: r, contact: about.Contact}, nil
	case civic.Conflict:
		return outcome{state: Unassigned, why: WhyFull, request: about}, nil
	}
	return outcome{}, err
}

// file files a mail as a request of who wrote it, as an order says.
func (s *Service) file(ctx context.Context, by civic.Actor, m Mail, o Order) (outcome, error) {
	contact, proved, err := s.o.People.ContactOfMail(ctx, mailbox(m))
	if err != nil {
		return outcome{}, err
	}
	if m, err = s.belongs(ctx, m, contact); err != nil {
		return outcome{}, err
	}
	language, err := s.languageOf(ctx, contact)
	if err != nil {
		return outcome{}, err
	}
	text, subject := m.Text, m.Subject
	if o.Text != "" {
		text = o.Text
	}
	if o.Subject != "" {
		subject = o.Subject
	}
	if civic.IsBlank(subject) {
		subject = s.words(language, "intake.no_subject", nil)
	}
	in := s.input(m, text, language)
	in.Procedure, in.Contact, in.Subject = o.Procedure, contact, subject
	if !proved {
		in.Declared = &requests.Declared{FamilyName: m.FromName, Email: m.From}
	}
	r, err := s.o.Requests.FileMailed(ctx, by, in)
	return outcome{state: Filed, request: r, contact: contact}, err
}

// belongs notes whose a mail is, before a request refers to its files.
func (s *Service) belongs(ctx context.Context, m Mail, contact civic.ID) (Mail, error) {
	if m.Contact == contact {
		return m, nil
	}
	m, err := s.mails.Update(ctx, m.ID, func(m *Mail) error {
		m.Contact, m.UpdatedAt = contact, s.now()
		return nil
	})
	if err != nil {
		return m, err
	}
	return m, s.claim(ctx, m)
}

func (s *Service) languageOf(ctx context.Context, contact civic.ID) (string, error) {
	c, err := s.o.People.OwnContact(ctx, civic.Actor{Contact: contact})
	if civic.CodeOf(err) == civic.NotFound {
		return civic.Italian, nil
	}
	return c.Language, err
}
