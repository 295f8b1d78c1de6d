package personal

import (
	"net/http"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/reach"
	"ascolto/web/page"
	"ascolto/web/ui"
)

const addressesPath = "/area-personale/indirizzi"

// addressesPage is what is known of a person's addresses, and what an identity provider told that differs.
type addressesPage struct {
	Contact   crm.Contact
	Form      ui.Form
	Typed     string // the address whose code was refused
	Proposals []crm.Proposal
}

// formFor returns the form of one address.
func (p addressesPage) formFor(e reach.Email) ui.Form { return p.Form.ForItem(e.Key, p.Typed == e.Key) }

// addresses lists a person's addresses, with a form for the code of each that is to be confirmed.
func (p *Pages) addresses(r *page.Request) error {
	return p.showAddresses(r, http.StatusOK, r.NewForm(nil), "")
}

func (p *Pages) showAddresses(r *page.Request, status int, form ui.Form, typed string) error {
	c, err := p.CRM.OwnContact(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	view := addressesPage{Contact: c, Form: form, Typed: typed, Proposals: c.OpenProposals()}
	return r.Page(status, addresses(r.Frame(r.T("crm.addresses.title")), view))
}

// confirmAddress proves that an address is the person's, by the code that was sent there.
func (p *Pages) confirmAddress(r *page.Request) error {
	form := r.Form()
	e, err := p.ownAddress(r, form.String("email"))
	if err != nil {
		return err
	}
	typed := form.String("code")
	if err = form.Err(); err == nil {
		err = p.Accounts.ConfirmAddress(r.Context(), r.Actor, e.Address, typed, r.Browser())
	}
	if again, ok := form.Again(err); ok {
		return p.showAddresses(r, http.StatusUnprocessableEntity, again, e.Key)
	}
	if err != nil {
		return err
	}
	return r.Redirect(addressesPath,
		civic.Message{Key: "crm.addresses.confirmed", Args: civic.Args{"Email": e.Address}})
}

// sendAddressCode sends a code to an address that is to be confirmed.
func (p *Pages) sendAddressCode(r *page.Request) error {
	form := r.Form()
	e, err := p.ownAddress(r, form.String("email"))
	if err == nil {
		err = form.Err()
	}
	if err != nil {
		return err
	}
	return r.Redirect(addressesPath, p.mailAddressCode(r, e))
}

// mailAddressCode sends a code and returns what to say about it: an address that was saved is saved, whether
// the mail leaves or not.
func (p *Pages) mailAddressCode(r *page.Request, e reach.Email) civic.Message {
	args := civic.Args{"Email": e.Address}
	if err := p.Accounts.AskConfirmation(r.Context(), r.Actor, e.Address, string(r.Lang), r.Browser()); err !=
		nil {
		return civic.Message{Key: "crm.addresses.not_sent", Args: args}
	}
	return civic.Message{Key: "crm.addresses.sent", Args: args}
}

// ownAddress returns the address of the person's contact that typed is, or NotFound.
func (p *Pages) ownAddress(r *page.Request, typed string) (reach.Email, error) {
	c, err := p.CRM.OwnContact(r.Context(), r.Actor)
	if err != nil {
		return reach.Email{}, err
	}
	e, _ := reach.ParseEmail(typed)
	for _, own := range c.Emails {
		if own.Key == e.Key {
			return own, nil
		}
	}
	return reach.Email{}, civic.NewError(civic.NotFound, "error.not_found")
}

// confirmNew sends a code to each address that before did not wait to be confirmed and after does; where it
// leads, and what it says.
func (p *Pages) confirmNew(r *page.Request, before, after crm.Contact) (to string, said []civic.Message) {
	to, said = "/area-personale/profilo", []civic.Message{civic.Msg("crm.profile.saved")}
	for _, e := range after.Emails {
		if after.Awaits(e.Key) && !before.Awaits(e.Key) {
			to, said = addressesPath, append(said, p.mailAddressCode(r, e))
		}
	}
	return to, said
}

// answerProposal takes or declines what an identity provider told of the person.
func (p *Pages) answerProposal(r *page.Request) error {
	form := r.Form()
	field, take := crm.ProposalField(form.String("field")), form.Either("answer", "take", "decline")
	err := form.Err()
	if err == nil {
		err = p.CRM.AnswerProposal(r.Context(), r.Actor, field, take)
	}
	if again, ok := form.Again(err); ok {
		return p.showAddresses(r, http.StatusUnprocessableEntity, again, "")
	}
	if err != nil {
		return err
	}
	said := civic.Msg("crm.proposal.declined")
	if take {
		said = civic.Msg("crm.proposal.taken")
	}
	return r.Redirect(addressesPath, said)
}
