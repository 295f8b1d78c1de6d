package desk

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// userRow is a colleague in the list.
type userRow struct {
	accounts.Account
	Roles   string // in words
	Offices string // their names
}

// userPage is all that the administrator does about one colleague.
type userPage struct {
	Account  accounts.Account
	Sessions []ui.SessionRow
	Tokens   []tokenRow
	Roles    []ui.Option
	Offices  []ui.Option
}

func (u userPage) path(act string) string { return "/desk/users/" + string(u.Account.ID) + act }

// Users lists the colleagues by name.
func (p *Pages) Users(v *visit.Visit) error {
	colleagues, err := p.Accounts.ListStaff(v.Context(), v.Actor, v.PageRequest())
	if err != nil {
		return err
	}
	offices, err := p.officeNames(v.Context())
	if err != nil {
		return err
	}
	rows := make([]userRow, len(colleagues.Items))
	for i, a := range colleagues.Items {
		rows[i] = userRow{Account: a, Roles: roleNames(v, a.Roles), Offices: names(a.Offices, offices)}
	}
	return v.Page(http.StatusOK, users(v.Frame(v.T("accounts.users.title")), rows, ui.PagingBy("/desk/users", v.Queries(), colleagues.Next)))
}

func roleNames(v *visit.Visit, roles []civic.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = v.T("accounts.role." + string(r))
	}
	return strings.Join(words, ", ")
}

// names returns the names of ids; an id whose document is gone stands for itself.
func names(ids []civic.ID, known map[civic.ID]string) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		if words[i] = known[id]; words[i] == "" {
			words[i] = string(id)
		}
	}
	return strings.Join(words, ", ")
}

func (p *Pages) officeNames(ctx context.Context) (map[civic.ID]string, error) {
	offices, err := p.CRM.Offices(ctx)
	if err != nil {
		return nil, err
	}
	known := make(map[civic.ID]string, len(offices))
	for _, o := range offices {
		known[o.ID] = o.Name
	}
	return known, nil
}

// NewUser asks for a colleague to add.
func (p *Pages) NewUser(v *visit.Visit) error {
	return p.showNewUser(v, http.StatusOK, v.NewForm(nil))
}

func (p *Pages) showNewUser(v *visit.Visit, status int, form ui.Form) error {
	offices, err := p.officeOptions(v.Context())
	if err != nil {
		return err
	}
	return v.Page(status, newUser(v.Frame(v.T("accounts.users.new")).With(v.T("accounts.users.title"), "/desk/users"), form, roleOptions(v), offices))
}

func roleOptions(v *visit.Visit) []ui.Option {
	var options []ui.Option
	for _, r := range civic.StaffRoles() {
		options = append(options, ui.Option{Value: string(r), Label: v.T("accounts.role." + string(r)), Hint: v.T("accounts.role." + string(r) + "_hint")})
	}
	return options
}

func (p *Pages) officeOptions(ctx context.Context) ([]ui.Option, error) {
	offices, err := p.CRM.Offices(ctx)
	if err != nil {
		return nil, err
	}
	options := make([]ui.Option, len(offices))
	for i, o := range offices {
		options[i] = ui.Option{Value: string(o.ID), Label: o.Name}
	}
	return options, nil
}

