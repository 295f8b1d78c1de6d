package desk

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/locale"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

const (
	accountPath = "/desk/account"
	tokensPath  = accountPath + "/tokens"
)

// tokenDays are the lives that a token can be given, in days.
func tokenDays() []int { return []int{30, 90, 180, accounts.MaxTokenDays} }

// tokenRow is an access token as lists show it.
type tokenRow struct {
	accounts.AccessToken
	Path   string
	Scopes string
	Over   bool
}

func tokenRowOf(l *locale.Localizer, t accounts.AccessToken) tokenRow {
	words := make([]string, len(t.Scopes))
	for i, s := range t.Scopes {
		words[i] = l.T("accounts.permission." + string(s))
	}
	return tokenRow{AccessToken: t, Path: tokensPath + "/" + string(t.ID), Scopes: strings.Join(words, ", "),
		Over: t.Ended(time.Now())}
}

// tokenRows returns the tokens of an account as a list shows them.
func (p *Pages) tokenRows(v *visit.Visit, account civic.ID) ([]tokenRow, error) {
	tokens, err := p.Accounts.AccessTokens(v.Context(), v.Actor, account)
	if err != nil {
		return nil, err
	}
	rows := make([]tokenRow, len(tokens))
	for i, t := range tokens {
		rows[i] = tokenRowOf(v.L, t)
	}
	return rows, nil
}

// tokenScopes returns the permissions that who asks can give to a program: their own among those that
// programs use.
func (p *Pages) tokenScopes(v *visit.Visit) []ui.Option {
	var options []ui.Option
	for _, scope := range p.TokenScopes {
		if v.Actor.Allowed(scope) {
			options = append(options, ui.Option{Value: string(scope), Label: v.T("accounts.permission." +
				string(scope))})
		}
	}
	return options
}

// NewToken asks what a token is for.
func (p *Pages) NewToken(v *visit.Visit) error {
	return p.showNewToken(v, http.StatusOK, v.NewForm(ui.Prefill("days", strconv.Itoa(tokenDays()[1]))))
}

func (p *Pages) showNewToken(v *visit.Visit, status int, form ui.Form) error {
	var days []ui.Option
	for _, n := range tokenDays() {
		days = append(days, ui.Option{Value: strconv.Itoa(n), Label: v.T("accounts.token.days_option",
			civic.Args{"Days": n})})
	}
	return v.Page(status, newToken(accountFrame(v, "accounts.token.new"), form, days, p.tokenScopes(v)))
}

func accountFrame(v *visit.Visit, title string) ui.Frame {
	return v.Frame(v.T(title)).With(v.T("accounts.account.title"), accountPath)
}

// CreateToken makes a token and shows its text, this once: it is no redirect, because no page can show it
// again.
func (p *Pages) CreateToken(v *visit.Visit) error {
	form := v.Form()
	n := accounts.NewAccessToken{FormKey: string(form.Key()), Name: form.String("name"), Days: form.Int("days")}
	for _, scope := range form.Strings("scopes") {
		n.Scopes = append(n.Scopes, civic.Permission(scope))
	}
	var token accounts.AccessToken
	var text string
	err := form.Err()
	if err == nil {
		token, text, err = p.Accounts.CreateAccessToken(v.Context(), v.Actor, n)
	}
	if again, ok := form.Again(err); ok {
		return p.showNewToken(v, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, madeToken(accountFrame(v, "accounts.token.created"), tokenRowOf(v.L, token),
		text))
}

// Token shows a token, and asks before it is revoked.
func (p *Pages) Token(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	t, err := p.Accounts.AccessToken(v.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	f := v.Frame(t.Name)
	if t.AccountID == v.Actor.Account {
		f = f.With(v.T("accounts.account.title"), accountPath)
	} else {
		owner, err := p.Accounts.Staff(v.Context(), v.Actor, t.AccountID)
		if err != nil {
			return err
		}
		f = f.With(v.T("accounts.users.title"), "/desk/users").With(owner.Name, "/desk/users/"+string(owner.ID))
	}
	return v.Page(http.StatusOK, tokenDetails(f, v.NewForm(nil), tokenRowOf(v.L, t)))
}

// RevokeToken makes a token worthless.
func (p *Pages) RevokeToken(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	t, err := p.Accounts.AccessToken(v.Context(), v.Actor, id)
	if err == nil {
		err = p.Accounts.RevokeAccessToken(v.Context(), v.Actor, id)
	}
	if err != nil {
		return err
	}
	back := accountPath
	if t.AccountID != v.Actor.Account {
		back = "/desk/users/" + string(t.AccountID)
	}
	return v.Redirect(back, civic.Msg("accounts.token.revoked"))
}
