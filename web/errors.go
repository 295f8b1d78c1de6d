package web

import (
	"errors"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// The pages where people sign in; the way back is told in the query parameter page.ReturnParam.
const (
	citizenSignIn = "/accedi"
	staffSignIn   = "/desk/login"
	// where staff ask for a link with which to choose a password
	newPasswordLink = staffSignIn + "/password"
)

// failure is an error as the person sees it.
type failure struct {
	status int
	text   civic.Message
}

// failureOf turns an error into a status and words. Whatever is no *civic.Error and no refusal of the server
// itself is our fault.
func failureOf(err error, changes bool) failure {
	var refused *fiber.Error
	if errors.As(err, &refused) {
		return failure{refused.Code, civic.Msg(refusalKey(refused.Code))}
	}
	var e *civic.Error
	if !errors.As(err, &e) {
		return failure{fiber.StatusInternalServerError, civic.Msg("error.internal")}
	}
	status := statusOf(e.Code, changes)
	if r, ok := errors.AsType[*page.Refusal](err); ok && r.Status != 0 {
		status = r.Status
	}
	if status == fiber.StatusInternalServerError {
		return failure{status, civic.Msg("error.internal")}
	}
	return failure{status, e.Message}
}

func statusOf(code civic.Code, changes bool) int {
	switch code {
	case civic.Invalid:
		if changes {
			return fiber.StatusUnprocessableEntity
		}
		return fiber.StatusBadRequest
	case civic.Unauthenticated:
		return fiber.StatusUnauthorized
	case civic.Forbidden:
		return fiber.StatusForbidden
	case civic.NotFound:
		return fiber.StatusNotFound
	case civic.Conflict:
		return fiber.StatusConflict
	case civic.Gone:
		return fiber.StatusGone
	case civic.Limited:
		return fiber.StatusTooManyRequests
	case civic.TooLarge:
		return fiber.StatusRequestEntityTooLarge
	case civic.Full:
		return fiber.StatusInsufficientStorage
	case civic.Unavailable:
		return fiber.StatusServiceUnavailable
	}
	return fiber.StatusInternalServerError
}

// refusalKey returns the text for a refusal that the server makes before any handler runs.
func refusalKey(status int) string {
	switch status {
	case fiber.StatusNotFound:
		return "error.not_found"
	case fiber.StatusMethodNotAllowed, fiber.StatusNotImplemented:
		return "error.method"
	case fiber.StatusRequestEntityTooLarge, fiber.StatusRequestHeaderFieldsTooLarge:
		return "error.too_large"
	case fiber.StatusUnsupportedMediaType:
		return "error.media_type"
	case fiber.StatusServiceUnavailable:
		return "error.unavailable"
	}
	return "error.request_refused"
}

// fail answers with the page of an error, or tells it to a program; a visitor who may after signing in is led
// there.
func (s *Server) fail(r *page.Request, c *fiber.Ctx, err error) {
	changes := c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead
	f := failureOf(err, changes)
	s.logFailure(r, f, err)
	s.auditRefusal(r, c, f, err)
	if f.status == fiber.StatusTooManyRequests {
		c.Set(fiber.HeaderRetryAfter, "60")
	}
	if r.WantsProblem() {
		s.failProblem(r, c, f, err)
		return
	}
	view := ui.Failure{Text: r.L.Message(f.text), Written: s.written(r, c, changes)}
	if f.status == fiber.StatusUnauthorized {
		view.SignIn = signIn(c.Path(), s.wayBack(c, changes))
		if len(view.Written) == 0 {
			if err := r.Redirect(view.SignIn); err == nil {
				return
			}
		}
		view.Text = r.T("error.session_over")
	}
	if f.text.Key == "accounts.error.link" {
		view.NewLink = newPasswordLink
	}
	if ours(f.status) {
		view.Request = r.RequestID
	}
	if back := s.wayBack(c, changes); passes(f) && page.Local(back) {
		view.Again = back
	}
	r.Findable(false)
	frame := r.Frame(r.T(titleKey(f)))
	if err := r.Page(f.status, ui.ErrorPage(frame, view)); err != nil {
		s.opt.Log.Error("error page", "request", r.RequestID, "error", err)
		c.Status(fiber.StatusInternalServerError)
	}
	c.Vary(fiber.HeaderAccept)
}

// passes reports whether what was refused may succeed a while later, or from a page that is opened anew.
func passes(f failure) bool {
	switch f.status {
	case fiber.StatusTooManyRequests, fiber.StatusServiceUnavailable, fiber.StatusInsufficientStorage:
		return true
	}
	return misfit(f) || f.text.Key == surveys.DraftGone
}

// misfit reports whether a form was refused because its token does not fit the browser.
func misfit(f failure) bool {
	return f.text.Key == page.NotOurForm || f.text.Key == page.CookieGone || f.text.Key == page.SignedOut
}

// titleKey returns the key of an error page's title. A form that was open for too long is nobody's lack of
// rights.
func titleKey(f failure) string {
	if misfit(f) {
		return "error.title.csrf"
	}
	return "error.title." + strconv.Itoa(titled(f.status))
}

// titled returns the status whose title the catalogue has.
func titled(status int) int {
	switch status {
	case 400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 500, 503, 507:
		return status
	case fiber.StatusMethodNotAllowed, fiber.StatusNotImplemented:
		return fiber.StatusNotFound
	}
	if status >= fiber.StatusInternalServerError {
		return fiber.StatusInternalServerError
	}
	return fiber.StatusBadRequest
}

// written returns what a form said that is answered with an error page, so that nobody writes it twice. It is
// shown to whoever sent it from a page of this site and to nobody else: another site must not put its words
// on ours.
func (s *Server) written(r *page.Request, c *fiber.Ctx, changes bool) []ui.Written {
	if !changes || !s.sameOrigin(c) {
		return nil
	}
	if err := r.CheckBody(); err != nil && civic.CodeOf(err) != civic.Forbidden {
		return nil
	}
	return r.Written()
}

// wayBack returns where a request comes back to after signing in: a page to itself, a form to the page it was
// on. It is empty when that is not known.
func (s *Server) wayBack(c *fiber.Ctx, changes bool) string {
	if !changes {
		return c.OriginalURL()
	}
	from, err := url.Parse(c.Get(fiber.HeaderReferer))
	if err != nil || !s.ownOrigin(from.Scheme+"://"+from.Host) {
		return ""
	}
	return from.RequestURI()
}

// signIn returns where to sign in for a page, and from there to the way back: staff pages have a door of
// their own.
func signIn(path, back string) string {
	door := citizenSignIn
	if path == "/desk" || strings.HasPrefix(path, "/desk/") {
		door = staffSignIn
	}
	if !page.Local(back) {
		return door
	}
	return door + "?" + url.Values{page.ReturnParam: {back}}.Encode()
}

// ours reports whether a status says that the fault is on our side.
func ours(status int) bool {
	return status >= fiber.StatusInternalServerError && status != fiber.StatusNotImplemented
}

// logFailure logs what is our fault, with its cause; what is the person's is in the access log.
func (s *Server) logFailure(r *page.Request, f failure, err error) {
	if !ours(f.status) {
		return
	}
	s.opt.Log.LogAttrs(r.Context(), slog.LevelError, "request failed",
		slog.String("request", r.RequestID), slog.Int("status", f.status), slog.Any("error", err))
}

// lastResort answers what fasthttp refuses before any middleware has run: bodies and headers over the limit,
// broken requests.
func (s *Server) lastResort(c *fiber.Ctx, err error) error {
	v, start := requestOf(c), time.Now()
	if v == nil {
		v = s.begin(c)
	}
	defer v.Close()
	s.fail(v, c, broken(err))
	s.logRequest(v, c, start)
	return nil
}

// broken returns err, as a broken request where the library takes it for a fault of a server behind this one:
// there is none.
func broken(err error) error {
	if refused, ok := errors.AsType[*fiber.Error](err); ok && refused.Code == fiber.StatusBadGateway {
		return fiber.ErrBadRequest
	}
	return err
}

// quietLogger keeps the texts of fasthttp, which name the addresses of clients, down to their kind.
type quietLogger struct{ log *slog.Logger }

// Printf logs the format without its arguments.
func (l quietLogger) Printf(format string, _ ...any) { l.log.Debug("http server", "event", format) }
