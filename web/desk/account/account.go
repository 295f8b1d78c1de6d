package account

import (
	"net/http"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// account shows a member of staff their own account: the password, and the browsers they are signed in with.
func (p *Pages) account(r *page.Request) error {
	return p.showAccount(r, http.StatusOK, r.NewForm(nil))
}

func (p *Pages) showAccount(r *page.Request, status int, form ui.Form) error {
	sessions, err := p.Accounts.Sessions(r.Context(), r.Actor, r.Actor.Account)
	if err != nil {
		return err
	}
	tokens, err := deskui.TokenRows(r, p.Accounts, r.Actor.Account)
	if err != nil {
		return err
	}
	return r.Page(status, account(r.Frame(r.T("accounts.account.title")), form, r.SessionRows(sessions),
		tokens, len(p.tokenScopes(r)) > 0))
}

// changePassword gives the account another password; this browser stays signed in, all others do not.
func (p *Pages) changePassword(r *page.Request) error {
	form := r.Form()
	session, err := p.Accounts.Session(r.Context(), r.Cookie())
	if err != nil {
		return err
	}
	var in accounts.SignIn
	if err = form.Err(); err == nil {
		in, err = p.Accounts.ChangePassword(r.Context(), session, form.Raw("current"), form.Raw("password"),
			r.Browser())
	}
	if again, ok := form.Again(err); ok {
		return p.showAccount(r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	r.Welcome(in)
	return r.Redirect("/desk/account", civic.Msg("accounts.account.password_changed"))
}

// endSession ends one of the sessions of who asks.
func (p *Pages) endSession(r *page.Request) error {
	if err := deskui.EndSession(r, p.Accounts); err != nil {
		return err
	}
	return r.Redirect("/desk/account", civic.Msg("accounts.session.ended"))
}
