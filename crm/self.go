package crm

import (
	"context"
	"time"

	"ascolto/internal/civic"
)

// OwnContact returns the contact by is signed in for.
func (s *Service) OwnContact(ctx context.Context, by civic.Actor) (Contact, error) {
	id, err := citizen(by)
	if err != nil {
		return Contact{}, err
	}
	return s.contacts.Get(ctx, id)
}

// OwnTimeline lists what happened between the municipality and the person, newest first. Notes of staff are no part of it.
func (s *Service) OwnTimeline(ctx context.Context, by civic.Actor, page civic.PageRequest) (civic.Page[Entry], error) {
	id, err := citizen(by)
	if err != nil {
		return civic.Page[Entry]{}, err
	}
	found, err := s.entries(ctx, id, page)
	for i := range found.Items {
		found.Items[i].By = "" // which of the staff it was is for staff
	}
	return found, err
}

// UpdateOwnContact changes what people may change about themselves: names, addresses, numbers, district, language. Kind, fiscal code,
// year of birth and tags stay as they are. in.Version must be that of the stored contact, else the error is *EditConflict.
func (s *Service) UpdateOwnContact(ctx context.Context, by civic.Actor, in ContactInput) (Contact, error) {
	id, err := citizen(by)
	if err != nil {
		return Contact{}, err
	}
	k, err := s.known(ctx)
	if err != nil {
		return Contact{}, err
	}
	offices, err := s.Offices(ctx)
	if err != nil {
		return Contact{}, err
	}
	now := s.now()
	c, err := s.contacts.Update(ctx, id, func(c *Contact) error {
		before := *c
		in := in
		in.Kind, in.BirthYear, in.FiscalCode, in.Tags = c.Kind, "", "", c.Tags
		if _, err := in.apply(c, k, now.In(civic.Rome()).Year()); err != nil {
			return err
		}
		if err := checkOwnName(before, *c, offices); err != nil {
			return err
		}
		c.BirthYear = before.BirthYear
		c.awaitNew(before)
		if before.Version != in.Version {
			return &EditConflict{Current: before, Changed: changedFields(before, *c)}
		}
		c.Version++
		c.UpdatedAt = now
		return nil
	})
	if err != nil {
		return Contact{}, err
	}
	s.index.Put(c.searchDoc())
	return c, s.record(ctx, by, "crm.contact.update_own", id, id, nil)
}

// OwnData is everything crm keeps about a person, for them to take away.
type OwnData struct {
	GivenName    string       `json:"given_name,omitempty"`
	FamilyName   string       `json:"family_name,omitempty"`
	Organisation string       `json:"organisation,omitempty"`
	FiscalCode   string       `json:"fiscal_code,omitempty"`
	BirthYear    int          `json:"birth_year,omitempty"`
	Emails       []string     `json:"emails"`
	Phones       []string     `json:"phones"`
	Address      string       `json:"address,omitempty"`
	District     civic.ID     `json:"district,omitempty"`
	Language     string       `json:"language"`
	Tags         []civic.ID   `json:"tags"`
	Consents     []OwnConsent `json:"consents"`
	Timeline     []OwnEntry   `json:"timeline"`
	Answers      []OwnAnswer  `json:"answers"`
	MadeAt       time.Time    `json:"made_at"`
}

// OwnConsent is a row of consents in OwnData.
type OwnConsent struct {
	Topic   civic.ID  `json:"topic"`
	Channel Channel   `json:"channel"`
	Given   bool      `json:"given"`
	Text    string    `json:"text,omitempty"`
	Source  Source    `json:"source"`
	At      time.Time `json:"at"`
}

// OwnEntry is a line of the timeline in OwnData.
type OwnEntry struct {
	Kind    string    `json:"kind"`
	Title   string    `json:"title"`
	Channel string    `json:"channel,omitempty"`
	Office  civic.ID  `json:"office,omitempty"`
	At      time.Time `json:"at"`
}

// OwnAnswer is a coded answer in OwnData.
type OwnAnswer struct {
	Questionnaire civic.ID  `json:"questionnaire"`
	Question      string    `json:"question"`
	Answer        string    `json:"answer"`
	At            time.Time `json:"at"`
}

// OwnData returns what crm keeps about the person by is signed in for. Taking it away is audited.
func (s *Service) OwnData(ctx context.Context, by civic.Actor) (OwnData, error) {
	c, err := s.OwnContact(ctx, by)
	if err != nil {
		return OwnData{}, err
	}
	code, err := s.openCode(c)
	if err != nil {
		return OwnData{}, err
	}
	d := OwnData{
		GivenName: c.GivenName, FamilyName: c.FamilyName, Organisation: c.Organisation, FiscalCode: code.String(), BirthYear: c.BirthYear,
		Emails: []string{}, Phones: c.phoneNumbers(), Address: c.Address.line(), District: c.District, Language: c.Language,
		Tags: append([]civic.ID{}, c.Tags...), Consents: []OwnConsent{}, Timeline: []OwnEntry{}, Answers: []OwnAnswer{}, MadeAt: s.now(),
	}
	for _, e := range c.Emails {
		d.Emails = append(d.Emails, e.Address)
	}
	for _, f := range c.Facts {
		d.Answers = append(d.Answers, OwnAnswer{Questionnaire: f.Source, Question: f.Key, Answer: f.Value, At: f.At})
	}
	if err := s.ownConsents(ctx, c, &d); err != nil {
		return OwnData{}, err
	}
	for page := (civic.PageRequest{Size: civic.MaxPageSize}); ; {
		found, err := s.entries(ctx, c.ID, page)
		if err != nil {
			return OwnData{}, err
		}
		for _, e := range found.Items {
			d.Timeline = append(d.Timeline, OwnEntry{Kind: e.Kind, Title: e.Title, Channel: e.Channel, Office: e.Office, At: e.At})
		}
		if page.Cursor = found.Next; page.Cursor == "" {
			break
		}
	}
	return d, s.record(ctx, by, "crm.contact.export_own", c.ID, c.ID, nil)
}

func (s *Service) ownConsents(ctx context.Context, c Contact, d *OwnData) error {
	topics, err := s.Topics(ctx)
	if err != nil {
		return err
	}
	for _, row := range c.Consents {
		own := OwnConsent{Topic: row.Topic, Channel: row.Channel, Given: row.Given, Source: row.Source, At: row.At}
		for _, t := range topics {
			if text, ok := t.Version(row.Version); ok && t.ID == row.Topic {
				own.Text = text.Text.In(row.Language)
			}
		}
		d.Consents = append(d.Consents, own)
	}
	return nil
}
