package accounts

import (
	"slices"
	"strings"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// The actions about access tokens. Object is the account that the token acts for.
const (
	ActionTokenCreated audit.Action = "accounts.token.created"
	ActionTokenRevoked audit.Action = "accounts.token.revoked"
)

// The bounds of access tokens.
const (
	MaxTokenDays = 365 // how long one lives at most
	maxTokens    = 20  // living ones of an account
	maxTokenName = 100
	usedEvery    = time.Hour           // how often the use of a token is written down, and how exactly
	tokenKept    = 30 * 24 * time.Hour // how long one that has ended is still listed
)

// tokenMark begins every access token, so that tools which look for secrets in the wrong place know one.
const tokenMark = "asc_"

// AccessToken lets a program act for a member of staff (RFC 6750), with those of their permissions that
// they gave it. The text that the program shows is told once; the store only ever sees its hash.
type AccessToken struct {
	docstore.Meta `bson:",inline"`
	AccountID     civic.ID           `bson:"account"`
	Hash          civic.ID           `bson:"hash"`
	Name          string             `bson:"name"`   // what it is for, in its owner's words
	Prefix        string             `bson:"prefix"` // how the text begins, to recognise it by
	Scopes        []civic.Permission `bson:"scopes"`
	Days          int                `bson:"days"` // its life, as it was asked for
	CreatedAt     time.Time          `bson:"createdAt"`
	Until         time.Time          `bson:"until"`
	UsedAt        time.Time          `bson:"usedAt"` // the last time, by the hour; zero when never
}

func accessTokenSpec() docstore.Spec {
	return docstore.Spec{Name: "account_tokens", Indexes: []docstore.Index{
		{Name: "hash", Fields: []string{"hash"}, Unique: true},
		{Name: "account", Fields: []string{"account", "createdAt"}},
		{Name: "until", Fields: []string{"until"}},
	}}
}

// Ended reports whether the life of t is over at an instant.
func (t AccessToken) Ended(now time.Time) bool { return !now.Before(t.Until) }

// NewAccessToken describes a token to make.
type NewAccessToken struct {
	FormKey string
	Name    string
	Days    int
	Scopes  []civic.Permission
}

// parse returns the token that n describes for an account, without its text. Invalid names the fields
// "name", "days" and "scopes"; Forbidden when by lacks a permission that the token is to have.
func (n NewAccessToken) parse(by civic.Actor, now time.Time) (AccessToken, error) {
	t := AccessToken{AccountID: by.Account, Days: n.Days, CreatedAt: now, Until: now.AddDate(0, 0, n.Days)}
	t.ID = "token-" + hashed(string(by.Account)+"/"+n.FormKey)
	var p civic.Problems
	var err error
	t.Name, err = civic.CleanLine(n.Name, maxTokenName)
	p.Check("name", err)
	if err == nil && t.Name == "" {
		p.Add("name", "error.required")
	}
	if n.Days < 1 || n.Days > MaxTokenDays {
		p.Add("days", "accounts.error.token.days", civic.Args{"Max": MaxTokenDays})
	}
	if len(n.Scopes) == 0 {
		p.Add("scopes", "accounts.error.token.scopes")
	}
	for _, scope := range n.Scopes {
		if err := by.Can(scope); err != nil {
			return AccessToken{}, err
		}
	}
	t.Scopes = slices.Compact(slices.Sorted(slices.Values(n.Scopes)))
	return t, p.Err()
}

// newTokenText returns the text of a new access token.
func newTokenText() string { return tokenMark + newToken() }

// prefixOf returns how a token's text begins: six of its 43 signs, which leave enough to guess.
func prefixOf(text string) string { return text[:len(tokenMark)+6] }

// madeAs reports whether t was made by the form that made b.
func (t *AccessToken) madeAs(b AccessToken) bool {
	return t.AccountID == b.AccountID && t.Name == b.Name && t.Days == b.Days &&
		slices.Equal(t.Scopes, b.Scopes)
}

func (t AccessToken) entry(by civic.Actor, action audit.Action) audit.Entry {
	scopes := make([]string, len(t.Scopes))
	for i, s := range t.Scopes {
		scopes[i] = string(s)
	}
	return audit.Entry{By: by, Action: action, Object: t.AccountID, Detail: map[string]string{
		"token": t.Prefix, "permissions": strings.Join(scopes, " "),
		"until": t.Until.In(civic.Rome()).Format(time.DateOnly),
	}}
}
