package signin

import (
	"errors"
	"net/http"
	"net/url"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/site/siteui"
	"ascolto/web/ui"
)

// signInPage is where citizens choose how to sign in, and ask for a code.
type signInPage struct {
	Return string // where they wanted to go
	OIDC   string // where the sign-in at the identity provider begins; empty when there is none
	Fault  string // why a sign-in there failed
	Late   bool   // mail does not leave at present
	Sent   bool   // they came from a page that needs a sign-in, and are told so
}

// codePage is where citizens type the code they were sent.
type codePage struct {
	Return  string
	Email   string // to which the code was sent, as it was typed in this browser
	Sent    bool   // one was sent for this browser; else those sent a moment ago are to be used
	Minutes int
	Late    bool // mail does not leave at present
}

// signIn shows the ways to sign in.
func (p *Pages) signIn(r *page.Request) error {
	if r.Actor.Account != "" && (r.Actor.IsStaff() || r.Query(siteui.AgainParam) == "") {
		return r.Redirect(destination(r.Query(page.ReturnParam), r.Actor.IsStaff()))
	}
	return p.showSignIn(r, http.StatusOK, r.NewForm(nil), r.Query(page.ReturnParam), "")
}

func (p *Pages) showSignIn(r *page.Request, status int, form ui.Form, to, fault string) error {
	view := signInPage{Return: to, Fault: fault, Late: p.Notify.Late(r.Context()),
		Sent: r.Actor.Account == "" && page.Local(to)}
	if p.Accounts.HasOIDC() {
		view.OIDC = withReturn("/accedi/oidc", to)
	}
	return r.Page(status, signIn(r.Frame(r.T("accounts.signin.title")), form, view))
}

// destination returns where somebody goes who signed in.
func destination(to string, staff bool) string {
	if page.Local(to) {
		return to
	}
	return page.Home(staff)
}

func withReturn(path, to string) string {
	if !page.Local(to) {
		return path
	}
	return path + "?" + url.Values{page.ReturnParam: {to}}.Encode()
}

// askCode sends a one-time code to the address that was typed.
func (p *Pages) askCode(r *page.Request) error {
	form := r.Form()
	email, to := form.String("email"), form.Line(page.ReturnParam, 2000)
	browser, err := "", form.Err()
	if err == nil {
		browser, err = p.Accounts.AskCode(r.Context(), email, string(r.Lang), r.Browser())
	}
	if again, ok := form.Again(err); ok {
		return p.showSignIn(r, http.StatusUnprocessableEntity, again, to, "")
	}
	if err != nil {
		return err
	}
	r.Remember(page.CodeCookie, browser, accounts.CodeLife)
	return r.Redirect(withReturn("/accedi/codice", to))
}

// code asks for the code that was sent; without one under way it leads back to where one is asked for.
func (p *Pages) code(r *page.Request) error {
	return p.showCode(r, http.StatusOK, r.NewForm(nil), r.Query(page.ReturnParam))
}

func (p *Pages) showCode(r *page.Request, status int, form ui.Form, to string) error {
	awaited, err := p.Accounts.CodeAwaited(r.Context(), r.Remembered(page.CodeCookie))
	if fault, ok := told(r, err, civic.Gone); ok && status != http.StatusOK {
		return p.showSignIn(r, http.StatusGone, r.NewForm(nil), to, fault)
	} else if ok {
		return r.Redirect(withReturn("/accedi", to))
	}
	if err != nil {
		return err
	}
	view := codePage{Return: to, Email: awaited.Email, Sent: awaited.Sent,
		Minutes: int(accounts.CodeLife.Minutes()), Late: p.Notify.Late(r.Context())}
	return r.Page(status,
		codeForm(r.Frame(r.T("accounts.code.title")).With(r.T("accounts.signin.title"), "/accedi"), form,
			view))
}

