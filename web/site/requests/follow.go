package requests

import (
	"net/http"
	"strings"
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// Whoever opened a request with number and code can look at it for a while without typing them again; the
// browser keeps both, sealed, until it is closed.
const (
	followLife = time.Hour
	followMark = "_"
)

// follow asks for the number and the code of a request.
func (p *Pages) follow(r *page.Request) error {
	return p.showFollow(r, http.StatusOK, r.NewForm(ui.Prefill("number", r.Query("numero"))))
}

func (p *Pages) showFollow(r *page.Request, status int, form ui.Form) error {
	f := r.Frame(r.T("requests.follow.title")).With(r.T("requests.site.title"), askPath)
	return r.Page(status, follow(f, form))
}

// open opens the request that number and code are of.
func (p *Pages) open(r *page.Request) error {
	form := r.Form()
	number, code := requests.ReadNumber(form.Line("number", 50)), civic.Bare(form.Line("code", 100))
	for name, typed := range map[string]string{"number": number, "code": code} {
		if typed == "" {
			form.Problem(name, "error.required")
		}
	}
	err := form.Err()
	if err == nil {
		_, err = p.Requests.Followed(r.Context(), r.Actor, number, code)
	}
	if civic.CodeOf(err) == civic.NotFound {
		form.Problem("code", "requests.error.code")
		err = form.Err()
	}
	if again, ok := form.Again(err); ok {
		return p.showFollow(r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	r.Entrust(page.FollowCookie, number+followMark+code, followLife)
	return r.Redirect(followedPath)
}

// key returns the number and the code that the browser keeps, empty when it keeps none.
func key(r *page.Request) (number, code string) {
	number, code, _ = strings.Cut(r.Entrusted(page.FollowCookie), followMark)
	return number, code
}

// followed shows the request that was opened with number and code.
func (p *Pages) followed(r *page.Request) error {
	return p.showFollowed(r, http.StatusOK, "", ui.Form{})
}

func (p *Pages) showFollowed(r *page.Request, status int, refused requests.Act, form ui.Form) error {
	number, code := key(r)
	if code == "" {
		return r.Redirect(followPath)
	}
	found, err := p.Requests.Followed(r.Context(), r.Actor, number, code)
	if civic.CodeOf(err) == civic.NotFound {
		return r.Redirect(followPath)
	}
	if err != nil {
		return err
	}
	return p.show(r, status, requestPage{Request: found, Base: followedPath, Refused: refused}, form)
}

// moveFollowed does something to the request that was opened with number and code.
func (p *Pages) moveFollowed(r *page.Request) error {
	number, code := key(r)
	if code == "" {
		return r.Redirect(followPath)
	}
	form := r.Form()
	in := readMove(form)
	err := form.Err()
	if err == nil {
		_, err = p.Requests.MoveFollowed(r.Context(), r.Actor, number, code, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showFollowed(r, http.StatusUnprocessableEntity, in.Act, again)
	}
	if err != nil {
		return err
	}
	return r.Redirect(followedPath, civic.Msg("requests.site.moved"))
}

// leave has the browser forget number and code.
func (p *Pages) leave(r *page.Request) error {
	r.Remember(page.FollowCookie, "", -1)
	return r.Redirect(followPath, civic.Msg("requests.follow.left"))
}

// followedFile sends a file of the request that was opened with number and code.
func (p *Pages) followedFile(r *page.Request) error {
	number, code := key(r)
	file, err := r.ID("file")
	if err != nil {
		return err
	}
	f, content, err := p.Requests.OpenFollowedFile(r.Context(), r.Actor, number, code, file)
	if err != nil {
		return err
	}
	return r.File(f, content)
}
