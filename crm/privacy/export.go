// Package privacy tells people what is kept about them: the contact with its consents and its timeline. It
// also erases what all parts of the house keep about somebody; an end of keeping belongs here too.
package privacy

import (
	"context"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
)

// ActionExportOwn is written into the audit when a person takes a copy of their data.
const ActionExportOwn audit.Action = "crm.contact.export_own"

// ActionErase is written into the audit when what is kept about a person was erased.
const ActionErase audit.Action = "crm.contact.erase"

// AuditActions lists what is written into the audit.
func AuditActions() []audit.Action { return []audit.Action{ActionExportOwn, ActionErase} }

// Service gives what crm keeps about a person. It is a civic.PersonalData.
type Service struct {
	crm       *crm.Service
	contacts  crm.Reader
	reference *reference.Service
	audit     *audit.Log
}

// New returns a Service of what contacts and named keep.
func New(contacts *crm.Service, named *reference.Service, log *audit.Log) *Service {
	return &Service{crm: contacts, contacts: contacts.Reader(), reference: named, audit: log}
}

// NoteOwnExport writes into the audit that a citizen took away what is kept about them.
func (s *Service) NoteOwnExport(ctx context.Context, by civic.Actor) error {
	about, err := civic.OwnSubject(by)
	if err != nil {
		return err
	}
	return s.audit.Write(ctx, audit.Entry{By: by, Action: ActionExportOwn, Object: about.Contact,
		Contact: about.Contact})
}

// ExportPersonal implements civic.PersonalData: the contact, the consents with the texts that were shown, and
// the timeline. Notes of staff are no part of it.
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
		{Name: "contact", Entries: []civic.PersonalEntry{contact}}, {Name: "consents", Entries: consents},
		{Name: "timeline", Entries: timeline},
	}, err
}

// personalContact tells the fields of a contact, each as its declaration says.
func (s *Service) personalContact(ctx context.Context, c crm.Contact) (civic.PersonalEntry, error) {
	e := civic.PersonalEntry{Title: c.DisplayName(), At: c.CreatedAt}
	names, err := s.names(ctx)
	if err != nil {
		return e, err
	}
	code, err := s.contacts.FiscalCode(c)
	for _, f := range crm.ContactFields() {
		switch {
		case f.Name == "street": // with the rest of the address
			e.Say("address", c.Address.Line())
		case f.Personal == "":
		case f.Type == crm.CodeField:
			e.Say(f.Personal, code)
		default:
			for _, value := range f.Told(c) {
				switch {
				case f.Words != "":
					e.SayCode(f.Personal, value, f.Words+value)
				case f.From != "":
					e.Say(f.Personal, names[f.From][civic.ID(value)])
				default:
					e.Say(f.Personal, value)
				}
			}
		}
	}
	return e, err
}

// names returns what districts and tags are called.
func (s *Service) names(ctx context.Context) (map[crm.Origin]map[civic.ID]string, error) {
	names := map[crm.Origin]map[civic.ID]string{crm.Districts: {}, crm.Tags: {}}
	districts, err := s.reference.Districts(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range districts {
		names[crm.Districts][d.ID] = d.Name
	}
	tags, err := s.reference.Tags(ctx)
	for _, t := range tags {
		names[crm.Tags][t.ID] = t.Name
	}
	return names, err
}

func (s *Service) personalConsents(
	ctx context.Context, c crm.Contact, language string,
) ([]civic.PersonalEntry, error) {
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
