package desk

import (
	"net/http"
	"net/url"
	"slices"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// contactsPage is the list of contacts, or what a search found among them.
type contactsPage struct {
	Text      string // searched for
	District  civic.ID
	Order     crm.ContactOrder
	Items     []crm.Contact
	Similar   []crm.Contact // named like what was searched for
	Reference reference
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

// Contacts lists contacts by name, or shows what a search finds.
func (p *Pages) Contacts(v *visit.Visit) error {
	page := contactsPage{Text: v.Query("q"), District: civic.ID(v.Query("district")), Order: crm.ContactOrder(v.Query("order")), MayWrite: v.Actor.Allowed(crm.PermWriteContacts)}
	var err error
	if page.Reference, err = p.reference(v); err != nil {
		return err
	}
	if page.Text != "" {
		page.Items, page.Similar, err = p.CRM.FindContacts(v.Context(), v.Actor, page.Text, page.District)
	} else {
		var list civic.Page[crm.Contact]
		list, err = p.CRM.Contacts(v.Context(), v.Actor, crm.ContactFilter{District: page.District, Order: page.Order}, rows(v))
		page.Items, page.Paging = list.Items, ui.PagingBy("/desk/contacts", v.Queries(), list.Next)
		if page.MayExport = v.Actor.Allowed(crm.PermExportContacts); page.MayExport {
			page.Form = v.NewForm(nil)
		}
	}
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, contactList(v.Frame(v.T("crm.contacts.title")), page))
}

// ExportContacts sends the list of contacts as a table.
func (p *Pages) ExportContacts(v *visit.Visit) error {
	if err := v.Actor.Can(crm.PermExportContacts); err != nil {
		return err
	}
	filter := crm.ContactFilter{District: civic.ID(v.Query("district"))}
	return v.Stream("contatti.csv", csvType, p.contactsTable(v.Actor, filter))
}

// AskContactExport sends the list of contacts at once, or, when it is large, has it made.
func (p *Pages) AskContactExport(v *visit.Visit) error {
	district := v.Form().ID("district")
	if err := v.Form().Err(); err != nil {
		return err
	}
	task, long, err := p.CRM.LongContactExport(v.Context(), v.Actor, district)
	if err != nil {
		return err
	}
	return p.export(v, task, long, "/desk/contacts/export?"+url.Values{"district": {string(district)}}.Encode())
}

// contactPage is a contact as staff see it.
type contactPage struct {
	Contact     crm.Contact
	Topics      []topicConsent
	History     []crm.Consent // newest first
	Timeline    []ui.Event
	Paging      ui.Paging
	Reference   reference
	Form        ui.Form // its tokens serve every form of the page
	MayWrite    bool
	MayRecord   bool
	MayRebind   bool
	MayIdentify bool
}

// topicConsent is where a contact stands with a topic, by each channel.
type topicConsent struct {
	Topic crm.Topic
	Given []crm.Channel // the channels consented to now
}

// Contact shows a contact: data, consents, timeline.
func (p *Pages) Contact(v *visit.Visit) error {
	return p.showContact(v, http.StatusOK, v.NewForm(nil))
}

func (p *Pages) showContact(v *visit.Visit, status int, form ui.Form) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	page := contactPage{Form: form, MayWrite: v.Actor.Allowed(crm.PermWriteContacts), MayRecord: v.Actor.Allowed(crm.PermWriteInteractions),
		MayRebind: v.Actor.Allowed(accounts.PermRebind), MayIdentify: v.Actor.Allowed(forum.PermIdentify)}
	if page.Contact, err = p.CRM.Contact(v.Context(), v.Actor, id); err != nil {
		return err
	}
	if page.Reference, err = p.reference(v); err != nil {
		return err
	}
	entries, err := p.CRM.Timeline(v.Context(), v.Actor, id, v.PageRequest())
	if err != nil {
		return err
	}
	traces, err := p.Forum.Traces(v.Context(), crm.RefsOf(entries.Items, forum.ActivityPost))
	if err != nil {
		return err
	}
	page.Timeline, page.Paging = page.Reference.events(v, entries.Items, traces), ui.PagingBy("/desk/contacts/"+string(id), v.Queries(), entries.Next).NewestFirst()
	page.Topics, page.History = consentsOf(page.Contact, page.Reference.Topics)
	return v.Page(status, contactDetails(v.Frame(calledOf(v.L, page.Contact)), page))
}

// consentsOf returns where a contact stands with each topic that is in use, and the rows of consents, newest first.
func consentsOf(c crm.Contact, topics []crm.Topic) (now []topicConsent, history []crm.Consent) {
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

// SetConsent adds to a contact's consents.
func (p *Pages) SetConsent(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	form := v.Form()
	in := crm.ConsentInput{
		Topic: form.ID("topic"), Channel: crm.Channel(form.String("channel")), Given: form.Either("choice", "give", "withdraw"),
		Version: form.Int("version"), Language: form.String("language"), Source: crm.Source(form.String("source")),
	}
	if err = form.Err(); err == nil {
		_, err = p.CRM.SetConsent(v.Context(), v.Actor, id, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showContact(v, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return v.Redirect("/desk/contacts/"+string(id)+"#consensi", civic.Msg("crm.consent.saved"))
}

// receiptPage is the receipt of one row of consents.
type receiptPage struct {
	crm.Receipt
	Reference reference
}

// ConsentReceipt shows one row of a contact's consents with the exact words, to be printed.
func (p *Pages) ConsentReceipt(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	row, err := v.ID("row")
	if err != nil {
		return err
	}
	var page receiptPage
	if page.Receipt, err = p.CRM.ConsentReceipt(v.Context(), v.Actor, id, row); err != nil {
		return err
	}
	if page.Reference, err = p.reference(v); err != nil {
		return err
	}
	return v.Page(http.StatusOK, consentReceipt(v.Frame(v.T("crm.receipt.title")), page))
}
