// Package privacy tells people what is kept about them: the contact with its consents and its timeline. What else a person may
// ask for, erasure and an end of keeping, belongs here too.
package privacy

import (
	"context"
	"strconv"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
)

// ActionExportOwn is written into the audit when a person takes a copy of their data.
const ActionExportOwn audit.Action = "crm.contact.export_own"

// AuditActions lists what is written into the audit.
func AuditActions() []audit.Action { return []audit.Action{ActionExportOwn} }

// Service gives what crm keeps about a person. It is a civic.PersonalData.
type Service struct {
	contacts  crm.Reader
	reference *reference.Service
	audit     *audit.Log
}

// New returns a Service of what contacts and named keep.
func New(contacts *crm.Service, named *reference.Service, log *audit.Log) *Service {
	return &Service{contacts: contacts.Reader(), reference: named, audit: log}
}

// NoteOwnExport writes into the audit that a citizen took away what is kept about them.
func (s *Service) NoteOwnExport(ctx context.Context, by civic.Actor) error {
	about, err := civic.OwnSubject(by)
	if err != nil {
		return err
	}
	return s.audit.Write(ctx, audit.Entry{By: by, Action: ActionExportOwn, Object: about.Contact, Contact: about.Contact})
}

// ExportPersonal implements civic.PersonalData: the contact, the consents with the texts that were shown, and the timeline. Notes
// of staff are no part of it.
func (s *Service) ExportPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, language string,
) ([]civic.PersonalSection, error) {
	if err := about.Readable(by); err != nil {
		return nil, err
	}
	c, err := s.contacts.Contact(ctx, about.Contact)
	if err != nil {
		return nil, err
	}
	contact, err := s.personalContact(ctx, c)
	if err != nil {
		return nil, err
	}
	consents, err := s.personalConsents(ctx, c, language)
	if err != nil {
		return nil, err
	}
	timeline, err := s.personalTimeline(ctx, c.ID)
	return []civic.PersonalSection{
		{Name: "contact", Entries: []civic.PersonalEntry{contact}}, {Name: "consents", Entries: consents}, {Name: "timeline", Entries: timeline},
	}, err
}

func (s *Service) personalContact(ctx context.Context, c crm.Contact) (civic.PersonalEntry, error) {
	e := civic.PersonalEntry{Title: c.DisplayName(), At: c.CreatedAt}
	code, err := s.contacts.FiscalCode(c)
	if err != nil {
		return e, err
	}
	e.SayCode("kind", string(c.Kind), "crm.kind."+string(c.Kind))
	e.Say("given_name", c.GivenName)
	e.Say("family_name", c.FamilyName)
	e.Say("organisation", c.Organisation)
	e.Say("fiscal_code", code)
	if c.BirthYear != 0 {
		e.Say("birth_year", strconv.Itoa(c.BirthYear))
	}
	for _, address := range c.Emails {
		e.Say("email", address.Address)
	}
	for _, number := range c.PhoneNumbers() {
		e.Say("phone", number)
	}
	e.Say("address", c.Address.Line())
	e.SayCode("language", c.Language, "crm.language."+c.Language)
	err = s.personalReference(ctx, c, &e)
	return e, err
}

// personalReference adds what is told by names of the town: the district and the tags.
func (s *Service) personalReference(ctx context.Context, c crm.Contact, e *civic.PersonalEntry) error {
	districts, err := s.reference.Districts(ctx)
	if err != nil {
		return err
	}
	for _, d := range districts {
		if d.ID == c.District {
			e.Say("district", d.Name)
		}
	}
	tags, err := s.reference.Tags(ctx)
	for _, t := range tags {
		for _, id := range c.Tags {
			if t.ID == id {
				e.Say("tag", t.Name)
			}
		}
	}
	return err
}

func (s *Service) personalConsents(ctx context.Context, c crm.Contact, language string) ([]civic.PersonalEntry, error) {
	topics, err := s.reference.Topics(ctx)
	var entries []civic.PersonalEntry
	for _, row := range c.Consents {
		e := civic.PersonalEntry{Title: string(row.Topic), At: row.At}
		for _, t := range topics {
			if t.ID == row.Topic {
				e.Title = t.Name.In(language)
				if text, ok := t.Version(row.Version); ok {
					e.Say("shown", text.Text.In(row.Language))
				}
			}
		}
		given := "withdrawn"
		if row.Given {
			given = "given"
		}
		e.SayCode("consent", given, "site.personal.consent."+given)
		e.SayCode("channel", string(row.Channel), "crm.channel."+string(row.Channel))
		e.SayCode("source", string(row.Source), "crm.source."+string(row.Source))
		entries = append(entries, e)
	}
	return entries, err
}

func (s *Service) personalTimeline(ctx context.Context, contact civic.ID) ([]civic.PersonalEntry, error) {
	offices, err := s.reference.Offices(ctx)
	if err != nil {
		return nil, err
	}
	var entries []civic.PersonalEntry
	for page := (civic.PageRequest{Size: civic.MaxPageSize}); ; {
		found, err := s.contacts.Timeline(ctx, contact, page)
		if err != nil {
			return nil, err
		}
		for _, entry := range found.Items {
			e := civic.PersonalEntry{Title: entry.Title, At: entry.At}
			e.SayCode("what", string(entry.Kind), "crm.timeline."+string(entry.Kind))
			e.SayCode("channel", entry.Channel, "crm.channel."+entry.Channel)
			for _, o := range offices {
				if o.ID == entry.Office {
					e.Say("office", o.Name)
				}
			}
			entries = append(entries, e)
		}
		if page.Cursor = found.Next; page.Cursor == "" {
			return entries, nil
		}
	}
}
