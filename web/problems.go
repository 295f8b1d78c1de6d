package web

import (
	"errors"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
	"ascolto/web/page"
)

// failProblem answers a program with an error (RFC 9457).
func (s *Server) failProblem(req *page.Request, c *fiber.Ctx, f failure, err error) {
	text := req.L.Message(f.text)
	if key := programKey(f.text.Key); req.ForProgram() && key != "" {
		text = req.T(key)
	}
	title := "api.title." + strconv.Itoa(problemTitle(f.status))
	if f.status == fiber.StatusUnauthorized && !req.ForProgram() {
		title = "api.title.sign_in" // where a token opens nothing
	}
	p := page.Problem{Title: req.T(title), Status: f.status,
		Detail: text, Code: f.text.Key}
	if e, ok := errors.AsType[*civic.Error](err); ok && f.status < fiber.StatusInternalServerError {
		p.Fields = req.FieldProblems(e.Fields)
	}
	if r, ok := errors.AsType[*page.Refusal](err); ok {
		p.Members = r.Members
	}
	if ours(f.status) {
		p.Request = req.RequestID
	}
	if f.status == fiber.StatusUnauthorized && req.ForProgram() {
		c.Set(fiber.HeaderWWWAuthenticate, challenge(c))
	}
	if err := req.Problem(p); err != nil {
		s.opt.Log.Error("answer with a problem", "request", req.RequestID, "error", err)
		c.Status(fiber.StatusInternalServerError)
	}
}

// challenge says how a program is to show who it is (RFC 6750, 3), and when it showed a token that this
// one is worth nothing.
func challenge(c *fiber.Ctx) string {
	if c.Get(fiber.HeaderAuthorization) == "" {
		return `Bearer realm="ascolto"`
	}
	return `Bearer realm="ascolto", error="invalid_token"`
}

// programKey returns the text for programs of an error that speaks to people of pages and sign-ins, empty
// when its own words will do.
func programKey(key string) string {
	switch key {
	case "error.not_found":
		return "api.error.not_found"
	case "error.unauthenticated":
		return "api.error.token"
	case "error.conflict":
		return "api.error.changed"
	case "error.form_used":
		return "api.error.key_used"
	}
	return ""
}

// problemTitle returns the status whose title the catalogue has for programs.
func problemTitle(status int) int {
	titled := []int{400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 421, 422, 428, 429, 431, 500,
		501, 503, 507}
	switch {
	case slices.Contains(titled, status):
		return status
	case status >= fiber.StatusInternalServerError:
		return fiber.StatusInternalServerError
	}
	return fiber.StatusBadRequest
}
