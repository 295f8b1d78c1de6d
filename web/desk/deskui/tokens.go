package deskui

import (
	"strings"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/locale"
	"ascolto/web/page"
)

// TokenRow is an access token as lists show it.
type TokenRow struct {
	accounts.AccessToken
	Path   string
	Scopes string
	Over   bool
}

// TokenRowOf returns an access token as lists show it.
func TokenRowOf(l *locale.Localizer, t accounts.AccessToken) TokenRow {
	words := make([]string, len(t.Scopes))
	for i, s := range t.Scopes {
		words[i] = l.T("accounts.permission." + string(s))
	}
	return TokenRow{AccessToken: t, Path: TokensPath + "/" + string(t.ID), Scopes: strings.Join(words, ", "),
		Over: t.Ended(time.Now())}
}

// TokenRows returns the tokens of an account as a list shows them.
func TokenRows(r *page.Request, known *accounts.Service, account civic.ID) ([]TokenRow, error) {
	tokens, err := known.AccessTokens(r.Context(), r.Actor, account)
	if err != nil {
		return nil, err
	}
	rows := make([]TokenRow, len(tokens))
	for i, t := range tokens {
		rows[i] = TokenRowOf(r.L, t)
	}
	return rows, nil
}
