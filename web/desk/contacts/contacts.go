package contacts

import (
	"net/http"
	"net/url"
	"slices"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	town "ascolto/internal/reference"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// contactsPage is the list of contacts, or what a search found among them.
type contactsPage struct {
	Text      string // searched for
	District  civic.ID
	Order     crm.ContactOrder
	Items     []crm.Contact
	Similar   []crm.Contact // named like what was searched for
	Reference deskui.Reference
	Paging    ui.Paging
	MayWrite  bool
	MayExport bool
	Form      ui.Form
}

// emptyKey says why no contact is shown: nothing was found, or there is none.
func (p contactsPage) emptyKey() string {
	if p.Text != "" || p.District != "" {
		return "crm.contacts.none"
	}
	return "crm.contacts.empty"
}

// contacts lists contacts by name, or shows what a search finds.
func (p *Pages) contacts(r *page.Request) error {
	view := contactsPage{Text: r.Query("q"), District: civic.ID(r.Query("district")),
		Order: crm.ContactOrder(r.Query("order")), MayWrite: r.Actor.Allowed(crm.PermWriteContacts)}
	var err error
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	if view.Text != "" {
		view.Items, view.Similar, err = p.CRM.FindContacts(r.Context(), r.Actor, view.Text, view.District)
	} else {
		var list civic.Page[crm.Contact]
		list, err = p.CRM.Contacts(r.Context(), r.Actor,
			crm.ContactFilter{District: view.District, Order: view.Order}, deskui.Rows(r))
		view.Items, view.Paging = list.Items, ui.PagingBy("/desk/contacts", r.Queries(), list.Next)
		if view.MayExport = r.Actor.Allowed(crm.PermExportContacts); view.MayExport {
			view.Form = r.NewForm(nil)
		}
	}
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, contactList(r.Frame(r.T("crm.contacts.title")), view))
}

// exportContacts sends the list of contacts as a table.
func (p *Pages) exportContacts(r *page.Request) error {
	if err := r.Actor.Can(crm.PermExportContacts); err != nil {
		return err
	}
	filter := crm.ContactFilter{District: civic.ID(r.Query("district"))}
	return r.Stream("contatti.csv", deskui.CSV, p.contactsTable(r, filter))
}

// askContactExport sends the list of contacts at once, or, when it is large, has it made.
func (p *Pages) askContactExport(r *page.Request) error {
	district := r.Form().ID("district")
	if err := r.Form().Err(); err != nil {
		return err
	}
	task, long, err := p.CRM.LongContactExport(r.Context(), r.Actor, district, string(r.Lang))
	if err != nil {
		return err
	}
	return deskui.Export(r, p.Work, task, long,
		"/desk/contacts/export?"+url.Values{"district": {string(district)}}.Encode())
}

// contactPage is a contact as staff see it.
type contactPage struct {
	Contact     crm.Contact
	Topics      []topicConsent
	History     []crm.Consent // newest first
	Timeline    []ui.Event
	Paging      ui.Paging
	Reference   deskui.Reference
	Form        ui.Form // its tokens serve every form of the page
	MayWrite    bool
	MayRecord   bool
	MayRequest  bool // file a request for them
	MayRebind   bool
	MayIdentify bool
	MayErase    bool
}

// topicConsent is where a contact stands with a topic, by each channel.
type topicConsent struct {
	Topic town.Topic
	Given []crm.Channel // the channels consented to now
}

// contact shows a contact: data, consents, timeline.
func (p *Pages) contact(r *page.Request) error {
	return p.showContact(r, http.StatusOK, r.NewForm(nil))
}

func (p *Pages) showContact(r *page.Request, status int, form ui.Form) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view := contactPage{Form: form, MayWrite: r.Actor.Allowed(crm.PermWriteContacts),
		MayRecord:  r.Actor.Allowed(crm.PermWriteInteractions),
		MayRequest: r.Actor.Allowed(requests.PermWrite),
		MayRebind:  r.Actor.Allowed(accounts.PermRebind), MayIdentify: r.Actor.Allowed(forum.PermIdentify),
		MayErase: r.Actor.Allowed(civic.PermErase)}
	if view.Contact, err = p.CRM.Contact(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	entries, err := p.CRM.Timeline(r.Context(), r.Actor, id, r.PageRequest())
	if err != nil {
		return err
	}
	known, err := p.known(r, entries.Items)
	if err != nil {
		return err
	}
	view.Timeline, view.Paging = events(view.Reference, r, entries.Items, known),
		ui.PagingBy("/desk/contacts/"+string(id), r.Queries(), entries.Next).NewestFirst()
	view.Topics, view.History = consentsOf(view.Contact, view.Reference.Topics)
	return r.Page(status, contactDetails(r.Frame(deskui.Called(r.L, view.Contact)), view))
}

// consentsOf returns where a contact stands with each topic that is in use, and the rows of consents, newest
// first.
func consentsOf(c crm.Contact, topics []town.Topic) (now []topicConsent, history []crm.Consent) {
	for _, t := range topics {
		stand := topicConsent{Topic: t}
		for _, channel := range crm.ConsentChannels() {
			if c.ConsentsTo(t.ID, channel) {
				stand.Given = append(stand.Given, channel)
			}
		}
		if !t.Inactive || len(stand.Given) > 0 {
			now = append(now, stand)
		}
	}
	history = slices.Clone(c.Consents)
	slices.Reverse(history) // of the same moment the row added last comes first
	slices.SortStableFunc(history, func(a, b crm.Consent) int { return b.At.Compare(a.At) })
	return now, history
}

// setConsent adds to a contact's consents.
func (p *Pages) setConsent(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	in := crm.ConsentInput{
		Topic: form.ID("topic"), Channel: crm.Channel(form.String("channel")),
		Given:   form.Either("choice", "give", "withdraw"),
		Version: form.Int("version"), Language: form.String("language"),
		Source: crm.Source(form.String("source")),
	}
	if err = form.Err(); err == nil {
		_, err = p.CRM.SetConsent(r.Context(), r.Actor, id, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showContact(r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return r.Redirect("/desk/contacts/"+string(id)+"#consensi", civic.Msg("crm.consent.saved"))
}

// receiptPage is the receipt of one row of consents.
type receiptPage struct {
	crm.Receipt
	Reference deskui.Reference
}

// consentReceipt shows one row of a contact's consents with the exact words, to be printed.
func (p *Pages) consentReceipt(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	row, err := r.ID("row")
	if err != nil {
		return err
	}
	var view receiptPage
	if view.Receipt, err = p.CRM.ConsentReceipt(r.Context(), r.Actor, id, row); err != nil {
		return err
	}
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	return r.Page(http.StatusOK, consentReceipt(r.Frame(r.T("crm.receipt.title")), view))
}
