package users

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
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
	Tokens   []deskui.TokenRow
	Roles    []ui.Option
	Offices  []ui.Option
}

func (u userPage) path(act string) string { return "/desk/users/" + string(u.Account.ID) + act }

// users lists the colleagues by name.
func (p *Pages) users(r *page.Request) error {
	colleagues, err := p.Accounts.ListStaff(r.Context(), r.Actor, r.PageRequest())
	if err != nil {
		return err
	}
	offices, err := deskui.OfficeNames(r.Context(), p.Reference)
	if err != nil {
		return err
	}
	rows := make([]userRow, len(colleagues.Items))
	for i, a := range colleagues.Items {
		rows[i] = userRow{Account: a, Roles: roleNames(r, a.Roles), Offices: names(a.Offices, offices)}
	}
	return r.Page(http.StatusOK,
		users(r.Frame(r.T("accounts.users.title")), rows,
			ui.PagingBy("/desk/users", r.Queries(), colleagues.Next)))
}

func roleNames(req *page.Request, roles []civic.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = req.T("accounts.role." + string(r))
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

// newUser asks for a colleague to add.
func (p *Pages) newUser(r *page.Request) error {
	return p.showNewUser(r, http.StatusOK, r.NewForm(nil))
}

func (p *Pages) showNewUser(r *page.Request, status int, form ui.Form) error {
	offices, err := p.officeOptions(r.Context())
	if err != nil {
		return err
	}
	return r.Page(status,
		newUser(r.Frame(r.T("accounts.users.new")).With(r.T("accounts.users.title"), "/desk/users"), form,
			roleOptions(r), offices))
}

func roleOptions(req *page.Request) []ui.Option {
	var options []ui.Option
	for _, r := range civic.StaffRoles() {
		options = append(options,
			ui.Option{Value: string(r), Label: req.T("accounts.role." + string(r)),
				Hint: req.T("accounts.role." + string(r) + "_hint")})
	}
	return options
}

func (p *Pages) officeOptions(ctx context.Context) ([]ui.Option, error) {
	offices, err := p.Reference.Offices(ctx)
	if err != nil {
		return nil, err
	}
	options := make([]ui.Option, len(offices))
	for i, o := range offices {
		options[i] = ui.Option{Value: string(o.ID), Label: o.Name}
	}
	return options, nil
}

// addUser adds a colleague and sends the invitation to set a password.
func (p *Pages) addUser(r *page.Request) error {
	form := r.Form()
	n := accounts.NewStaff{
		FormKey: string(form.Key()), Email: form.String("email"), Name: form.String("name"),
		Roles:   rolesOf(form),
		Offices: form.IDs("offices"),
	}
	var a accounts.Account
	err := form.Err()
	if err == nil {
		a, err = p.Accounts.CreateStaff(r.Context(), r.Actor, n)
	}
	if again, ok := form.Again(err); ok {
		return p.showNewUser(r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	if err := p.Accounts.Invite(r.Context(), r.Actor, a.ID, n.FormKey, string(r.Lang)); err != nil {
		return err
	}
	said := civic.Message{Key: "accounts.users.added", Args: civic.Args{"Name": a.Name}}
	if p.Notify.KeepsMail() {
		said = civic.Message{Key: "accounts.users.added_kept",
			Args: civic.Args{"Name": a.Name, "Email": a.Email}}
	}
	return r.Redirect("/desk/users", said)
}

func rolesOf(form *page.Form) []civic.Role {
	var roles []civic.Role
	for _, s := range form.Strings("roles") {
		roles = append(roles, civic.Role(s))
	}
	return roles
}

// user shows one colleague.
func (p *Pages) user(r *page.Request) error {
	return p.showUser(r, http.StatusOK, ui.Form{})
}

// showUser shows a colleague with the form that came back, if any; the others show what is stored.
func (p *Pages) showUser(r *page.Request, status int, again ui.Form) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	a, err := p.Accounts.Staff(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	sessions, err := p.Accounts.Sessions(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	tokens, err := deskui.TokenRows(r, p.Accounts, id)
	if err != nil {
		return err
	}
	offices, err := p.officeOptions(r.Context())
	if err != nil {
		return err
	}
	view := userPage{
		Account: a, Sessions: r.SessionRows(sessions), Tokens: tokens, Roles: roleOptions(r),
		Offices: offices,
	}
	switch {
	case again.L == nil:
		again = r.NewForm(duties(a))
	case !again.Values.Has("duties"): // another form of the page came back: this one shows what is stored
		again.Values = duties(a)
	}
	return r.Page(status, user(r.Frame(a.Name).With(r.T("accounts.users.title"), "/desk/users"), again, view))
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

// setDuties gives a colleague other roles and offices.
func (p *Pages) setDuties(r *page.Request) error {
	return p.changeUser(r, "accounts.users.duties_set", func(form *page.Form, id civic.ID) error {
		duties := accounts.Duties{
			Roles: rolesOf(form), Offices: form.IDs("offices"), Shown: form.Line("shown", merge.MaxShown),
		}
		if err := form.Err(); err != nil {
			return err
		}
		_, err := p.Accounts.SetDuties(r.Context(), r.Actor, id, duties)
		return err
	})
}

// disableUser keeps a colleague out from now on.
func (p *Pages) disableUser(r *page.Request) error {
	return p.changeUser(r, "accounts.users.disabled", func(_ *page.Form, id civic.ID) error {
		_, err := p.Accounts.Disable(r.Context(), r.Actor, id)
		return err
	})
}

// enableUser lets a colleague in again.
func (p *Pages) enableUser(r *page.Request) error {
	return p.changeUser(r, "accounts.users.enabled", func(_ *page.Form, id civic.ID) error {
		_, err := p.Accounts.Enable(r.Context(), r.Actor, id)
		return err
	})
}

// inviteUser sends a colleague a link to set a password.
func (p *Pages) inviteUser(r *page.Request) error {
	said := "accounts.users.invited"
	if p.Notify.KeepsMail() {
		said = "accounts.users.invited_kept"
	}
	return p.changeUser(r, said, func(form *page.Form, id civic.ID) error {
		return p.Accounts.Invite(r.Context(), r.Actor, id, string(form.Key()), string(r.Lang))
	})
}

// endUserSession ends a session of a colleague.
func (p *Pages) endUserSession(r *page.Request) error {
	return p.changeUser(r, "accounts.session.ended", func(*page.Form, civic.ID) error {
		return deskui.EndSession(r, p.Accounts)
	})
}

// changeUser does act to the colleague of the path, and shows them again: with what was wrong, or with the
// message done.
func (p *Pages) changeUser(r *page.Request, done string, act func(*page.Form, civic.ID) error) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	err = act(form, id)
	if again, ok := form.Again(err); ok {
		return p.showUser(r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return r.Redirect("/desk/users/"+string(id), civic.Message{Key: done})
}
