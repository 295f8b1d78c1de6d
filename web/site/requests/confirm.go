package requests

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// Who asked for something without signing in comes back to it in the same browser for a while, and by the
// link that was mailed from wherever they read it.
const (
	awaitedLife = time.Hour
	resumeParam = "ripresa" // of the form: which draft of the citizen's it shows, or
	// that which waits to be confirmed in this browser
	resumeAwaited = "1"
)

// confirmPage is what waits to be confirmed.
type confirmPage struct {
	requests.Draft
	Name    string // of the procedure
	Summary *requests.Request
	Proved  bool // the browser has the code that was mailed
	Over    bool // the procedure is not offered any more: it is shown, and cannot be confirmed
	Form    ui.Form
	Refused string // why it was not confirmed, where that is no fault of a field
}

// change returns where a field of it is changed.
func (p confirmPage) change(field string) string {
	q := url.Values{resumeParam: {resumeAwaited}}
	return newPath + string(p.Procedure) + "?" + q.Encode() + "#" + p.Form.FieldID(field)
}

// askFor keeps what somebody typed who is not signed in until they confirm it.
func (p *Pages) askFor(r *page.Request, form *page.Form, in requests.FileInput) error {
	id, code := awaitedKey(r)
	if id != form.Key() {
		code = ""
	}
	d, err := p.Requests.Ask(r.Context(), r.Actor, requests.AskInput{FileInput: in, Language: string(r.Lang),
		Client: r.Browser(), Code: code})
	if err != nil && d.ID == "" { // else it is kept, and the next page says that no mail went out
		return p.refused(r, form, err)
	}
	p.entrust(r, d.ID, code)
	return r.Redirect(confirmPath)
}

func (p *Pages) entrust(r *page.Request, draft civic.ID, code string) {
	r.Entrust(page.DraftCookie, string(draft)+followMark+code, awaitedLife)
}

// awaitedKey returns the draft that the browser keeps, and the code that opened it there.
func awaitedKey(r *page.Request) (draft civic.ID, code string) {
	kept := r.Entrusted(page.DraftCookie)
	n := strings.LastIndex(kept, followMark)
	if n < 0 {
		return "", ""
	}
	return civic.ID(kept[:n]), kept[n+len(followMark):]
}

// awaited returns what waits to be confirmed in this browser, and whether it has the code that was mailed.
// It returns Gone when there is nothing any more.
func (p *Pages) awaited(r *page.Request) (requests.Draft, bool, error) {
	id, code := awaitedKey(r)
	if id == "" {
		return requests.Draft{}, false, civic.NewError(civic.Gone, "requests.error.draft_gone")
	}
	return p.Requests.Awaited(r.Context(), id, code)
}

// draftValues returns the form that d was typed in.
func draftValues(d requests.Draft) url.Values {
	v := ui.Prefill("subject", d.Subject, "text", d.Text, "grounds", d.Grounds,
		versionField, strconv.Itoa(d.Version))
	if d.Declared != nil {
		v.Set("given_name", d.Declared.GivenName)
		v.Set("family_name", d.Declared.FamilyName)
		v.Set("email", d.Declared.Email)
		v.Set("phone", d.Declared.Phone)
		v.Set(visitorField, "1")
	}
	return v
}

// openDraft is where the link of the mail leads: it only opens what was typed in this browser, so that a
// program that follows links confirms nothing.
func (p *Pages) openDraft(r *page.Request) error {
	id, err := r.ID("draft")
	if err != nil {
		return err
	}
	code := r.Param("code")
	_, proved, err := p.Requests.Awaited(r.Context(), id, code)
	if err == nil && !proved {
		err = civic.NewError(civic.Gone, "requests.error.draft_gone")
	}
	if err != nil {
		return err
	}
	p.entrust(r, id, code)
	return r.Redirect(confirmPath)
}

// confirmation shows what waits to be confirmed in this browser.
func (p *Pages) confirmation(r *page.Request) error {
	return p.showConfirmation(r, http.StatusOK, confirmPage{Form: r.NewForm(nil)})
}

func (p *Pages) showConfirmation(r *page.Request, status int, view confirmPage) (err error) {
	if view.Draft, view.Proved, err = p.awaited(r); err != nil {
		return err
	}
	if view.Filed != "" {
		return p.filedAlready(r, view)
	}
	in := requests.FileInput{FormKey: string(view.ID), Procedure: view.Procedure, Subject: view.Subject,
		Text: view.Text, Grounds: view.Grounds, Declared: view.Declared}
	f := r.Frame(r.T("requests.confirm.title")).With(r.T("requests.site.title"), askPath)
	if view.Declared == nil { // who has the code changed it, and this browser has none
		return r.Page(status, sealedConfirmation(f, view))
	}
	reviewed, err := p.Requests.Review(r.Context(), r.Actor, in)
	if civic.CodeOf(err) == civic.Gone {
		view.Over, view.Refused = true, ""
		reviewed, err = p.asTyped(r, view.Draft)
	}
	if civic.CodeOf(err) == civic.Invalid { // the procedure asks for more since
		q := url.Values{resumeParam: {resumeAwaited}}
		return r.Redirect(newPath + string(view.Procedure) + "?" + q.Encode())
	}
	if err != nil {
		return err
	}
	view.Summary, view.Name = &reviewed, reviewed.Name.In(string(r.Lang))
	return r.Page(status, confirmation(f, view))
}

