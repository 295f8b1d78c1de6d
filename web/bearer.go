package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
	"ascolto/web/page"
)

// identifyProgram finds out for whom a program asks. One that shows no token is a visitor; it may do what
// its token may, and never more than its owner may now. The error says that the token is worth nothing,
// or that the program reads no JSON.
func (s *Server) identifyProgram(r *page.Request, c *fiber.Ctx) error {
	if !r.TakesJSON() {
		return page.Unacceptable()
	}
	shown := c.Request().Header.PeekAll(fiber.HeaderAuthorization)
	if len(shown) == 0 || s.opt.Tokens == nil {
		return nil
	}
	scheme, token, _ := strings.Cut(string(shown[0]), " ")
	if len(shown) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return civic.NewError(civic.Unauthenticated, "error.unauthenticated")
	}
	who, atMost, err := s.opt.Tokens.TokenActor(r.Context(), strings.TrimSpace(token), s.clientOf(c))
	if err != nil {
		return err
	}
	who.Request = r.RequestID
	r.Actor = civic.NewActor(who, s.grants).Only(atMost)
	return nil
}
