package crm

import (
	"context"
	"strconv"

	"ascolto/internal/civic"
)

// NoteOwnExport writes into the audit that a citizen took away what is kept about them.
func (s *Service) NoteOwnExport(ctx context.Context, by civic.Actor) error {
	id, err := citizen(by)
	if err != nil {
		return err
	}
	return s.record(ctx, by, ActionContactExportOwn, id, id, nil)
}

// ExportPersonal implements civic.PersonalData: the contact, the consents with the texts that were shown, and the timeline. Notes
// of staff are no part of it.
func (s *Service) ExportPersonal(ctx context.Context, by civic.Actor, about civic.Subject, language string) ([]civic.PersonalSection, error) {
	if err := about.Readable(by); err != nil {
		return nil, err
	}
	c, err := s.contacts.Get(ctx, about.Contact)
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

func (s *Service) personalContact(ctx context.Context, c Contact) (civic.PersonalEntry, error) {
	e := civic.PersonalEntry{Title: c.DisplayName(), At: c.CreatedAt}
	code, err := s.openCode(c)
	if err != nil {
		return e, err
	}
	e.SayCode("kind", string(c.Kind), "crm.kind."+string(c.Kind))
	e.Say("given_name", c.GivenName)
	e.Say("family_name", c.FamilyName)
	e.Say("organisation", c.Organisation)
	e.Say("fiscal_code", code.String())
	if c.BirthYear != 0 {
		e.Say("birth_year", strconv.Itoa(c.BirthYear))
	}
	for _, address := range c.Emails {
		e.Say("email", address.Address)
	}
	for _, number := range c.phoneNumbers() {
		e.Say("phone", number)
	}
	e.Say("address", c.Address.line())
	e.SayCode("language", c.Language, "crm.language."+c.Language)
	err = s.personalReference(ctx, c, &e)
	return e, err
}

// personalReference adds what is told by names of the town: the district and the tags.
func (s *Service) personalReference(ctx context.Context, c Contact, e *civic.PersonalEntry) error {
	districts, err := s.Districts(ctx)
	if err != nil {
		return err
	}
	for _, d := range districts {
		if d.ID == c.District {
			e.Say("district", d.Name)
		}
	}
	tags, err := s.Tags(ctx)
	for _, t := range tags {
		for _, id := range c.Tags {
			if t.ID == id {
				e.Say("tag", t.Name)
			}
		}
	}
	return err
}

func (s *Service) personalConsents(ctx context.Context, c Contact, language string) ([]civic.PersonalEntry, error) {
	topics, err := s.Topics(ctx)
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
	offices, err := s.Offices(ctx)
	if err != nil {
		return nil, err
	}
	var entries []civic.PersonalEntry
	for page := (civic.PageRequest{Size: civic.MaxPageSize}); ; {
		found, err := s.entries(ctx, contact, page)
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
