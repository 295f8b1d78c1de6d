package crm

import (
	"context"
	"slices"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reference"
)

// ConsentInput is a form by which consent to a topic is given or taken back. Version is that of the text the
// form showed.
type ConsentInput struct {
	Topic    civic.ID
	Channel  Channel
	Given    bool
	Version  int
	Language string
	Source   Source
}

// SetConsent adds to a contact's consents what an operator was told. Saying what holds already adds nothing.
func (s *Service) SetConsent(
	ctx context.Context, by civic.Actor, contact civic.ID, in ConsentInput,
) (Contact, error) {
	if err := by.Can(PermWriteContacts); err != nil {
		return Contact{}, err
	}
	if !slices.Contains(StaffSources(), in.Source) {
		var p civic.Problems
		p.Add("source", "error.choice")
		return Contact{}, p.Err()
	}
	return s.setConsent(ctx, by, contact, in)
}

// SetOwnConsent is SetConsent by the person, from the personal area.
func (s *Service) SetOwnConsent(ctx context.Context, by civic.Actor, in ConsentInput) (Contact, error) {
	contact, err := citizen(by)
	if err != nil {
		return Contact{}, err
	}
	in.Source = FromWeb
	return s.setConsent(ctx, by, contact, in)
}

func (s *Service) setConsent(
	ctx context.Context, by civic.Actor, contact civic.ID, in ConsentInput,
) (Contact, error) {
	if err := s.checkConsent(ctx, in); err != nil {
		return Contact{}, err
	}
	row := Consent{ID: docstore.NewID(), Topic: in.Topic, Channel: in.Channel, Given: in.Given,
		Version: in.Version, Language: in.Language, Source: in.Source, At: s.now()}
	if by.Contact != contact {
		row.By, row.ByName = by.Account, by.Name
	}
	return s.addConsent(ctx, by, contact, row)
}

// checkConsent tests that consent is given to a text that holds now; taking it back needs no text.
func (s *Service) checkConsent(ctx context.Context, in ConsentInput) error {
	topic, err := s.reference.Topic(ctx, in.Topic)
	if err != nil {
		return err
	}
	var p civic.Problems
	if !slices.Contains(ConsentChannels(), in.Channel) {
		p.Add("channel", "error.choice")
	}
	if in.Given && !civic.KnownLanguage(in.Language) {
		p.Add("language", "error.language")
	}
	if err := p.Err(); err != nil {
		return err
	}
	if in.Given && (topic.Inactive || in.Version != topic.Current().Version || in.Version == 0) {
		return civic.NewError(civic.Conflict, "crm.error.consent_text")
	}
	return nil
}

// addConsent adds a row to a contact's consents, and reports it. When it says what the same person said
// before, nothing is added, and what follows from that row is completed: the program may have died before.
func (s *Service) addConsent(
	ctx context.Context, by civic.Actor, contact civic.ID, row Consent,
) (Contact, error) {
	var changed bool
	c, err := s.contacts.Edit(ctx, contact, func(c *Contact) (err error) {
		if changed, err = c.addConsent(row); changed {
			c.UpdatedAt = row.At
		}
		return err
	})
	if err != nil {
		return c, err
	}
	if !changed {
		said, ok := c.latest(row.Topic, row.Channel)
		if !ok || !said.sameWay(row) {
			return c, nil
		}
		row = said
	}
	s.index.Put(c.searchDoc())
	action := ActionConsentWithdraw
	if row.Given {
		action = ActionConsentGive
	}
	detail := map[string]string{"topic": string(row.Topic), "channel": string(row.Channel),
		"source": string(row.Source)}
	e := audit.Entry{By: by, Action: action, Object: row.ID, Contact: contact, Detail: detail}
	return c, s.audit.Entered(ctx, e, !changed, row.At)
}

// Receipt is what can be handed out about one row of a contact's consents.
type Receipt struct {
	Consent Consent
	Contact Contact
	Topic   reference.Topic
	Text    string // the exact words, in the language they were shown in; empty when consent was never given
}

// ConsentReceipt returns the receipt of a row of consents, for staff who may read the contact and for the
// person.
func (s *Service) ConsentReceipt(
	ctx context.Context, by civic.Actor, contact, row civic.ID,
) (Receipt, error) {
	if by.Contact == "" || by.Contact != contact {
		if err := s.mayRead(ctx, by, contact); err != nil {
			return Receipt{}, err
		}
	}
	c, err := s.contacts.Get(ctx, contact)
	if err != nil {
		return Receipt{}, err
	}
	at := slices.IndexFunc(c.Consents, func(r Consent) bool { return r.ID == row })
	if at < 0 {
		return Receipt{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	r := Receipt{Consent: c.Consents[at], Contact: c}
	if r.Topic, err = s.reference.Topic(ctx, r.Consent.Topic); err != nil {
		return Receipt{}, err
	}
	if text, ok := r.Topic.Version(r.Consent.Version); ok {
		r.Text = text.Text.In(r.Consent.Language)
	}
	return r, s.record(ctx, by, ActionConsentReceipt, row, contact, nil)
}
