package crm

import (
	"context"
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Why somebody in a segment is not written to, as message keys.
const (
	SkipGone      = "crm.skip.gone"
	SkipNoAddress = "crm.skip.no_address"
	SkipNoConsent = "crm.skip.no_consent"
	SkipAwaits    = "crm.skip.unconfirmed" // the person typed an address and has not confirmed it
)

// Recipient tells how to write to a contact about a topic now. A contact that exists no more is skipped, not
// an error. Who is in a segment is for the folder below to say.
func (s *Service) Recipient(
	ctx context.Context, contact, topic civic.ID, institutional bool,
) (civic.Recipient, error) {
	c, err := s.contacts.Get(ctx, contact)
	if civic.CodeOf(err) == civic.NotFound {
		return civic.Recipient{Contact: contact, Skip: SkipGone, Gone: true}, nil
	}
	if err != nil {
		return civic.Recipient{}, err
	}
	return s.recipient(ctx, contact, c, topic, institutional)
}

// Recipients tells the same of many contacts at once, in their order.
func (s *Service) Recipients(
	ctx context.Context, contacts []civic.ID, topic civic.ID, institutional bool,
) ([]civic.Recipient, error) {
	found, err := s.byIDs(ctx, contacts)
	if err != nil {
		return nil, err
	}
	known := make(map[civic.ID]Contact, len(found))
	for _, c := range found {
		known[c.ID] = c
	}
	out := make([]civic.Recipient, len(contacts))
	for i, id := range contacts {
		c, there := known[id]
		if !there {
			out[i] = civic.Recipient{Contact: id, Skip: SkipGone, Gone: true}
			continue
		}
		if out[i], err = s.recipient(ctx, id, c, topic, institutional); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Gone returns those of some contacts, each named once, that exist no more.
func (s *Service) Gone(ctx context.Context, contacts []civic.ID) (gone []civic.ID, err error) {
	there, err := s.contacts.Count(ctx, docstore.Filter{docstore.In("_id", contacts...)})
	if err != nil || there == len(contacts) { // as ever but when somebody was erased at this moment
		return nil, err
	}
	found, err := s.byIDs(ctx, contacts)
	for _, contact := range contacts {
		if !slices.ContainsFunc(found, func(c Contact) bool { return c.ID == contact }) {
			gone = append(gone, contact)
		}
	}
	return gone, err
}

// recipient tells how to write to c, whose id is contact.
func (s *Service) recipient(
	ctx context.Context, contact civic.ID, c Contact, topic civic.ID, institutional bool,
) (civic.Recipient, error) {
	r := civic.Recipient{Contact: contact, Name: c.FullName(), Language: c.Language}
	if r.Skip = c.skip(topic, institutional); r.Skip != "" {
		return r, nil
	}
	r.Address = c.WrittenTo().Address
	r.Fields = map[string]string{"given_name": c.GivenName, "family_name": c.FamilyName, "name": c.FullName()}
	if c.District != "" {
		d, err := s.reference.District(ctx, c.District)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return civic.Recipient{}, err
		}
		r.Fields["district"] = d.Name
	}
	return r, nil
}

// skip returns why c is not written to about a topic, "" when it is.
func (c Contact) skip(topic civic.ID, institutional bool) string {
	switch {
	case len(c.Emails) > 0 && !c.HasEmail():
		return SkipAwaits
	case !c.HasEmail():
		return SkipNoAddress
	case !institutional && !c.ConsentsTo(topic, ByMail):
		return SkipNoConsent
	default:
		return ""
	}
}

// Consents reports whether a contact consents to mail about a topic now; one that is gone does not.
func (s *Service) Consents(ctx context.Context, contact, topic civic.ID) (bool, error) {
	c, err := s.contacts.Get(ctx, contact)
	if civic.CodeOf(err) == civic.NotFound {
		return false, nil
	}
	return c.ConsentsTo(topic, ByMail), err
}

// Withdraw takes back a contact's consent to a topic by e-mail. source is the way it came, perhaps with what
// it was about behind a slash: "unsubscribe/<campaign>". It returns which withdrawal that was; within a day
// the same again, with what follows from it completed; and "" where there was nothing to take back. NotFound
// for a contact that is gone.
func (s *Service) Withdraw(ctx context.Context, contact, topic civic.ID, source string) (civic.ID, error) {
	way, of, _ := strings.Cut(source, "/")
	row := Consent{ID: docstore.NewID(), Topic: topic, Channel: ByMail, Source: Source(way), Of: civic.ID(of),
		At: s.now()}
	c, err := s.addConsent(ctx, civic.System(source), contact, row)
	if err != nil {
		return "", err
	}
	said, ok := c.latest(topic, ByMail)
	if !ok || !said.sameWay(row) || row.At.Sub(said.At) > maxRepeat {
		return "", nil
	}
	return said.ID, nil
}
