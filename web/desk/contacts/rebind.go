package contacts

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// rebindPage shows the accounts bound to a contact, and the contacts of whom it may be the double.
type rebindPage struct {
	Contact    crm.Contact
	Accounts   []accounts.Account
	Candidates []crm.Candidate
	Reference  deskui.Reference
	Form       ui.Form
	Chosen     string // the account whose form was refused
	Moved      bool   // that account belongs to another contact by now
}

func (p rebindPage) path() string { return rebindPath(p.Contact.ID) }

func rebindPath(contact civic.ID) string { return "/desk/contacts/" + string(contact) + "/accounts" }

// formFor returns the form of one account.
func (p rebindPage) formFor(account civic.ID) ui.Form {
	return p.Form.ForItem("a"+string(account), p.Chosen == string(account))
}

// options lists the contacts an account may be bound to.
func (p rebindPage) options(f ui.Frame) []ui.Option {
	var options []ui.Option
	for _, c := range p.Candidates {
		o := deskui.ContactOption(f.L, c.Contact, p.Reference)
		o.Hint = strings.TrimPrefix(o.Hint+" · "+deskui.Reasons(f, c), " · ")
		options = append(options, o)
	}
	return append(options, ui.Option{Value: "", Label: f.T("accounts.rebind.other")})
}

// contactAccounts shows which accounts are bound to a contact.
func (p *Pages) contactAccounts(r *page.Request) error {
	return p.showRebind(r, http.StatusOK, r.NewForm(nil), "")
}

func (p *Pages) showRebind(r *page.Request, status int, form ui.Form, chosen string) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view := rebindPage{Form: form, Chosen: chosen, Moved: status == http.StatusConflict}
	if view.Contact, err = p.CRM.Contact(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if view.Accounts, err = p.Accounts.AccountsOf(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	if view.Candidates, err = p.CRM.CandidatesOf(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Page(status, contactAccounts(r.Frame(r.T("accounts.rebind.title")), view))
}

// rebindAccount binds an account to another contact.
func (p *Pages) rebindAccount(r *page.Request) error {
	form := r.Form()
	account, contact, reason := form.ID("account"), form.ID("contact"), form.Line("reason", 300)
	typed := contact == ""
	if other := strings.TrimSpace(form.String("other")); typed {
		contact = civic.ID(other[strings.LastIndex(other, "/")+1:]) // the address of the page, or its end
	}
	from, err := r.ID("id")
	if err != nil {
		return err
	}
	if err = form.Err(); err == nil {
		err = p.Accounts.Rebind(r.Context(), r.Actor,
			accounts.Rebinding{Account: account, From: from, To: contact, Reason: reason})
	}
	if typed {
		err = onField(err, "contact", "other")
	}
	if again, ok := form.Again(err); ok {
		if civic.CodeOf(err) == civic.Conflict {
			return p.showRebind(r, http.StatusConflict, again, "")
		}
		return p.showRebind(r, http.StatusUnprocessableEntity, again, string(account))
	}
	if err != nil {
		return err
	}
	return r.Redirect(rebindPath(contact), civic.Msg("accounts.rebind.done"))
}

// onField returns err with what it says of one field said of another, where the form asked for it.
func onField(err error, field, asked string) error {
	e, ok := errors.AsType[*civic.Error](err)
	if !ok || len(e.Fields) == 0 {
		return err
	}
	moved := *e
	moved.Fields = slices.Clone(e.Fields)
	for i, f := range moved.Fields {
		if f.Field == field {
			moved.Fields[i].Field = asked
		}
	}
	return &moved
}
