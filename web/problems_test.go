package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
	"ascolto/web/page"
)

// told is a problem as a program reads it.
type told struct {
	Type, Title, Detail, Code, Request string
	Status                             int
	Errors                             []page.FieldProblem
	Conflicts                          []string
}

// asProgram asks for a path as a program would, and returns the answer and the problem in it.
func (r *rig) asProgram(t *testing.T, method, path, body string, headers ...string) (*http.Response, told) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.origin+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := r.client(t).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return res, readProblem(t, res)
}

// readProblem returns the problem in an answer, which it must be: in JSON, of the status that the answer
// has, in no cache, with no cookie.
func readProblem(t *testing.T, res *http.Response) (p told) {
	t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	name := res.Request.Method + " " + res.Request.URL.Path
	if got := res.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("%s: status %d, %q, no problem: %.200s", name, res.StatusCode, got, body)
		return p
	}
	if err := json.Unmarshal(body, &p); err != nil {
		t.Errorf("%s: %v: %.200s", name, err, body)
	}
	if p.Type != "about:blank" || p.Status != res.StatusCode || p.Title == "" || p.Detail == "" ||
		p.Code == "" {
		t.Errorf("%s: status %d: %s", name, res.StatusCode, body)
	}
	if res.Header.Get("Cache-Control") != "no-store" || !strings.Contains(res.Header.Get("Vary"),
		"Accept-Language") {
		t.Errorf("%s: headers %v", name, res.Header)
	}
	if strings.Contains(p.Title+p.Detail, "api.") || strings.Contains(p.Title+p.Detail, "error.") {
		t.Errorf("%s: shows a text by its key: %s", name, body)
	}
	return p
}

// TestErrorsAreToldToPrograms: each kind of error has its status, its words in the language that was
// asked for, and its fields by the names that forms use; what is our fault says nothing of its cause. A
// browser gets the page.
func TestErrorsAreToldToPrograms(t *testing.T) {
	t.Parallel()
	fields := civic.Problems{}
	fields.Add("emails.2", "error.email")
	for _, tc := range []struct {
		err    error
		status int
		code   string
		it, en string // in the title
	}{
		{civic.NewError(civic.Forbidden, "error.forbidden"), 403, "error.forbidden", "non consentita",
			"Not allowed"},
		{civic.NewError(civic.NotFound, "error.not_found"), 404, "error.not_found", "Non trovato",
			"Not found"},
		{civic.NewError(civic.Unauthenticated, "error.unauthenticated"), 401, "error.unauthenticated",
			"accedere", "sign in"},
		{fiber.ErrMethodNotAllowed, 405, "error.method", "Metodo", "Method"},
		{page.Unacceptable(), 406, "api.error.accept", "accettabile", "acceptable"},
		{fiber.ErrRequestTimeout, 408, "error.request_refused", "lentamente", "slowly"},
		{civic.NewError(civic.Conflict, "error.conflict"), 409, "error.conflict", "Conflitto", "Conflict"},
		{civic.NewError(civic.Gone, "error.link"), 410, "error.link", "Non più", "No longer"},
		{&page.Refusal{Cause: civic.NewError(civic.Conflict, "error.conflict"), Status: 412,
			Members: map[string]any{"conflicts": []string{"street"}}},
			412, "error.conflict", "versione", "version"},
		{civic.NewError(civic.TooLarge, "error.too_large"), 413, "error.too_large", "troppo grande",
			"Too large"},
		{fiber.ErrUnsupportedMediaType, 415, "error.media_type", "Formato", "Media type"},
		{fiber.NewError(421), 421, "error.request_refused", "altro sito", "another site"},
		{fields.Err(), 400, "error.form", "non valida", "Bad request"},
		{&page.Refusal{Cause: fields.Err(), Status: 422}, 422, "error.form", "da correggere", "corrected"},
		{&page.Refusal{Cause: civic.NewError(civic.Invalid, "error.form"), Status: 428}, 428, "error.form",
			"Manca", "missing"},
		{civic.NewError(civic.Limited, "error.limited"), 429, "error.limited", "Troppe", "Too many"},
		{errors.New("secret cause"), 500, "error.internal", "interno", "Internal"},
		{civic.Wrap(civic.Internal, "error.internal", fields.Err()), 500, "error.internal", "interno",
			"Internal"},
		{civic.NewError(civic.Unavailable, "error.unavailable"), 503, "error.unavailable", "non disponibile",
			"unavailable"},
		{civic.NewError(civic.Full, "error.full"), 507, "error.full", "esaurito", "No space"},
	} {
		r := newRig(t, page.Get("/prova", page.Public, func(*page.Request) error { return tc.err }))
		for lang, title := range map[string]string{"it": tc.it, "en-GB,en;q=0.9": tc.en} {
			res, p := r.asProgram(t, http.MethodGet, "/prova", "", "Accept", "application/json",
				"Accept-Language",
				lang)
			if res.StatusCode != tc.status || p.Code != tc.code || !strings.Contains(p.Title, title) {
				t.Errorf("%v in %s: %+v", tc.err, lang, p)
			}
			if res.Header.Get("Content-Language") != lang[:2] {
				t.Errorf("%v in %s is said to be in %q", tc.err, lang, res.Header.Get("Content-Language"))
			}
			wantFields := tc.code == "error.form" && tc.status != 428
			if wantFields != (len(p.Errors) == 1) || wantFields && (p.Errors[0].Field != "emails.2" ||
				p.Errors[0].Code != "error.email" || p.Errors[0].Detail == "") {
				t.Errorf("%v: fields %+v", tc.err, p.Errors)
			}
			if (tc.status == 412) != slices.Equal(p.Conflicts, []string{"street"}) {
				t.Errorf("%v: conflicts %v", tc.err, p.Conflicts)
			}
			if (tc.status >= 500) != (p.Request != "") || strings.Contains(p.Detail, "secret") {
				t.Errorf("%v: %+v", tc.err, p)
			}
			if (tc.status == 429) != (res.Header.Get("Retry-After") != "") {
				t.Errorf("%v: Retry-After %q", tc.err, res.Header.Get("Retry-After"))
			}
		}
		_, body := r.get(t, r.client(t), "/prova")
		if tc.status != 401 && !strings.HasPrefix(body, "<!") && !strings.HasPrefix(body, "<html") {
			t.Errorf("%v: a browser gets %.100s", tc.err, body)
		}
	}
}

