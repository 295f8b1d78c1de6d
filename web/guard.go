package web

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
	"ascolto/web/page"
)

// guardChange lets a request that changes something through only when it is within the limits, and what its
// route asks for shows that whoever it acts for means it.
func (s *Server) guardChange(req *page.Request, c *fiber.Ctx, r page.Route) error {
	// before it is counted: pages elsewhere must not use up what the people of an address may send
	if r.Auth == page.ByFormToken && !s.sameOrigin(c) {
		return refuseForeign(req)
	}
	if !s.limits.change(req, r.Cost) {
		return civic.NewError(civic.Limited, "error.limited")
	}
	switch r.Auth {
	case page.ByFormToken:
		return guardForm(req)
	case page.BySignedPath:
		return guardSigned(req)
	case page.ByBearer:
		return req.CheckObject()
	}
	return civic.NewError(civic.Forbidden, page.NotOurForm) // build refuses such a route
}

// refuseForeign refuses a form that a page of this site did not send. Who sent it is told by its head: of a
// form with files from elsewhere nothing is read.
func refuseForeign(r *page.Request) error {
	foreign := civic.NewError(civic.Forbidden, page.NotOurForm)
	if r.BringsFiles() {
		r.RefuseBody(foreign)
	}
	return foreign
}

// guardForm lets a readable form through that was sent with the token of this session.
func guardForm(r *page.Request) error {
	if err := r.CheckBody(); err != nil {
		return bodyFault(err)
	}
	if r.TokenFits(r.Form().Raw("csrf")) {
		return nil
	}
	return r.Misfit()
}

// guardSigned lets any body through but one too large: a mail client may send what it likes, but not much,
// and the handler reads little of it.
func guardSigned(r *page.Request) error {
	if err := r.CheckBody(); civic.CodeOf(err) == civic.TooLarge {
		return bodyFault(err)
	}
	return nil
}

// bodyFault returns how a body that is no form is refused; an error that is not about what was sent, as a
// full disk, is what it is.
func bodyFault(err error) error {
	if refused, ok := errors.AsType[*fiber.Error](err); ok {
		return refused
	}
	e, ok := errors.AsType[*civic.Error](err)
	switch {
	case ok && e.Message.Key == page.NoForm:
		return fiber.NewError(fiber.StatusUnsupportedMediaType)
	case ok && e.Code == civic.Invalid:
		return fiber.NewError(fiber.StatusBadRequest)
	}
	return err
}

// sameOrigin reports whether a page of this site sent the request. Browsers say so in Sec-Fetch-Site, older
// ones in Origin; a request with neither is refused, because a browser sends at least one with a form.
func (s *Server) sameOrigin(c *fiber.Ctx) bool {
	site, origin := c.Get("Sec-Fetch-Site"), c.Get(fiber.HeaderOrigin)
	if site != "" && site != "same-origin" || site == "" && origin == "" {
		return false
	}
	return origin == "" || s.ownOrigin(origin)
}

func (s *Server) ownOrigin(origin string) bool {
	if origin == s.opt.Origin {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && !s.secure && u.Scheme == "http" && u.Path == "" && s.hosts[u.Host]
}
