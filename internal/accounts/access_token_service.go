package accounts

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// CreateAccessToken makes a token that acts for by, and returns it with its text, which nobody can be
// told again: for a form that made a token before, the text is empty. Invalid names the fields "name",
// "days" and "scopes"; Conflict when by has too many; Forbidden for who is no staff, and for scopes that
// by lacks.
func (s *Service) CreateAccessToken(ctx context.Context, by civic.Actor, n NewAccessToken) (AccessToken,
	string, error) {
	if by.Account == "" || !by.IsStaff() || by.Token != "" {
		return AccessToken{}, "", civic.NewError(civic.Forbidden, "error.forbidden")
	}
	t, err := n.parse(by, s.clock.now())
	if err != nil {
		return AccessToken{}, "", err
	}
	if err := s.roomForToken(ctx, t); err != nil {
		return AccessToken{}, "", err
	}
	text, asked := newTokenText(), t
	t.Hash, t.Prefix = hashed(text), prefixOf(text)
	t, err = s.tokens.Create(ctx, &t, docstore.Creation[AccessToken]{
		Same: func(stored *AccessToken) bool { return stored.madeAs(asked) },
		Effects: func(ctx context.Context, stored *AccessToken, again bool) error {
			if again {
				text = ""
			}
			return s.audit.Entered(ctx, stored.entry(by, ActionTokenCreated), again, stored.CreatedAt)
		},
	})
	if err != nil {
		return AccessToken{}, "", err
	}
	return t, text, nil
}

// roomForToken returns Conflict when the account of t has as many living tokens as it may have.
func (s *Service) roomForToken(ctx context.Context, t AccessToken) error {
	n := 0
	for other, err := range s.tokens.All(ctx, tokensOf(t.AccountID)) {
		if err != nil {
			return err
		}
		if other.ID == t.ID {
			return nil // the form was sent before
		}
		if !other.Ended(t.CreatedAt) {
			n++
		}
	}
	if n >= maxTokens {
		return &civic.Error{Code: civic.Conflict, Message: civic.Message{Key: "accounts.error.token.many",
			Args: civic.Args{"Max": maxTokens}}}
	}
	return nil
}

// AccessTokens returns the tokens of an account, the newest first, those that have ended lately with
// them: one's own, or anybody's with PermManage.
func (s *Service) AccessTokens(ctx context.Context, by civic.Actor, account civic.ID) ([]AccessToken, error) {
	if err := mayHandle(by, account); err != nil {
		return nil, err
	}
	var all []AccessToken
	for t, err := range s.tokens.All(ctx, tokensOf(account)) {
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	slices.Reverse(all)
	return all, nil
}

// AccessToken returns a token by its id: one's own, or anybody's with PermManage; NotFound for any other.
func (s *Service) AccessToken(ctx context.Context, by civic.Actor, id civic.ID) (AccessToken, error) {
	t, err := s.tokens.Get(ctx, id)
	if err == nil && mayHandle(by, t.AccountID) != nil {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	if err != nil {
		return AccessToken{}, err
	}
	return t, nil
}

// RevokeAccessToken makes a token worthless at once: one's own, or anybody's with PermManage; NotFound
// for any other.
func (s *Service) RevokeAccessToken(ctx context.Context, by civic.Actor, id civic.ID) error {
	t, err := s.AccessToken(ctx, by, id)
	if err != nil {
		return err
	}
	// It is worthless first, then audited, then gone: who died in between does the rest when asked again.
	_, err = s.tokens.Edit(ctx, id, func(t *AccessToken) error {
		if now := s.clock.now(); !t.Ended(now) {
			t.Until = now
		}
		return nil
	})
	if err != nil { // as where there is no room to write, but to take away
		return cmp.Or(s.tokens.Delete(ctx, id), err)
	}
	e := t.entry(by, ActionTokenRevoked)
	e.Key = civic.Key(civic.ID(ActionTokenRevoked), id)
	if err := s.audit.Write(ctx, e); err != nil {
		return err
	}
	return s.tokens.Delete(ctx, id)
}

// dropTokens removes the tokens of an account.
func (s *Service) dropTokens(ctx context.Context, account civic.ID) error {
	for t, err := range s.tokens.All(ctx, tokensOf(account)) {
		if err == nil {
			err = s.tokens.Delete(ctx, t.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func tokensOf(account civic.ID) docstore.Query {
	return docstore.Query{Filter: docstore.Filter{docstore.Eq("account", account)},
		Sort: []string{"createdAt"}, Limit: 200}
}

// TokenActor returns who acts by the text of an access token, without permissions, and those it may have
// at most. Unauthenticated when there is no such token, it has ended, or its owner may not sign in;
// nothing is cached, so that each of these counts at once. Whoever tries texts that are no tokens is
// Limited after some, as who guesses passwords.
func (s *Service) TokenActor(ctx context.Context, text string, from netip.Addr) (civic.Actor,
	[]civic.Permission, error) {
	t, err := s.tokenOf(ctx, text)
	if civic.CodeOf(err) == civic.Unauthenticated {
		return civic.Actor{}, nil, cmp.Or(s.guard.failedToken(ctx, from), err)
	}
	if err != nil {
		return civic.Actor{}, nil, err
	}
	a, err := s.accounts.Get(ctx, t.AccountID)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return civic.Actor{}, nil, err
	}
	now := s.clock.now()
	if err != nil || a.Disabled || !a.Staff || t.Ended(now) {
		return civic.Actor{}, nil, outdated()
	}
	if err := s.useToken(ctx, t, now); err != nil {
		return civic.Actor{}, nil, err
	}
	by := a.actor("")
	by.Token = t.Prefix
	return by, t.Scopes, nil
}

// tokenOf returns the token of a text, or Unauthenticated.
func (s *Service) tokenOf(ctx context.Context, text string) (AccessToken, error) {
	if !strings.HasPrefix(text, tokenMark) || len(text) != len(tokenMark)+len(newToken()) {
		return AccessToken{}, outdated()
	}
	page, err := s.tokens.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.Eq("hash", hashed(text))},
		Limit: 1})
	if err != nil {
		return AccessToken{}, err
	}
	if len(page.Items) == 0 {
		return AccessToken{}, outdated()
	}
	return page.Items[0], nil
}

var errNoted = errors.New("accounts: the use of the token is written down")

// useToken writes down, by the hour, that a token is in use, unless it was revoked meanwhile. Where there
// is no room to write, its program can go on reading.
func (s *Service) useToken(ctx context.Context, t AccessToken, now time.Time) error {
	hour := now.Truncate(usedEvery)
	if t.UsedAt.Equal(hour) {
		return nil
	}
	_, err := s.tokens.Update(ctx, t.ID, func(t *AccessToken) error {
		if t.UsedAt.Equal(hour) {
			return errNoted
		}
		t.UsedAt = hour
		return nil
	})
	switch code := civic.CodeOf(err); {
	case code == civic.NotFound:
		return outdated()
	// others of its requests noted it
	case code == civic.Full, code == civic.Conflict, errors.Is(err, errNoted):
		return nil
	}
	return err
}
