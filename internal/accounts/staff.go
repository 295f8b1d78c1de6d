package accounts

import (
	"context"
	"slices"
	"strings"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
)

// NewStaff describes a colleague to add. Without a password they set one through Invite.
type NewStaff struct {
	FormKey  string // makes a repeated submission harmless; may be empty
	Email    string
	Name     string
	Roles    []civic.Role
	Offices  []civic.ID
	Password string
}

// CreateStaff adds a colleague. Invalid names the fields "email", "name", "roles", "offices" and "password";
// Conflict when the address is taken; Forbidden without PermManage.
func (s *Service) CreateStaff(ctx context.Context, by civic.Actor, n NewStaff) (Account, error) {
	if err := by.Can(PermManage); err != nil {
		return Account{}, err
	}
	a, err := s.newStaff(n)
	if err != nil {
		return Account{}, err
	}
	if n.Password != "" {
		if a.Password, err = s.hasher.hash(ctx, n.Password); err != nil {
			return Account{}, err
		}
	}
	sent, taken := a, civic.FieldError{Field: "email", Message: civic.Msg("accounts.error.email.taken")}
	refused := &civic.Error{Code: civic.Conflict, Message: civic.Msg("error.form"),
		Fields: []civic.FieldError{taken}}
	return s.accounts.Create(ctx, &a, docstore.Creation[Account]{
		Same: func(stored *Account) bool { return stored.madeAs(sent) },
		Effects: func(ctx context.Context, stored *Account, again bool) error {
			e := audit.Entry{By: by, Action: ActionCreated, Object: stored.ID,
				Detail: map[string]string{"roles": roleList(stored.Roles)}}
			return s.audit.Entered(ctx, e, again, stored.CreatedAt)
		},
		Used: refused, Taken: refused,
	})
}

// madeAs reports whether a is what a form sent to make b.
func (a *Account) madeAs(b Account) bool {
	return a.Login == b.Login && a.Name == b.Name && slices.Equal(a.Roles, b.Roles) &&
		slices.Equal(a.Offices, b.Offices)
}

func (s *Service) newStaff(n NewStaff) (Account, error) {
	var p civic.Problems
	var err error
	now := s.clock.now()
	a := Account{Meta: docstore.Meta{ID: docstore.NewID()}, Staff: true, CreatedAt: now, UpdatedAt: now}
	if n.FormKey != "" {
		a.ID = "staff-" + hashed(n.FormKey)
	}
	a.Email, err = newEmail(n.Email)
	p.Check("email", err)
	a.Login = s.loginKey(a.Email)
	name, err := civic.CleanLine(n.Name, maxName)
	p.Check("name", err)
	a.named(name)
	if err == nil && a.Name == "" {
		p.Add("name", "accounts.error.name")
	}
	a.Roles, err = parseRoles(n.Roles)
	p.Check("roles", err)
	a.Offices, err = parseOffices(n.Offices)
	p.Check("offices", err)
	if n.Password != "" {
		p.Check("password", s.checkNewPassword(a, n.Password))
	}
	return a, p.Err()
}

// Duties are the roles and offices a colleague is given.
type Duties struct {
	Roles   []civic.Role
	Offices []civic.ID
	// what the form carried, see Account.Shown; without it the duties are set over whatever there is
	Shown string
}

// SetDuties gives a colleague other roles and offices, joined with what others changed since the form was
// shown. When the roles change their sessions end, so that nothing is done with the old ones; offices count
// from the next request on. Invalid names the fields "roles" and "offices"; Conflict when no administrator
// would be left.
func (s *Service) SetDuties(
	ctx context.Context, by civic.Actor, account civic.ID, d Duties,
) (Account, error) {
	if err := by.Can(PermManage); err != nil {
		return Account{}, err
	}
	var p civic.Problems
	roles, err := parseRoles(d.Roles)
	p.Check("roles", err)
	offices, err := parseOffices(d.Offices)
	p.Check("offices", err)
	if err := p.Err(); err != nil {
		return Account{}, err
	}
	now := s.clock.now()
	return s.change(ctx, by, account, ActionDuties, func(a *Account) error {
		stored := *a
		a.Roles, a.Offices = roles, offices
		if err := a.joinDuties(stored, d.Shown, by, now); err != nil {
			return err
		}
		if !slices.Equal(a.Roles, stored.Roles) {
			a.endSessions()
		}
		return nil
	})
}

// joinDuties joins the duties written into a with what others changed of stored since shown. Invalid when no
// role is left.
func (a *Account) joinDuties(stored Account, shown string, by civic.Actor, now time.Time) error {
	if shown == "" {
		shown = stored.Shown()
	}
	edits := func(a *Account) *merge.Edits { return &a.Edits }
	err := merge.Update[Account]{Fields: dutiesFields(), Edits: edits, Shown: shown, By: by,
		At: now}.Apply(a, &stored)
	if err != nil {
		return err
	}
	var p civic.Problems
	a.Roles, err = parseRoles(a.Roles)
	p.Check("roles", err)
	return p.Err()
}

