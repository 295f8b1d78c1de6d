package accounts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// How long the links live. ASVS 5.0, 6.5.5, asks for 10 minutes for codes that are typed; a link with 256
// random bits cannot be guessed, and mail can be slow. An invitation waits until a colleague is at work.
const (
	ResetLife  = 30 * time.Minute
	InviteLife = 72 * time.Hour
)

// resetAsk is a link that somebody asked for. It is written for every address alike, known or not; what is
// known is looked at later, by SendResets, so that the answer neither tells nor takes longer.
type resetAsk struct {
	docstore.Meta `bson:",inline"`
	Login         string    `bson:"login"` // key of the address
	Lang          string    `bson:"lang"`
	Invite        bool      `bson:"invite"` // a colleague invites to set a first password
	At            time.Time `bson:"at"`
	TakenAt       time.Time `bson:"takenAt"` // by an instance that sends it
	// when it was sent: an invitation is kept a while, so that its form sends one
	SentAt time.Time `bson:"sentAt,omitempty"`
}

func (a resetAsk) life() time.Duration {
	if a.Invite {
		return InviteLife
	}
	return ResetLife
}

// reset is a link on its way: its id is the hash of the token in it.
type reset struct {
	docstore.Meta `bson:",inline"`
	Account       civic.ID `bson:"account"`
	// of the account when it was sent: a later change makes the link worthless
	Epoch int64     `bson:"epoch"`
	Until time.Time `bson:"until"`
}

// AskReset notes that the owner of an address wants to set a new password; the answer is the same whether the
// address is known or not. Invalid when email is none, Limited after too many.
func (s *Service) AskReset(ctx context.Context, email, lang string, c Client) error {
	email, err := parseEmail(email)
	if err != nil {
		var p civic.Problems
		p.Check("email", err)
		return p.Err()
	}
	login := s.loginKey(email)
	send, err := s.guard.mail(ctx, login, s.knownDevice(login, c.Device), c.Address)
	if err != nil || !send { // a link that was sent a moment ago is still good
		return err
	}
	return s.askReset(ctx, resetAsk{Login: login, Lang: lang})
}

func (s *Service) askReset(ctx context.Context, ask resetAsk) error {
	ask.At = s.clock.now()
	if err := s.asks.Insert(ctx, &ask); err != nil {
		return err
	}
	select {
	case s.wake <- struct{}{}:
	default: // it is awake already
	}
	return nil
}

// Run sends reset links as soon as they are asked for, until ctx ends. It returns nil then.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(askAgain)
	defer tick.Stop()
	for {
		if err := s.SendResets(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "password links wait: they could not be sent", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		case <-tick.C:
		}
	}
}

// askAgain is when an ask that was taken and not finished is taken again.
const askAgain = time.Minute

var errTaken = errors.New("accounts: taken by another instance")

