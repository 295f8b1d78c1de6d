package contacts

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/contactform"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

func (p *Pages) contactsTable(r *page.Request, f crm.ContactFilter) func(context.Context, io.Writer) error {
	by, language := r.Actor, string(r.Lang)
	return func(ctx context.Context, w io.Writer) error {
		return p.CRM.ExportContacts(ctx, by, f, language, w)
	}
}

// contactFormPage is the form by which a contact is made or edited.
type contactFormPage struct {
	Action     string
	Cancel     string
	Name       string // of the contact that is edited
	Form       ui.Form
	Reference  deskui.Reference
	Candidates []crm.Candidate // who it may be already
	Clashes    []ui.Clash      // what somebody else stored meanwhile in fields that were typed into
}

// crumbs returns f below the list of contacts, and below the contact that is edited.
func (p contactFormPage) crumbs(f ui.Frame) ui.Frame {
	f = f.With(f.T("crm.contacts.title"), "/desk/contacts")
	if p.Name != "" {
		f = f.With(p.Name, p.Cancel)
	}
	return f
}

// newContact shows an empty form.
func (p *Pages) newContact(r *page.Request) error {
	return p.contactForm(r, http.StatusOK, contactFormPage{
		Action: "/desk/contacts", Cancel: "/desk/contacts",
		Form: r.NewForm(ui.Prefill("kind", string(crm.Person), "language", civic.Italian)),
	})
}

func (p *Pages) contactForm(r *page.Request, status int, view contactFormPage) error {
	var err error
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	title := r.T("crm.contact.new")
	if id := civic.ID(r.Param("id")); id != "" {
		title = r.T("crm.contact.edit")
		marks, err := p.CRM.Marks(r.Context(), r.Actor, []civic.ID{id})
		if err != nil {
			return err
		}
		if m, known := marks[id]; known {
			view.Name = ui.Person{Name: m.Name, Reach: m.Reach()}.Line(r.L)
		}
	}
	return r.Page(status, contactForm(r.Frame(title), view))
}

// createContact stores a new contact, or shows who it may be already.
func (p *Pages) createContact(r *page.Request) error {
	form := r.Form()
	in := contactform.Input(form)
	var contact crm.Contact
	err := form.Err()
	if err == nil {
		contact, err = p.CRM.CreateContact(r.Context(), r.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		view := contactFormPage{Action: "/desk/contacts", Cancel: "/desk/contacts", Form: again}
		if d, ok := errors.AsType[*crm.Duplicates](err); ok {
			view.Candidates = d.Candidates
		}
		return p.contactForm(r, http.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	return r.Redirect("/desk/contacts/"+string(contact.ID), civic.Msg("crm.contact.created"))
}

// editContact shows the form with what is stored.
func (p *Pages) editContact(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	c, err := p.CRM.Contact(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	code, err := p.CRM.FiscalCode(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	values := contactform.Values(c, false)
	values.Set("fiscal_code", code)
	path := "/desk/contacts/" + string(id)
	return p.contactForm(r, http.StatusOK,
		contactFormPage{Action: path, Cancel: path, Form: r.NewForm(values)})
}

// updateContact stores an edited contact, or shows what somebody else changed meanwhile.
func (p *Pages) updateContact(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form, path := r.Form(), "/desk/contacts/"+string(id)
	in := contactform.Input(form)
	if err = form.Err(); err == nil {
		_, err = p.CRM.UpdateContact(r.Context(), r.Actor, id, in)
	}
	view := contactFormPage{Action: path, Cancel: path}
	show, readErr := p.contactShows(r, err)
	if readErr != nil {
		return readErr
	}
	var ok bool
	if view.Form, view.Clashes, ok = page.ConflictForm(form, err, show); !ok {
		view.Form, ok = form.Again(err)
	}
	if ok {
		return p.contactForm(r, http.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	return r.Redirect(path, civic.Msg("crm.contact.saved"))
}

// contactShows returns how the form shows a contact, when err is a conflict of two edits. Fiscal codes are
// opened for it, the one that is stored and the one that was typed.
func (p *Pages) contactShows(req *page.Request, err error) (show page.ConflictView[crm.Contact], _ error) {
	conflict, ok := errors.AsType[*crm.ContactConflict](err)
	if !ok {
		return show, nil
	}
	r, err := deskui.ReadReference(req, p.Reference)
	if err != nil {
		return show, err
	}
	codes, err := p.CRM.ConflictCodes(req.Context(), req.Actor, conflict)
	show.Values = func(c crm.Contact) url.Values {
		values := contactform.Values(c, false)
		values.Set("fiscal_code", codes[c.CodeDigest])
		return values
	}
	show.Field = func(field string, of crm.Contact) (label, value string) {
		if label, value = r.Names().ClashWords(req.L, field, of); field == "fiscal_code" {
			value = codes[of.CodeDigest]
		}
		return label, value
	}
	return show, err
}
