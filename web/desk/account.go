package desk

import (
	"net/http"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// Account shows a member of staff their own account: the password, and the browsers they are signed in with.
func (p *Pages) Account(v *visit.Visit) error {
	return p.showAccount(v, http.StatusOK, v.NewForm(nil))
}

func (p *Pages) showAccount(v *visit.Visit, status int, form ui.Form) error {
	sessions, err := p.Accounts.Sessions(v.Context(), v.Actor, v.Actor.Account)
	if err != nil {
		return err
	}
	tokens, err := p.tokenRows(v, v.Actor.Account)
	if err != nil {
		return err
	}
	return v.Page(status, account(v.Frame(v.T("accounts.account.title")), form, v.SessionRows(sessions), tokens))
}

// ChangePassword gives the account another password; this browser stays signed in, all others do not.
func (p *Pages) ChangePassword(v *visit.Visit) error {
	form := v.Form()
	session, err := p.Accounts.Session(v.Context(), v.Cookie())
	if err != nil {
		return err
	}
	var in accounts.SignIn
	if err = form.Err(); err == nil {
		in, err = p.Accounts.ChangePassword(v.Context(), session, form.Raw("current"), form.Raw("password"), v.Browser())
	}
	if again, ok := form.Again(err); ok {
		return p.showAccount(v, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	v.Welcome(in)
	return v.Redirect("/desk/account", civic.Msg("accounts.account.password_changed"))
}

// EndSession ends one of the sessions of who asks.
func (p *Pages) EndSession(v *visit.Visit) error {
	if err := p.revoke(v); err != nil {
		return err
	}
	return v.Redirect("/desk/account", civic.Msg("accounts.session.ended"))
}

func (p *Pages) revoke(v *visit.Visit) error {
	form := v.Form()
	session := form.ID("session")
	if err := form.Err(); err != nil {
		return err
	}
	return p.Accounts.Revoke(v.Context(), v.Actor, session)
}