// TestAPIErrorsAreProblems: below /api whatever refuses a request does so with a problem: the router, the
// door, the limits, a panic.
func TestAPIErrorsAreProblems(t *testing.T) {
	t.Parallel()
	r := newRig(t,
		page.Get("/api/prova", page.Public, func(*page.Request) error { panic("secret") }).Bearer())
	html := []string{"Accept", "text/html, */*;q=0.1", "Cookie", "lang=en; sid=operator"}
	for _, tc := range []struct {
		method, path, body string
		headers            []string
		want               int
	}{
		{http.MethodGet, "/api", "", html, 404},
		{http.MethodGet, "/api/", "", html, 404},
		{http.MethodGet, "/api/v1/nulla?lang=en", "", html, 404},
		{http.MethodPost, "/api/v1/nulla", strings.Repeat("a", 70<<10), html, 413},
		{http.MethodPost, "/api/v1/nulla", "{}", append(html, "Content-Encoding", "gzip"), 415},
		{"FETCH", "/api/v1/nulla", "", html, 501},
		{http.MethodDelete, "/api/prova", "", html, 405},
		{http.MethodGet, "/api/prova", "", []string{"Accept", "text/html"}, 406},
		{http.MethodGet, "/api/prova", "", html, 500},
		{http.MethodGet, "/api/nulla", "", append(html, "Host", "other.example"), 404},
	} {
		res, p := r.asProgram(t, tc.method, tc.path, tc.body, tc.headers...)
		if res.StatusCode != tc.want || p.Title == "" || strings.Contains(p.Detail, "secret") ||
			res.Header.Get("Content-Language") != "it" {
			t.Errorf("%s %s: status %d, want %d: %+v", tc.method, tc.path, res.StatusCode, tc.want, p)
		}
		if len(res.Cookies()) > 0 || res.Header.Get("Location") != "" {
			t.Errorf("%s %s: headers %v", tc.method, tc.path, res.Header)
		}
	}
	if res, _ := r.asProgram(t, http.MethodDelete, "/api/prova", ""); res.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("allowed is %q", res.Header.Get("Allow"))
	}
	// what the library refuses before any handler runs
	for name, raw := range map[string]string{
		"431": r.head(http.MethodGet, "/api/v1/contacts", "X-Long: "+strings.Repeat("a", 20<<10)),
		"400": "POST /api/v1/contacts HTTP/1.1\r\nHost: " + strings.TrimPrefix(r.origin, "http://") +
			"\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"421": "GET /api/v1/contacts HTTP/1.1\r\nHost: other.example\r\n\r\n",
	} {
		if res := r.rawAnswer(t, raw); strconv.Itoa(res.StatusCode) != name {
			t.Errorf("status %d, want %s", res.StatusCode, name)
		} else if name == "421" {
			readProblem(t, res)
		}
	}
}

func (r *rig) rawAnswer(t *testing.T, request string) *http.Response {
	t.Helper()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(r.origin, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, r.origin, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestTheLimitsSpeakToPrograms: who asks too often below /api is told so in JSON.
func TestTheLimitsSpeakToPrograms(t *testing.T) {
	t.Parallel()
	r := newRigWith(t, func(o *Options) { o.Limits.Requests = Rate{PerSecond: 0.001, Burst: 2} })
	for range 2 {
		r.asProgram(t, http.MethodGet, "/api/v1/contacts", "")
	}
	res, p := r.asProgram(t, http.MethodGet, "/api/v1/contacts", "")
	if res.StatusCode != 429 || p.Code != "error.limited" || res.Header.Get("Retry-After") == "" {
		t.Errorf("status %d: %+v", res.StatusCode, p)
	}
}
