package notify

import (
	"context"
	"strings"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// UnsubscribePath is where the link below a voluntary mail leads; the token follows it.
const UnsubscribePath = "/disiscrizione/"

const unsubscribePurpose = "notify/unsubscribe"

// Unsubscription is what a link asks for: that a contact gets nothing more about a topic.
type Unsubscription struct {
	Campaign civic.ID
	Contact  civic.ID
	Topic    civic.ID
}

// unsubscribeLink returns the link by which a contact leaves the topic of a campaign.
func (s *Service) unsubscribeLink(c *Campaign, contact civic.ID) string {
	return s.o.Origin + UnsubscribePath +
		s.UnsubscribeToken(Unsubscription{Campaign: c.ID, Contact: contact, Topic: c.Topic})
}

// UnsubscribeToken returns the token of a link; it needs no sign-in and cannot be guessed or changed.
func (s *Service) UnsubscribeToken(u Unsubscription) string {
	return s.o.Vault.Sign(unsubscribePurpose,
		[]byte(strings.Join([]string{string(u.Campaign), string(u.Contact), string(u.Topic)}, "\n")))
}

// ReadUnsubscribe returns what a link's token asks for, or a NotFound error. It changes nothing: programs
// that look at links unsubscribe nobody.
func (s *Service) ReadUnsubscribe(token string) (Unsubscription, error) {
	payload, err := s.o.Vault.Verify(unsubscribePurpose, token)
	parts := strings.Split(string(payload), "\n")
	if err != nil || len(parts) != 3 {
		return Unsubscription{}, civic.NewError(civic.NotFound, "notify.error.unsubscribe_link")
	}
	return Unsubscription{Campaign: civic.ID(parts[0]), Contact: civic.ID(parts[1]),
		Topic: civic.ID(parts[2])}, nil
}

// Unsubscribe takes back the consent that the mail was sent on. From then on no mail about the topic is begun
// for the contact, not even by a campaign that is running. Doing it again changes nothing, and completes what
// follows when the program died before: it is audited once.
func (s *Service) Unsubscribe(ctx context.Context, by civic.Actor, token string) error {
	u, err := s.ReadUnsubscribe(token)
	if err != nil || u.Contact == "" {
		return err
	}
	done, err := s.o.Audience.Withdraw(ctx, u.Contact, u.Topic, "unsubscribe/"+string(u.Campaign))
	switch {
	case civic.CodeOf(err) == civic.NotFound: // and with the contact its consents
		return nil
	case err != nil || done == "":
		return err
	}
	return s.o.Audit.Write(ctx, audit.Entry{By: by, Action: ActionUnsubscribe, Object: u.Campaign,
		Contact: u.Contact, Detail: map[string]string{"topic": string(u.Topic)},
		Key: civic.Key(civic.ID(ActionUnsubscribe), done)})
}

// Subscribed returns what a link's token asks for, and whether that is still to be done: the contact consents
// to the topic. The link of a preview or a test names no contact, and nothing is ever to be done. It returns
// NotFound for a token that is not ours.
func (s *Service) Subscribed(ctx context.Context, token string) (Unsubscription, bool, error) {
	u, err := s.ReadUnsubscribe(token)
	if err != nil || u.Contact == "" {
		return u, false, err
	}
	subscribed, err := s.o.Audience.Consents(ctx, u.Contact, u.Topic)
	return u, subscribed, err
}
