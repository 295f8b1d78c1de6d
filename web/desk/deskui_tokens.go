package desk

import (
	"strings"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/locale"
	"ascolto/web/page"
)

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
func tokenRows(r *page.Request, known *accounts.Service, account civic.ID) ([]tokenRow, error) {
	tokens, err := known.AccessTokens(r.Context(), r.Actor, account)
	if err != nil {
		return nil, err
	}
	rows := make([]tokenRow, len(tokens))
	for i, t := range tokens {
		rows[i] = tokenRowOf(r.L, t)
	}
	return rows, nil
}
