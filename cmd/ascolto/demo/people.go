package demo

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/textfold"
)

// The parts' streams of random numbers.
const (
	streamContacts uint64 = iota + 1
	streamInteractions
	streamAnswers
	streamForum
	streamRequests
)

func (b *builder) contacts(ctx context.Context) error {
	if err := b.CRM.LoadContacts(ctx, b.by, b.everybody(),
		func(done int) { b.tell("contacts", done, b.size.Contacts) }); err != nil {
		return err
	}
	return b.Accounts.BindAddress(ctx, b.by, b.words.Citizen.Email, b.contactIDs(1)[0])
}

// everybody yields the people and organisations of the town; the first is the citizen whose account is shown.
func (b *builder) everybody() iter.Seq[crm.LoadContact] {
	return func(yield func(crm.LoadContact) bool) {
		r := b.stream(streamContacts)
		for n := range b.size.Contacts {
			c := b.contact(r, n)
			if n == 0 {
				w := b.words.Citizen
				c.Kind, c.GivenName, c.FamilyName, c.Organisation, c.Emails = crm.Person, w.Given, w.Family,
					"", []string{w.Email}
				c.District, c.Language = "q2", civic.Italian
				c.Consents = []crm.LoadConsent{{Topic: "quartiere", Channel: crm.ByMail, Given: true,
					Source: crm.FromWeb, At: c.CreatedAt}}
			}
			if !yield(c) {
				return
			}
		}
	}
}

// contactIDs returns the ids of the first n contacts, as everybody makes them.
func (b *builder) contactIDs(n int) []civic.ID {
	ids := make([]civic.ID, 0, n)
	for c := range b.everybody() {
		if len(ids) == n {
			break
		}
		ids = append(ids, c.ID)
	}
	return ids
}

func (b *builder) contact(r *rand.Rand, n int) crm.LoadContact {
	created := b.passing(r, n, b.size.Contacts, 3*365)
	c := crm.LoadContact{ID: id(r, created), CreatedAt: created}
	c.Language, c.District = civic.Italian, civic.ID(fmt.Sprintf("q%d", 1+r.IntN(4)))
	if chance(r, 4) {
		c.Language = civic.English
	}
	if chance(r, 6) {
		c.District = "" // lives elsewhere
	}
	if chance(r, 5) {
		c.Kind, c.Organisation = crm.Organisation, fmt.Sprintf("%s %s", pick(r, b.words.Organisations),
			pick(r, b.words.Surnames))
		c.Emails = []string{fmt.Sprintf("info%d@%s.example.it", n, plain(c.Organisation))}
	} else {
		b.person(r, n, &c)
	}
	if chance(r, 60) {
		c.Phones = []string{fmt.Sprintf("+3934%d%07d", r.IntN(10), r.IntN(10_000_000))}
	}
	if chance(r, 40) {
		c.Address = crm.Address{Street: fmt.Sprintf("%s %d", pick(r, b.words.Streets), 1+r.IntN(180)),
			Postcode: "41121", Town: "Modena"}
	}
	for _, tag := range []string{"genitori", "professionisti", "associazioni", "anziani", "studenti",
		"commercianti", "ciclisti", "volontari"} {
		if chance(r, 9) {
			c.Tags = append(c.Tags, civic.ID(tag))
		}
	}
	b.consents(r, n, &c)
	return c
}

func (b *builder) person(r *rand.Rand, n int, c *crm.LoadContact) {
	c.Kind, c.FamilyName = crm.Person, pick(r, b.words.Surnames)
	if chance(r, 52) {
		c.GivenName = pick(r, b.words.Women)
	} else {
		c.GivenName = pick(r, b.words.Men)
	}
	if chance(r, 8) {
		c.FamilyName += " " + pick(r, b.words.Surnames)
	}
	if chance(r, 72) {
		c.Emails = []string{fmt.Sprintf("%s.%s%d@example.it", plain(c.GivenName), plain(c.FamilyName), n)}
		if chance(r, 7) {
			c.Emails = append(c.Emails, fmt.Sprintf("%s%d@lavoro.example.it", plain(c.FamilyName), n))
		}
	}
	if chance(r, 55) {
		c.BirthYear = fmt.Sprint(1935 + r.IntN(70))
	}
}

