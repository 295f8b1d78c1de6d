package signin

import (
	"errors"
	"net/http"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// signIn asks staff for address and password.
func (p *Pages) signIn(r *page.Request) error {
	to := r.Query(page.ReturnParam)
	if r.Actor.IsStaff() {
		return r.Redirect(destination(to))
	}
	return showSignIn(r, http.StatusOK, r.NewForm(nil), to)
}

func showSignIn(r *page.Request, status int, form ui.Form, to string) error {
	return r.Page(status, signIn(r.Frame(r.T("accounts.desk.title")), form, to))
}

func destination(to string) string {
	if page.Local(to) {
		return to
	}
	return page.Home(true)
}

// startSession signs a member of staff in. What was wrong is shown with the form, in the same words whether
// the address is known.
func (p *Pages) startSession(r *page.Request) error {
	form := r.Form()
	email, password, to := form.String("email"), form.Raw("password"), form.Line(page.ReturnParam, 2000)
	var in accounts.SignIn
	for _, field := range []string{"email", "password"} {
		if form.Raw(field) == "" {
			form.Problem(field, "error.required")
		}
	}
	err := form.Err()
	if err == nil {
		in, err = p.Accounts.SignInWithPassword(r.Context(), email, password, r.Browser())
	}
	if again, ok := form.Again(mendable(err)); ok {
		return showSignIn(r, http.StatusUnprocessableEntity, again, to)
	}
	if err != nil {
		return err
	}
	r.Welcome(in)
	return r.Redirect(destination(to))
}

// mendable turns the refusal of a sign-in, which elsewhere means "sign in first", into one that is shown with
// the form.
func mendable(err error) error {
	var e *civic.Error
	if errors.As(err, &e) && e.Code == civic.Unauthenticated {
		return &civic.Error{Code: civic.Invalid, Message: e.Message}
	}
	return err
}

// forgotPassword asks for the address of who forgot their password.
func (p *Pages) forgotPassword(r *page.Request) error {
	return showForgotten(r, http.StatusOK, r.NewForm(nil))
}

func showForgotten(r *page.Request, status int, form ui.Form) error {
	return r.Page(status,
		forgotten(r.Frame(r.T("accounts.forgotten.title")).With(r.T("accounts.desk.title"), "/desk/login"),
			form))
}

// askReset notes that a link for a new password is wanted; the answer is the same for every address.
func (p *Pages) askReset(r *page.Request) error {
	form := r.Form()
	email := form.String("email")
	err := form.Err()
	if err == nil {
		err = p.Accounts.AskReset(r.Context(), email, string(r.Lang), r.Browser())
	}
	if again, ok := form.Again(err); ok {
		return showForgotten(r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return r.Redirect("/desk/login", civic.Msg("accounts.forgotten.sent"))
}

// resetPassword shows the form that a link from a mail leads to, or that the link has ended.
func (p *Pages) resetPassword(r *page.Request) error {
	if err := p.Accounts.CheckReset(r.Context(), r.Param("token")); err != nil {
		return err
	}
	return showReset(r, http.StatusOK, r.NewForm(nil))
}

func showReset(r *page.Request, status int, form ui.Form) error {
	return r.Page(status, newPassword(r.Frame(r.T("accounts.reset.title")), form, r.Path()))
}

// setPassword stores the new password and makes the browser a known one.
func (p *Pages) setPassword(r *page.Request) error {
	form := r.Form()
	device, err := "", form.Err()
	if err == nil {
		device, err = p.Accounts.ResetPassword(r.Context(), r.Param("token"), form.Raw("password"),
			r.Browser())
	}
	if again, ok := form.Again(err); ok {
		return showReset(r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	r.Remember(page.DeviceCookie, device, accounts.DeviceLife)
	return r.Redirect("/desk/login", civic.Msg("accounts.reset.done"))
}