// asTyped returns a draft as its author reads it that cannot be filed any more.
func (p *Pages) asTyped(r *page.Request, d requests.Draft) (requests.Request, error) {
	procedure, err := p.Requests.Procedure(r.Context(), d.Procedure)
	v, _ := procedure.On(d.UpdatedAt.In(civic.Rome()).Format(time.DateOnly))
	return requests.Request{Procedure: d.Procedure, Name: v.Name, Rules: v.Rules,
		Applicant: d.Declared.Name(), Declared: d.Declared, Subject: d.Subject, Text: d.Text,
		Grounds: d.Grounds}, err
}

// filedAlready leads to what was made of a draft: to the receipt who has the code, others to where number and
// code are typed.
func (p *Pages) filedAlready(r *page.Request, view confirmPage) error {
	if !view.Proved {
		return r.Redirect(followPath, civic.Msg("requests.confirm.filed_elsewhere"))
	}
	id, code := awaitedKey(r)
	filed, follow, err := p.Requests.Confirm(r.Context(), r.Actor, id, code, view.Version)
	if err != nil {
		return err
	}
	return p.toReceipt(r, filed, follow)
}

// toReceipt leads to the receipt of a request that was just filed, or was before.
func (p *Pages) toReceipt(r *page.Request, filed requests.Request, code string, say ...civic.Message) error {
	r.Entrust(page.FollowCookie, filed.Number+followMark+code, followLife)
	return r.Redirect(followedPath+"/ricevuta", say...)
}

// confirm files what waits to be confirmed, writes to the address once more, or erases it.
func (p *Pages) confirm(r *page.Request) error {
	form := r.Form()
	id, code := awaitedKey(r)
	if id == "" {
		return civic.NewError(civic.Gone, "requests.error.draft_gone")
	}
	switch form.String("do") {
	case "again":
		return p.remind(r, id)
	case "discard":
		if err := p.Requests.Discard(r.Context(), id, code); err != nil {
			return p.unconfirmed(r, form, err)
		}
		r.Remember(page.DraftCookie, "", -1)
		return r.Redirect(askPath, civic.Msg("requests.confirm.discarded"))
	}
	if typed := civic.Bare(form.Line("code", 100)); typed != "" {
		code = typed
	} else if form.Has("code") {
		form.Problem("code", "error.required")
	}
	if form.String("do") == "open" {
		return p.openTyped(r, form, id, code)
	}
	version, _ := strconv.Atoi(form.String("version")) // another is Conflict
	err := form.Err()
	var filed requests.Request
	var follow string
	if err == nil {
		filed, follow, err = p.Requests.Confirm(r.Context(), r.Actor, id, code, version)
	}
	if err != nil {
		return p.unconfirmed(r, form, err)
	}
	p.entrust(r, id, code)
	return p.toReceipt(r, filed, follow, civic.Msg("requests.site.filed"))
}

// openTyped opens what waits to be confirmed in this browser, too, with the code that was typed.
func (p *Pages) openTyped(r *page.Request, form *page.Form, id civic.ID, code string) error {
	err := form.Err()
	if err == nil {
		var proved bool
		if _, proved, err = p.Requests.Awaited(r.Context(), id, code); err == nil && !proved {
			form.Problem("code", "requests.error.confirm_code")
			err = form.Err()
		}
	}
	if err != nil {
		return p.unconfirmed(r, form, err)
	}
	p.entrust(r, id, code)
	return r.Redirect(confirmPath)
}

// unconfirmed shows what waits to be confirmed again, and why it was not.
func (p *Pages) unconfirmed(r *page.Request, form *page.Form, err error) error {
	fault, ok := errors.AsType[*civic.Error](err)
	if !ok {
		return err
	}
	view, status := confirmPage{Form: r.NewForm(form.Values())}, http.StatusUnprocessableEntity
	switch fault.Code {
	case civic.Invalid:
		view.Form, _ = form.Again(err)
	case civic.Gone: // the procedure, else not even that can be shown
		status = http.StatusGone
	case civic.Conflict, civic.Forbidden:
		view.Refused = r.L.Message(fault.Message)
	default:
		if status, ok = passing[fault.Code]; !ok {
			return err
		}
		view.Refused = r.L.Message(fault.Message)
	}
	if shown := p.showConfirmation(r, status, view); shown != nil {
		return err
	}
	return nil
}

func (p *Pages) remind(r *page.Request, id civic.ID) error {
	_, err := p.Requests.Remind(r.Context(), id, r.Browser())
	switch civic.CodeOf(err) {
	case "":
		return r.Redirect(confirmPath, civic.Msg("requests.confirm.sent_again"))
	case civic.Limited, civic.Unavailable:
		return p.unconfirmed(r, r.Form(), err)
	}
	return err
}