// givenBy are the ways by which people gave their consents, one after the other.
var givenBy = [...]crm.Source{crm.FromWeb, crm.FromPhone, crm.FromWeb, crm.FromDesk, crm.FromPaper}

func (b *builder) consents(r *rand.Rand, n int, c *crm.LoadContact) {
	from := givenBy[n%len(givenBy)]
	for _, topic := range []civic.ID{"novita", "cultura", "scuola", "quartiere"} {
		if !chance(r, 35) {
			continue
		}
		at := c.CreatedAt.Add(time.Duration(r.IntN(3600)) * time.Second)
		given := crm.LoadConsent{Topic: topic, Channel: crm.ByMail, Given: true, Source: from, At: at}
		if !from.Personal() {
			given.By, given.ByName = b.operator.ID, b.operator.Name
		}
		c.Consents = append(c.Consents, given)
		if chance(r, 8) {
			if later := at.AddDate(0, 1+r.IntN(10), 0); later.Before(b.today) {
				c.Consents = append(c.Consents, crm.LoadConsent{Topic: topic, Channel: crm.ByMail,
					Source: crm.FromUnsubscribe, At: later})
			}
		}
	}
}

// plain returns the ASCII letters and digits of a name, in small letters: the local part of an address.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, textfold.Fold(s))
}

func (b *builder) interactions(ctx context.Context) error {
	people := b.contactIDs(min(b.size.Contacts, b.size.Interactions*3))
	if len(people) == 0 {
		return nil
	}
	return b.CRM.LoadInteractions(ctx, b.by, b.conversations(people),
		func(done int) { b.tell("interactions", done, b.size.Interactions) })
}

func (b *builder) conversations(people []civic.ID) iter.Seq[crm.LoadInteraction] {
	channels := []crm.Channel{crm.ByPhone, crm.ByPhone, crm.ByPhone, crm.ByPhone, crm.ByPhone, crm.AtDesk,
		crm.AtDesk, crm.AtDesk, crm.ByMail, crm.ByLetter}
	return func(yield func(crm.LoadInteraction) bool) {
		r := b.stream(streamInteractions)
		for n := range b.size.Interactions {
			what, channel, at := pick(r, b.words.Interactions), pick(r, channels), b.passing(r, n,
				b.size.Interactions, 240)
			if channel == crm.ByPhone || channel == crm.AtDesk {
				at = workday(at)
			}
			i := crm.LoadInteraction{ID: id(r, at), At: at, By: b.operator.ID, ByName: b.operator.Name}
			i.Contact, i.Channel, i.Direction = pick(r, people), channel, crm.Inbound
			i.Office, i.Subject, i.Note = civic.ID(what.Office), what.Subject, what.Note
			i.Confidential, i.Outcome = chance(r, 4), crm.Answered
			switch {
			case chance(r, 20):
				i.Outcome = crm.Forwarded
			case chance(r, 10):
				i.Outcome, i.Done = crm.FollowUp, chance(r, 80) || b.today.Sub(at) > 30*24*time.Hour
				i.DueOn = at.AddDate(0, 0, 14).Format(time.DateOnly)
			}
			if !yield(i) {
				return
			}
		}
	}
}

// workday returns t, or the same hour of the Friday before when t is at a weekend.
func workday(t time.Time) time.Time {
	switch local := t.In(civic.Rome()); local.Weekday() {
	case time.Saturday:
		return local.AddDate(0, 0, -1).UTC()
	case time.Sunday:
		return local.AddDate(0, 0, -2).UTC()
	}
	return t
}
