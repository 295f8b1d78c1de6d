package accounts

import (
	"context"
	"strings"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// The actions that the audit records.
const (
	ActionSignedIn  audit.Action = "accounts.session.began"
	ActionRefused   audit.Action = "accounts.session.refused"
	ActionSignedOut audit.Action = "accounts.session.ended"
	ActionRevoked   audit.Action = "accounts.session.revoked"
	ActionPassword  audit.Action = "accounts.password.set"
	ActionCreated   audit.Action = "accounts.staff.created"
	ActionDuties    audit.Action = "accounts.staff.duties"
	ActionDisabled  audit.Action = "accounts.staff.disabled"
	ActionEnabled   audit.Action = "accounts.staff.enabled"
	ActionInvited   audit.Action = "accounts.staff.invited"
	ActionEvidence  audit.Action = "accounts.evidence.read"
	ActionConfirmed audit.Action = "accounts.address.confirmed"
	ActionRebound                = audit.ActionRebound
)

// maxTypedPassword is the most bytes of a password that are looked at: MaxPassword characters of the longest
// kind, decomposed.
const maxTypedPassword = 16 * MaxPassword

// SignInWithPassword signs a member of staff in. The answer to a wrong password, an unknown address and a
// disabled account is the same and takes as long: Unauthenticated. Limited when there were too many attempts;
// Unavailable when too many wait.
func (s *Service) SignInWithPassword(ctx context.Context, email, password string, c Client) (SignIn, error) {
	login := s.loginKey(typedLogin(email))
	device := s.knownDevice(login, c.Device)
	succeeded, err := s.guard.attempt(ctx, login, device, c.Address)
	if err != nil {
		return SignIn{}, err
	}
	if len(password) > maxTypedPassword {
		return SignIn{}, wrongPassword()
	}
	a, err := s.byLogin(ctx, login)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return SignIn{}, err
	}
	right, stale, err := s.hasher.check(ctx, a.Password, password, device != "")
	if err != nil {
		return SignIn{}, err
	}
	if !right || a.Disabled {
		if err := s.noteRefused(ctx, civic.Visitor(c.Request), a.ID); err != nil {
			return SignIn{}, err
		}
		return SignIn{}, wrongPassword()
	}
	succeeded()
	if stale {
		if err := s.rehash(ctx, a, password); err != nil {
			return SignIn{}, err
		}
	}
	in, err := s.begin(ctx, a, ByPassword, "", c, nil)
	in.Device = s.newDevice(login, c.Device)
	return in, err
}

// noteRefused audits that somebody gave a password that was not the account's.
func (s *Service) noteRefused(ctx context.Context, by civic.Actor, account civic.ID) error {
	return s.audit.Write(ctx, audit.Entry{By: by, Action: ActionRefused, Object: account,
		Detail: map[string]string{"method": ByPassword}})
}

func wrongPassword() error {
	return civic.NewError(civic.Unauthenticated, "accounts.error.signin")
}

// typedLogin returns the address as it would be stored; what is no address stays as it is, is found nowhere,
// and is counted.
func typedLogin(email string) string {
	if parsed, err := parseEmail(email); err == nil {
		return parsed
	}
	return strings.ToLower(email[:min(len(email), 2*maxEmail)])
}

// byLogin returns the staff account of a login key, or NotFound.
func (s *Service) byLogin(ctx context.Context, login string) (Account, error) {
	page, err := s.accounts.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.Eq("login", login)},
		Limit: 1})
	if err != nil {
		return Account{}, err
	}
	if len(page.Items) == 0 {
		return Account{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	return page.Items[0], nil
}

// rehash stores the password under the current parameters, unless it was changed meanwhile.
func (s *Service) rehash(ctx context.Context, a Account, password string) error {
	phc, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	old := a.Password
	_, err = s.accounts.Update(ctx, a.ID, func(a *Account) error {
		if a.Password == old {
			a.Password = phc
		}
		return nil
	})
	return err
}

// ChangePassword gives the account of session a new password when current is its password. All its sessions
// end; the browser gets a new one. The errors of the form fields "current" and "password" are Invalid.
func (s *Service) ChangePassword(
	ctx context.Context, session Session, current, password string, c Client,
) (SignIn, error) {
	a := session.Account
	if !a.Staff {
		return SignIn{}, civic.NewError(civic.Forbidden, "error.forbidden")
	}
	succeeded, err := s.guard.attempt(ctx, a.Login, string(session.ID), c.Address)
	if err != nil {
		return SignIn{}, err
	}
	if len(current) > maxTypedPassword {
		current = ""
	}
	right, _, err := s.hasher.check(ctx, a.Password, current, true)
	if err != nil {
		return SignIn{}, err
	}
	var p civic.Problems
	if right {
		succeeded()
	} else {
		p.Add("current", "accounts.error.password.current")
		if err := s.noteRefused(ctx, a.actor(c.Request), a.ID); err != nil {
			return SignIn{}, err
		}
	}
	p.Check("password", s.checkNewPassword(a, password))
	if err := p.Err(); err != nil {
		return SignIn{}, err
	}
	phc, err := s.hasher.hash(ctx, password)
	if err != nil {
		return SignIn{}, err
	}
	if a, err = s.setPassword(ctx, a, phc, c); err != nil {
		return SignIn{}, err
	}
	return s.begin(ctx, a, session.Method, session.Level, c, nil)
}

func (s *Service) checkNewPassword(a Account, password string) error {
	return CheckPassword(password, append([]string{a.Name, a.Email}, s.words...)...)
}