// AddUser adds a colleague and sends the invitation to set a password.
func (p *Pages) AddUser(v *visit.Visit) error {
	form := v.Form()
	n := accounts.NewStaff{
		FormKey: string(form.Key()), Email: form.String("email"), Name: form.String("name"), Roles: rolesOf(form), Offices: form.IDs("offices"),
	}
	var a accounts.Account
	err := form.Err()
	if err == nil {
		a, err = p.Accounts.CreateStaff(v.Context(), v.Actor, n)
	}
	if again, ok := form.Again(err); ok {
		return p.showNewUser(v, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	if err := p.Accounts.Invite(v.Context(), v.Actor, a.ID, string(v.Lang)); err != nil {
		return err
	}
	return v.Redirect("/desk/users", civic.Message{Key: "accounts.users.added", Args: civic.Args{"Name": a.Name}})
}

func rolesOf(form *visit.Form) []civic.Role {
	var roles []civic.Role
	for _, s := range form.Strings("roles") {
		roles = append(roles, civic.Role(s))
	}
	return roles
}

// User shows one colleague.
func (p *Pages) User(v *visit.Visit) error {
	return p.showUser(v, http.StatusOK, ui.Form{})
}

// showUser shows a colleague with the form that came back, if any; the others show what is stored.
func (p *Pages) showUser(v *visit.Visit, status int, again ui.Form) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	a, err := p.Accounts.Staff(v.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	sessions, err := p.Accounts.Sessions(v.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	tokens, err := p.tokenRows(v, id)
	if err != nil {
		return err
	}
	offices, err := p.officeOptions(v.Context())
	if err != nil {
		return err
	}
	page := userPage{Account: a, Sessions: v.SessionRows(sessions), Tokens: tokens, Roles: roleOptions(v), Offices: offices}
	switch {
	case again.L == nil:
		again = v.NewForm(duties(a))
	case !again.Values.Has("duties"): // another form of the page came back: this one shows what is stored
		again.Values = duties(a)
	}
	return v.Page(status, user(v.Frame(a.Name).With(v.T("accounts.users.title"), "/desk/users"), again, page))
}

// duties returns what the form about roles and offices shows of an account.
func duties(a accounts.Account) url.Values {
	values := ui.Prefill("shown", a.Shown())
	for _, r := range a.Roles {
		values.Add("roles", string(r))
	}
	for _, o := range a.Offices {
		values.Add("offices", string(o))
	}
	return values
}

// SetDuties gives a colleague other roles and offices.
func (p *Pages) SetDuties(v *visit.Visit) error {
	return p.changeUser(v, "accounts.users.duties_set", func(form *visit.Form, id civic.ID) error {
		duties := accounts.Duties{Roles: rolesOf(form), Offices: form.IDs("offices"), Shown: form.Line("shown", merge.MaxShown)}
		if err := form.Err(); err != nil {
			return err
		}
		_, err := p.Accounts.SetDuties(v.Context(), v.Actor, id, duties)
		return err
	})
}

// DisableUser keeps a colleague out from now on.
func (p *Pages) DisableUser(v *visit.Visit) error {
	return p.changeUser(v, "accounts.users.disabled", func(_ *visit.Form, id civic.ID) error {
		_, err := p.Accounts.Disable(v.Context(), v.Actor, id)
		return err
	})
}

// EnableUser lets a colleague in again.
func (p *Pages) EnableUser(v *visit.Visit) error {
	return p.changeUser(v, "accounts.users.enabled", func(_ *visit.Form, id civic.ID) error {
		_, err := p.Accounts.Enable(v.Context(), v.Actor, id)
		return err
	})
}

// InviteUser sends a colleague a link to set a password.
func (p *Pages) InviteUser(v *visit.Visit) error {
	return p.changeUser(v, "accounts.users.invited", func(_ *visit.Form, id civic.ID) error {
		return p.Accounts.Invite(v.Context(), v.Actor, id, string(v.Lang))
	})
}

// EndUserSession ends a session of a colleague.
func (p *Pages) EndUserSession(v *visit.Visit) error {
	return p.changeUser(v, "accounts.session.ended", func(*visit.Form, civic.ID) error { return p.revoke(v) })
}

// changeUser does act to the colleague of the path, and shows them again: with what was wrong, or with the message done.
func (p *Pages) changeUser(v *visit.Visit, done string, act func(*visit.Form, civic.ID) error) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	form := v.Form()
	err = act(form, id)
	if again, ok := form.Again(err); ok {
		return p.showUser(v, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return v.Redirect("/desk/users/"+string(id), civic.Message{Key: done})
}
