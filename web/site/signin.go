package site

import (
	"errors"
	"net/http"
	"net/url"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// signInPage is where citizens choose how to sign in, and ask for a code.
type signInPage struct {
	Return string // where they wanted to go
	OIDC   string // where the sign-in at the identity provider begins; empty when there is none
	Fault  string // why a sign-in there failed
	Late   bool   // mail does not leave at present
}

// codePage is where citizens type the code they were sent.
type codePage struct {
	Return  string
	Email   string // to which the code was sent, as it was typed in this browser
	Sent    bool   // one was sent for this browser; else those sent a moment ago are to be used
	Minutes int
	Late    bool // mail does not leave at present
}

// againParam asks somebody who is signed in to sign in once more.
const againParam = "di_nuovo"

func signInAgain(to string) string {
	return "/accedi?" + url.Values{visit.ReturnParam: {to}, againParam: {"1"}}.Encode()
}

// SignIn shows the ways to sign in.
func (p *Pages) SignIn(v *visit.Visit) error {
	if v.Actor.Account != "" && (v.Actor.IsStaff() || v.Query(againParam) == "") {
		return v.Redirect(destination(v.Query(visit.ReturnParam), v.Actor.IsStaff()))
	}
	return p.showSignIn(v, http.StatusOK, v.NewForm(nil), v.Query(visit.ReturnParam), "")
}

func (p *Pages) showSignIn(v *visit.Visit, status int, form ui.Form, to, fault string) error {
	page := signInPage{Return: to, Fault: fault, Late: p.Notify.Late(v.Context())}
	if p.Accounts.HasOIDC() {
		page.OIDC = withReturn("/accedi/oidc", to)
	}
	return v.Page(status, signIn(v.Frame(v.T("accounts.signin.title")), form, page))
}

// destination returns where somebody goes who signed in.
func destination(to string, staff bool) string {
	if visit.Local(to) {
		return to
	}
	return visit.Home(staff)
}

func withReturn(path, to string) string {
	if !visit.Local(to) {
		return path
	}
	return path + "?" + url.Values{visit.ReturnParam: {to}}.Encode()
}

// AskCode sends a one-time code to the address that was typed.
func (p *Pages) AskCode(v *visit.Visit) error {
	form := v.Form()
	email, to := form.String("email"), form.Line(visit.ReturnParam, 2000)
	browser, err := "", form.Err()
	if err == nil {
		browser, err = p.Accounts.AskCode(v.Context(), email, string(v.Lang), v.Browser())
	}
	if again, ok := form.Again(err); ok {
		return p.showSignIn(v, http.StatusUnprocessableEntity, again, to, "")
	}
	if err != nil {
		return err
	}
	v.Remember(visit.CodeCookie, browser, accounts.CodeLife)
	return v.Redirect(withReturn("/accedi/codice", to))
}

// Code asks for the code that was sent; without one under way it leads back to where one is asked for.
func (p *Pages) Code(v *visit.Visit) error {
	return p.showCode(v, http.StatusOK, v.NewForm(nil), v.Query(visit.ReturnParam))
}

func (p *Pages) showCode(v *visit.Visit, status int, form ui.Form, to string) error {
	awaited, err := p.Accounts.CodeAwaited(v.Context(), v.Remembered(visit.CodeCookie))
	if fault, ok := told(v, err, civic.Gone); ok && status != http.StatusOK {
		return p.showSignIn(v, http.StatusGone, v.NewForm(nil), to, fault)
	} else if ok {
		return v.Redirect(withReturn("/accedi", to))
	}
	if err != nil {
		return err
	}
	page := codePage{Return: to, Email: awaited.Email, Sent: awaited.Sent, Minutes: int(accounts.CodeLife.Minutes()), Late: p.Notify.Late(v.Context())}
	return v.Page(status, codeForm(v.Frame(v.T("accounts.code.title")).With(v.T("accounts.signin.title"), "/accedi"), form, page))
}

// SignInWithCode signs in with the code that was typed.
func (p *Pages) SignInWithCode(v *visit.Visit) error {
	form := v.Form()
	typed, to := form.String("code"), form.Line(visit.ReturnParam, 2000)
	var in accounts.SignIn
	err := form.Err()
	if err == nil {
		in, err = p.Accounts.SignInWithCode(v.Context(), v.Remembered(visit.CodeCookie), typed, v.Browser())
	}
	if again, ok := form.Again(err); ok {
		return p.showCode(v, http.StatusUnprocessableEntity, again, to)
	}
	if fault, ok := told(v, err, civic.Gone); ok {
		return p.showSignIn(v, http.StatusGone, v.NewForm(nil), to, fault)
	}
	if err != nil {
		return err
	}
	v.Welcome(in)
	return v.Redirect(destination(to, false))
}

// BeginOIDC sends the browser to the identity provider. It is a link and no form, because the policy of our pages forbids forms
// that lead elsewhere; all it leaves is a note, good for a quarter of an hour, that this browser began.
func (p *Pages) BeginOIDC(v *visit.Visit) error {
	address, browser, err := p.Accounts.BeginOIDC(v.Context(), v.Query(visit.ReturnParam), v.Browser())
	if fault, ok := told(v, err, civic.Unavailable); ok {
		return p.showSignIn(v, http.StatusServiceUnavailable, v.NewForm(nil), v.Query(visit.ReturnParam), fault)
	}
	if err != nil {
		return err
	}
	v.Remember(visit.OIDCCookie, browser, accounts.FlowLife)
	return v.Leave(address)
}

// EndOIDC signs in whom the identity provider sends back.
func (p *Pages) EndOIDC(v *visit.Visit) error {
	answer := accounts.OIDCAnswer{State: v.Query("state"), Code: v.Query("code"), Issuer: v.Query("iss"), Error: v.Query("error")}
	in, err := p.Accounts.SignInWithOIDC(v.Context(), v.Remembered(visit.OIDCCookie), answer, v.Browser())
	if fault, ok := told(v, err, civic.Unauthenticated, civic.Forbidden, civic.Unavailable); ok {
		return p.showSignIn(v, http.StatusForbidden, v.NewForm(nil), "", fault)
	}
	if err != nil {
		return err
	}
	v.Welcome(in)
	return v.Redirect(destination(in.Next, false))
}

// told returns the words of err when it has one of the codes: such a fault is shown where the person can start again.
func told(v *visit.Visit, err error, codes ...civic.Code) (string, bool) {
	var e *civic.Error
	if !errors.As(err, &e) {
		return "", false
	}
	for _, c := range codes {
		if e.Code == c {
			return v.L.Message(e.Message), true
		}
	}
	return "", false
}

// SignOut ends the session of this browser.
func (p *Pages) SignOut(v *visit.Visit) error {
	if err := p.Accounts.SignOut(v.Context(), v.Cookie(), v.Request); err != nil {
		return err
	}
	v.SignOut()
	v.ForgetSite()
	return v.Redirect("/", civic.Msg("accounts.signed_out"))
}

// Sessions lists the browsers in which a citizen is signed in.
func (p *Pages) Sessions(v *visit.Visit) error {
	sessions, err := p.Accounts.Sessions(v.Context(), v.Actor, v.Actor.Account)
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, sessionList(v.Frame(v.T("accounts.session.title")), v.NewForm(nil), v.SessionRows(sessions)))
}

// EndSession ends one of a citizen's own sessions.
func (p *Pages) EndSession(v *visit.Visit) error {
	form := v.Form()
	session := form.ID("session")
	if err := form.Err(); err != nil {
		return err
	}
	if err := p.Accounts.Revoke(v.Context(), v.Actor, session); err != nil {
		return err
	}
	return v.Redirect("/area-personale/sessioni", civic.Msg("accounts.session.ended"))
}
