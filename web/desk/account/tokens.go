package account

import (
	"net/http"
	"strconv"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

const accountPath = "/desk/account"

// tokenDays are the lives that a token can be given, in days.
func tokenDays() []int { return []int{30, 90, 180, accounts.MaxTokenDays} }

// tokenScopes returns the permissions that who asks can give to a program: their own among those that
// programs use.
func (p *Pages) tokenScopes(r *page.Request) []ui.Option {
	var options []ui.Option
	for _, scope := range p.TokenScopes {
		if r.Actor.Allowed(scope) {
			options = append(options, ui.Option{Value: string(scope), Label: r.T("accounts.permission." +
				string(scope))})
		}
	}
	return options
}

// newToken asks what a token is for.
func (p *Pages) newToken(r *page.Request) error {
	return p.showNewToken(r, http.StatusOK, r.NewForm(ui.Prefill("days", strconv.Itoa(tokenDays()[1]))))
}

func (p *Pages) showNewToken(r *page.Request, status int, form ui.Form) error {
	var days []ui.Option
	for _, n := range tokenDays() {
		days = append(days, ui.Option{Value: strconv.Itoa(n), Label: r.T("accounts.token.days_option",
			civic.Args{"Days": n})})
	}
	return r.Page(status, newToken(accountFrame(r, "accounts.token.new"), form, days, p.tokenScopes(r)))
}

func accountFrame(r *page.Request, title string) ui.Frame {
	return r.Frame(r.T(title)).With(r.T("accounts.account.title"), accountPath)
}

// createToken makes a token and shows its text, this once: it is no redirect, because no page can show it
// again.
func (p *Pages) createToken(r *page.Request) error {
	form := r.Form()
	n := accounts.NewAccessToken{FormKey: string(form.Key()), Name: form.String("name"),
		Days: form.Int("days")}
	for _, scope := range form.Strings("scopes") {
		n.Scopes = append(n.Scopes, civic.Permission(scope))
	}
	var token accounts.AccessToken
	var text string
	err := form.Err()
	if err == nil {
		token, text, err = p.Accounts.CreateAccessToken(r.Context(), r.Actor, n)
	}
	if again, ok := form.Again(err); ok {
		return p.showNewToken(r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK,
		madeToken(accountFrame(r, "accounts.token.created"), deskui.TokenRowOf(r.L, token),
			text))
}

// token shows a token, and asks before it is revoked.
func (p *Pages) token(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	t, err := p.Accounts.AccessToken(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	f := r.Frame(t.Name)
	if t.AccountID == r.Actor.Account {
		f = f.With(r.T("accounts.account.title"), accountPath)
	} else {
		owner, err := p.Accounts.Staff(r.Context(), r.Actor, t.AccountID)
		if err != nil {
			return err
		}
		f = f.With(r.T("accounts.users.title"), "/desk/users").With(owner.Name,
			"/desk/users/"+string(owner.ID))
	}
	return r.Page(http.StatusOK, tokenDetails(f, r.NewForm(nil), deskui.TokenRowOf(r.L, t)))
}

// revokeToken makes a token worthless.
func (p *Pages) revokeToken(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	t, err := p.Accounts.AccessToken(r.Context(), r.Actor, id)
	if err == nil {
		err = p.Accounts.RevokeAccessToken(r.Context(), r.Actor, id)
	}
	if err != nil {
		return err
	}
	back := accountPath
	if t.AccountID != r.Actor.Account {
		back = "/desk/users/" + string(t.AccountID)
	}
	return r.Redirect(back, civic.Msg("accounts.token.revoked"))
}
