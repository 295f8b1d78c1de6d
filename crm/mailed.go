package crm

import (
	"context"
	"strconv"
	"strings"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/fiscalcode"
	"ascolto/internal/reach"
)

// purposeMailed is what the vault names the contacts for who were made because somebody wrote a mail.
const purposeMailed = "crm/mailed"

// ContactOfMail returns the contact of who wrote a mail: the one person who proved to have the address, and
// true; else, and false, one that is made for the address, the same for every mail from there. Anybody can
// write somebody else's address into a mail, so that one only claims it: whoever signs in with the address is
// another contact until staff join them. The name is what the mail says; what cannot be one is left out.
func (s *Service) ContactOfMail(ctx context.Context, from reach.Mailbox) (civic.ID, bool, error) {
	e, err := reach.ParseEmail(from.Address)
	if err != nil {
		return "", false, err
	}
	found, err := s.byProof(ctx, e.Key, 2)
	if err != nil {
		return "", false, err
	}
	if len(found) == 1 {
		return found[0].ID, true, nil
	}
	who := accounts.Identity{Email: e.Address, Declared: true}
	given, family := cutName(from.Name)
	given, family, err = s.DeclaredName(ctx, given, family)
	switch civic.CodeOf(err) {
	case "":
		who.GivenName, who.FamilyName = given, family
	case civic.Invalid:
	default:
		return "", false, err
	}
	id, err := s.mailedContact(ctx, e, who)
	return id, false, err
}

// mostMailed is how many contacts an address gets one after the other, when staff took it off each.
const mostMailed = 10

// mailedContact returns the contact that was made for the address, made when there is none. One that does not
// have the address any more is somebody else's by now.
func (s *Service) mailedContact(
	ctx context.Context, e reach.Email, who accounts.Identity,
) (civic.ID, error) {
	for n := range mostMailed {
		id := civic.ID(s.vault.Digest(purposeMailed, e.Key+"/"+strconv.Itoa(n)))
		c, err := s.contacts.Get(ctx, id)
		if err == nil && !c.Opens(e.Key) {
			continue
		}
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return "", err
		}
		return s.ensure(ctx, civic.System("mail"), id, who, fiscalcode.Code{})
	}
	return "", civic.NewError(civic.Conflict, "error.conflict")
}

// cutName returns the parts of a name as mail programs show it: "Mario Rossi", or "Rossi, Mario".
func cutName(name string) (given, family string) {
	if strings.Contains(name, "@") {
		return "", ""
	}
	if family, given, ok := strings.Cut(name, ","); ok {
		return strings.TrimSpace(given), strings.TrimSpace(family)
	}
	words := strings.Fields(name)
	if len(words) < 2 {
		return "", name
	}
	return strings.Join(words[:len(words)-1], " "), words[len(words)-1]
}