// Disable keeps a colleague out: sessions end at once and signing in fails. Conflict when no administrator
// would be left.
func (s *Service) Disable(ctx context.Context, by civic.Actor, account civic.ID) (Account, error) {
	return s.change(ctx, by, account, ActionDisabled, func(a *Account) error {
		if !a.Disabled {
			a.Disabled = true
			a.endSessions()
		}
		return nil
	})
}

// Enable lets a colleague sign in again.
func (s *Service) Enable(ctx context.Context, by civic.Actor, account civic.ID) (Account, error) {
	return s.change(ctx, by, account, ActionEnabled, func(a *Account) error {
		a.Disabled = false
		return nil
	})
}

// change applies a change to a member of staff, keeps one administrator, ends what must end and audits it.
func (s *Service) change(
	ctx context.Context, by civic.Actor, account civic.ID, action audit.Action,
	change func(*Account) error,
) (Account, error) {
	if err := by.Can(PermManage); err != nil {
		return Account{}, err
	}
	s.staffMu.Lock()
	defer s.staffMu.Unlock()
	before, err := s.staff(ctx, account)
	if err != nil {
		return Account{}, err
	}
	after := before
	if err := change(&after); err != nil {
		return Account{}, err
	}
	leaves := administers(before) && !administers(after)
	if leaves {
		if err := s.administratorsBeside(ctx, account); err != nil {
			return Account{}, err
		}
	}
	if before.Disabled && !after.Disabled { // what was not removed at the time
		if err := s.dropTokens(ctx, account); err != nil {
			return Account{}, err
		}
	}
	e := audit.Entry{By: by, Action: action, Object: account, Detail: map[string]string{}}
	after, err = audit.Edit(ctx, s.audit, s.accounts, account, e, lastOf, func(a *Account) error {
		a.UpdatedAt = s.clock.now()
		err := change(a)
		e.Says(map[string]string{"roles": roleList(a.Roles), "offices": idList(a.Offices)})
		return err
	})
	if err != nil {
		return Account{}, err
	}
	if leaves {
		if err := s.keepAdministrator(ctx, before); err != nil {
			return Account{}, err
		}
	}
	if after.Epoch != before.Epoch || after.Disabled {
		if err := s.dropSessions(ctx, after); err != nil {
			return Account{}, err
		}
	}
	if after.Disabled {
		if err := s.dropTokens(ctx, account); err != nil {
			return Account{}, err
		}
	}
	return after, nil
}

// Repair writes the lines of the audit that are missing of what was done to colleagues since then.
func (s *Service) Repair(ctx context.Context, since time.Time) error {
	staff := docstore.Query{Filter: docstore.Filter{docstore.Eq("staff", true)}}
	return audit.Repair(ctx, s.audit, s.accounts, staff, since, lastOf)
}

func administers(a Account) bool { return !a.Disabled && a.Holds(civic.Administrator) }

// administratorsBeside returns Conflict when account is the only administrator.
func (s *Service) administratorsBeside(ctx context.Context, account civic.ID) error {
	page, err := s.accounts.Find(ctx, docstore.Query{Filter: administrators(), Limit: 2})
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(page.Items, func(a Account) bool { return a.ID != account }) {
		return lastAdministrator()
	}
	return nil
}

// keepAdministrator gives the role back when two instances took it from the last two administrators at the
// same moment.
func (s *Service) keepAdministrator(ctx context.Context, before Account) error {
	n, err := s.accounts.Count(ctx, administrators())
	if err != nil || n > 0 {
		return err
	}
	_, err = s.accounts.Update(ctx, before.ID, func(a *Account) error {
		a.Roles, a.Disabled = before.Roles, before.Disabled
		return nil
	})
	if err != nil {
		return err
	}
	return lastAdministrator()
}

func administrators() docstore.Filter {
	return docstore.Filter{docstore.Eq("roles", civic.Administrator), docstore.Eq("disabled", false)}
}

func lastAdministrator() error {
	return civic.NewError(civic.Conflict, "accounts.error.last_administrator")
}

// ListStaff returns colleagues by name. Forbidden without PermRead.
func (s *Service) ListStaff(
	ctx context.Context, by civic.Actor, p civic.PageRequest,
) (civic.Page[Account], error) {
	if err := by.Can(PermRead); err != nil {
		return civic.Page[Account]{}, err
	}
	p = p.Normal()
	return s.accounts.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("staff", true)}, Sort: []string{"sortName"},
		Cursor: p.Cursor, Limit: p.Size,
	})
}

// Staff returns one colleague; NotFound when account is none. Forbidden without PermRead.
func (s *Service) Staff(ctx context.Context, by civic.Actor, account civic.ID) (Account, error) {
	if err := by.Can(PermRead); err != nil {
		return Account{}, err
	}
	return s.staff(ctx, account)
}

func (s *Service) staff(ctx context.Context, account civic.ID) (Account, error) {
	a, err := s.accounts.Get(ctx, account)
	if err == nil && !a.Staff {
		return Account{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	return a, err
}

func roleList(roles []civic.Role) string {
	s := make([]string, len(roles))
	for i, r := range roles {
		s[i] = string(r)
	}
	return strings.Join(s, " ")
}

func idList(ids []civic.ID) string {
	s := make([]string, len(ids))
	for i, id := range ids {
		s[i] = string(id)
	}
	return strings.Join(s, " ")
}