// SendResets hands the links that were asked for to the mailer. What fails waits for the next call; the error
// is all failures.
func (s *Service) SendResets(ctx context.Context) error {
	var failures []error
	for ask, err := range s.asks.All(ctx, docstore.Query{Limit: 100}) {
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
		if err := s.sendReset(ctx, ask); err != nil && !errors.Is(err, errTaken) &&
			civic.CodeOf(err) != civic.NotFound {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

func (s *Service) sendReset(ctx context.Context, ask resetAsk) error {
	now := s.clock.now()
	if now.Sub(ask.At) > ask.life() { // whoever waited for it has given up
		return s.asks.Delete(ctx, ask.ID)
	}
	if !ask.SentAt.IsZero() {
		return nil
	}
	ask, err := s.asks.Update(ctx, ask.ID, func(ask *resetAsk) error {
		if now.Sub(ask.TakenAt) < askAgain || !ask.SentAt.IsZero() {
			return errTaken
		}
		ask.TakenAt = now
		return nil
	})
	if err != nil {
		return err
	}
	a, err := s.byLogin(ctx, ask.Login)
	switch {
	case civic.CodeOf(err) == civic.NotFound || err == nil && a.Disabled:
		return s.asks.Delete(ctx, ask.ID)
	case err != nil:
		return err
	}
	link, err := s.newLink(ctx, a, ask.life())
	if err != nil {
		return err
	}
	send := s.mailer.SendReset
	if ask.Invite {
		send = s.mailer.SendInvite
	}
	if err := send(ctx, a.Email, ask.Lang, link); err != nil {
		return fmt.Errorf("accounts: hand over a link: %w", err)
	}
	if !ask.Invite {
		return s.asks.Delete(ctx, ask.ID)
	}
	_, err = s.asks.Update(ctx, ask.ID, func(ask *resetAsk) error {
		ask.SentAt = now
		return nil
	})
	return err
}

// newLink returns a link by which the password of a is set, once.
func (s *Service) newLink(ctx context.Context, a Account, life time.Duration) (string, error) {
	token := newToken()
	link := reset{Meta: docstore.Meta{ID: hashed(token)}, Account: a.ID, Epoch: a.Epoch,
		Until: s.clock.now().Add(life)}
	return s.resetLink(token), s.resets.Insert(ctx, &link)
}

// ResetLink returns a link by which the member of staff with an address sets a new password, for who works at
// the machine itself: no page shows one. It is audited. Forbidden but for commands; Invalid (field "email")
// when it is none or nobody who may sign in has it.
func (s *Service) ResetLink(ctx context.Context, by civic.Actor, email string) (string, error) {
	if !by.IsSystem() {
		return "", civic.NewError(civic.Forbidden, "error.forbidden")
	}
	email, err := parseEmail(email)
	if err != nil {
		var p civic.Problems
		p.Check("email", err)
		return "", p.Err()
	}
	a, err := s.byLogin(ctx, s.loginKey(email))
	if civic.CodeOf(err) == civic.NotFound || err == nil && a.Disabled {
		return "", civic.NewErrorArgs(civic.Invalid, "accounts.error.nobody", civic.Args{"Email": email})
	}
	if err != nil {
		return "", err
	}
	if err := s.audit.Write(ctx, audit.Entry{By: by, Action: ActionInvited, Object: a.ID}); err != nil {
		return "", err
	}
	return s.newLink(ctx, a, ResetLife)
}

// CheckReset returns nil when the token of a link can still be used, else Gone.
func (s *Service) CheckReset(ctx context.Context, token string) error {
	_, err := s.openReset(ctx, token)
	return err
}

func linkGone() error { return civic.NewError(civic.Gone, "accounts.error.link") }

// openReset returns the account whose password the link with token may set, or Gone.
func (s *Service) openReset(ctx context.Context, token string) (Account, error) {
	r, err := s.resets.Get(ctx, hashed(token))
	if civic.CodeOf(err) == civic.NotFound || err == nil && !s.clock.now().Before(r.Until) {
		return Account{}, linkGone()
	}
	if err != nil {
		return Account{}, err
	}
	a, err := s.accounts.Get(ctx, r.Account)
	if civic.CodeOf(err) == civic.NotFound || err == nil && (a.Disabled || a.Epoch != r.Epoch) {
		return Account{}, linkGone()
	}
	return a, err
}

// ResetPassword sets the password of whom the link with token was sent to, once. All sessions of the account
// end, waiting times are lifted, and the browser becomes a known one: the answer is its device cookie.
// Invalid (field "password") leaves the link usable; Gone when it was used or has ended.
func (s *Service) ResetPassword(
	ctx context.Context, token, password string, c Client,
) (device string, err error) {
	a, err := s.openReset(ctx, token)
	if err != nil {
		return "", cmp.Or(s.guard.failed(ctx, c.Address), err)
	}
	var p civic.Problems
	p.Check("password", s.checkNewPassword(a, password))
	if err := p.Err(); err != nil {
		return "", err
	}
	phc, err := s.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	// The new password is what uses the link up, since it raises the epoch: whatever fails before leaves the
	// link as good as it was.
	if a, err = s.setPassword(ctx, a, phc, c); civic.CodeOf(err) == civic.Unauthenticated {
		return "", linkGone()
	} else if err != nil {
		return "", err
	}
	s.guard.clear(ctx, a.Login)
	return s.newDevice(a.Login, c.Device), nil
}

// Invite sends a colleague a link to set a first password: one for a form, named by its key, however often it
// is sent. Forbidden without PermManage.
func (s *Service) Invite(
	ctx context.Context, by civic.Actor, account civic.ID, formKey, lang string,
) error {
	if err := by.Can(PermManage); err != nil {
		return err
	}
	a, err := s.staff(ctx, account)
	if err != nil {
		return err
	}
	id := civic.Key("invite", a.ID, hashed(formKey))
	err = s.askReset(ctx, resetAsk{Meta: docstore.Meta{ID: id}, Login: a.Login, Lang: lang, Invite: true})
	if err != nil && civic.CodeOf(err) != civic.Conflict {
		return err
	}
	return s.audit.Write(ctx, audit.Entry{By: by, Action: ActionInvited, Object: a.ID, Key: id})
}