// signInWithCode signs in with the code that was typed.
func (p *Pages) signInWithCode(r *page.Request) error {
	form := r.Form()
	typed, to := form.String("code"), form.Line(page.ReturnParam, 2000)
	var in accounts.SignIn
	err := form.Err()
	if err == nil {
		in, err = p.Accounts.SignInWithCode(r.Context(), r.Remembered(page.CodeCookie), typed, r.Browser())
	}
	if again, ok := form.Again(err); ok {
		return p.showCode(r, http.StatusUnprocessableEntity, again, to)
	}
	if fault, ok := told(r, err, civic.Gone); ok {
		return p.showSignIn(r, http.StatusGone, r.NewForm(nil), to, fault)
	}
	if fault, ok := told(r, err, civic.Forbidden); ok {
		return p.showSignIn(r, http.StatusForbidden, r.NewForm(nil), to, fault)
	}
	if err != nil {
		return err
	}
	r.Welcome(in)
	return r.Redirect(destination(to, false))
}

// beginOIDC sends the browser to the identity provider. It is a link and no form, because the policy of our
// pages forbids forms that lead elsewhere; all it leaves is a note, good for a quarter of an hour, that this
// browser began.
func (p *Pages) beginOIDC(r *page.Request) error {
	address, browser, err := p.Accounts.BeginOIDC(r.Context(), r.Query(page.ReturnParam), r.Browser())
	if fault, ok := told(r, err, civic.Unavailable); ok {
		return p.showSignIn(r, http.StatusServiceUnavailable, r.NewForm(nil), r.Query(page.ReturnParam),
			fault)
	}
	if err != nil {
		return err
	}
	r.Remember(page.OIDCCookie, browser, accounts.FlowLife)
	return r.Leave(address)
}

// endOIDC signs in whom the identity provider sends back.
func (p *Pages) endOIDC(r *page.Request) error {
	answer := accounts.OIDCAnswer{
		State: r.Query("state"), Code: r.Query("code"), Issuer: r.Query("iss"), Error: r.Query("error"),
	}
	in, err := p.Accounts.SignInWithOIDC(r.Context(), r.Remembered(page.OIDCCookie), answer, r.Browser())
	if fault, ok := told(r, err, civic.Unauthenticated, civic.Forbidden, civic.Unavailable); ok {
		return p.showSignIn(r, http.StatusForbidden, r.NewForm(nil), "", fault)
	}
	if err != nil {
		return err
	}
	r.Welcome(in)
	return r.Redirect(destination(in.Next, false))
}

// told returns the words of err when it has one of the codes: such a fault is shown where the person can
// start again.
func told(r *page.Request, err error, codes ...civic.Code) (string, bool) {
	var e *civic.Error
	if !errors.As(err, &e) {
		return "", false
	}
	for _, c := range codes {
		if e.Code == c {
			return r.L.Message(e.Message), true
		}
	}
	return "", false
}

// signOut ends the session of this browser.
func (p *Pages) signOut(r *page.Request) error {
	if err := p.Accounts.SignOut(r.Context(), r.Cookie(), r.RequestID); err != nil {
		return err
	}
	r.SignOut()
	r.ForgetSite()
	return r.Redirect("/", civic.Msg("accounts.signed_out"))
}

// sessions lists the browsers in which a citizen is signed in.
func (p *Pages) sessions(r *page.Request) error {
	sessions, err := p.Accounts.Sessions(r.Context(), r.Actor, r.Actor.Account)
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK,
		sessionList(r.Frame(r.T("accounts.session.title")), r.NewForm(nil), r.SessionRows(sessions)))
}

// endSession ends one of a citizen's own sessions.
func (p *Pages) endSession(r *page.Request) error {
	form := r.Form()
	session := form.ID("session")
	if err := form.Err(); err != nil {
		return err
	}
	if err := p.Accounts.Revoke(r.Context(), r.Actor, session); err != nil {
		return err
	}
	return r.Redirect("/area-personale/sessioni", civic.Msg("accounts.session.ended"))
}
