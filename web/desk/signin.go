package desk

import (
	"errors"
	"net/http"
	"strconv"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// SignIn asks staff for address and password.
func (p *Pages) SignIn(v *visit.Visit) error {
	to := v.Query(visit.ReturnParam)
	if v.Actor.IsStaff() {
		return v.Redirect(destination(to))
	}
	return showSignIn(v, http.StatusOK, v.NewForm(nil), to)
}

func showSignIn(v *visit.Visit, status int, form ui.Form, to string) error {
	return v.Page(status, signIn(v.Frame(v.T("accounts.desk.title")), form, to))
}

func destination(to string) string {
	if visit.Local(to) {
		return to
	}
	return visit.Home(true)
}

// StartSession signs a member of staff in. What was wrong is shown with the form, in the same words whether the address is known.
func (p *Pages) StartSession(v *visit.Visit) error {
	form := v.Form()
	email, password, to := form.String("email"), form.Raw("password"), form.Line(visit.ReturnParam, 2000)
	var in accounts.SignIn
	for _, field := range []string{"email", "password"} {
		if form.Raw(field) == "" {
			form.Problem(field, "error.required")
		}
	}
	err := form.Err()
	if err == nil {
		in, err = p.Accounts.SignInWithPassword(v.Context(), email, password, v.Browser())
	}
	if again, ok := form.Again(mendable(err)); ok {
		return showSignIn(v, http.StatusUnprocessableEntity, again, to)
	}
	if err != nil {
		return err
	}
	v.Welcome(in)
	return v.Redirect(destination(to))
}

// mendable turns the refusal of a sign-in, which elsewhere means "sign in first", into one that is shown with the form.
func mendable(err error) error {
	var e *civic.Error
	if errors.As(err, &e) && e.Code == civic.Unauthenticated {
		return &civic.Error{Code: civic.Invalid, Message: e.Message}
	}
	return err
}

// ForgotPassword asks for the address of who forgot their password.
func (p *Pages) ForgotPassword(v *visit.Visit) error {
	return showForgotten(v, http.StatusOK, v.NewForm(nil))
}

func showForgotten(v *visit.Visit, status int, form ui.Form) error {
	return v.Page(status, forgotten(v.Frame(v.T("accounts.forgotten.title")).With(v.T("accounts.desk.title"), "/desk/login"), form))
}

// AskReset notes that a link for a new password is wanted; the answer is the same for every address.
func (p *Pages) AskReset(v *visit.Visit) error {
	form := v.Form()
	email := form.String("email")
	err := form.Err()
	if err == nil {
		err = p.Accounts.AskReset(v.Context(), email, string(v.Lang), v.Browser())
	}
	if again, ok := form.Again(err); ok {
		return showForgotten(v, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return v.Redirect("/desk/login", civic.Msg("accounts.forgotten.sent"))
}

// ResetPassword shows the form that a link from a mail leads to, or that the link has ended.
func (p *Pages) ResetPassword(v *visit.Visit) error {
	if err := p.Accounts.CheckReset(v.Context(), v.Param("token")); err != nil {
		return err
	}
	return showReset(v, http.StatusOK, v.NewForm(nil))
}

func showReset(v *visit.Visit, status int, form ui.Form) error {
	return v.Page(status, newPassword(v.Frame(v.T("accounts.reset.title")), form, v.Path()))
}

// SetPassword stores the new password and makes the browser a known one.
func (p *Pages) SetPassword(v *visit.Visit) error {
	form := v.Form()
	device, err := "", form.Err()
	if err == nil {
		device, err = p.Accounts.ResetPassword(v.Context(), v.Param("token"), form.Raw("password"), v.Browser())
	}
	if again, ok := form.Again(err); ok {
		return showReset(v, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	v.Remember(visit.DeviceCookie, device, accounts.DeviceLife)
	return v.Redirect("/desk/login", civic.Msg("accounts.reset.done"))
}

// passwordHint tells the only rule about passwords.
func passwordHint(f ui.Frame) string {
	return f.T("accounts.password.hint", civic.Args{"Min": strconv.Itoa(accounts.MinPassword)})
}
