package web

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/vault"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// roleSessions signs in as a role whoever sends its name as the secret.
type roleSessions struct{}

func (roleSessions) Who(_ context.Context, secret string, _ bool) (civic.Actor, string, error) {
	role, err := civic.ParseRole(secret)
	if err != nil {
		return civic.Actor{}, "", civic.NewError(civic.Unauthenticated, "error.unauthenticated")
	}
	return civic.Actor{Account: civic.ID("account-" + role), Contact: "contact", Name: "Prova",
		Roles: []civic.Role{role}}, "session-" + secret, nil
}

// roleTokens acts for a role when a program shows its name as the token.
type roleTokens struct{}

func (roleTokens) TokenActor(
	ctx context.Context, text string, _ netip.Addr,
) (civic.Actor, []civic.Permission, error) {
	who, _, err := roleSessions{}.Who(ctx, text, true)
	return who, slices.Concat(Grants()[civic.Role(text)], []civic.Permission{"web.test"}), err
}

const reached = http.StatusOK // what the test's handlers answer, with the name of their route

// serveRoutes runs a server with the real middleware and the given routes, whose handlers only tell that they
// were reached.
func serveRoutes(t *testing.T, routes []page.Route) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := vault.New(vault.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	plenty := Rate{PerSecond: 1e6, Burst: 1e6}
	s, err := prepare(Options{
		Origin: "http://" + ln.Addr().String(), Vault: secrets,
		Log:  slog.New(slog.NewTextHandler(io.Discard, nil)),
		Town: ui.Municipality{Name: "Comune"}, Sessions: roleSessions{}, Tokens: roleTokens{},
		Limits: Limits{Requests: plenty, Changes: plenty, Dear: plenty, Account: plenty},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range routes {
		r.Handler = func(req *page.Request) error {
			return req.Download("route", "text/plain",
				[]byte(nameOf(r)))
		}
		s.routes = append(s.routes, r)
	}
	if err := s.build(); err != nil {
		t.Fatal(err)
	}
	go s.Serve(ln)
	t.Cleanup(func() { s.Shutdown(context.Background()) })
	return "http://" + ln.Addr().String()
}

// mapOf returns the real map of routes.
func mapOf(t *testing.T) []page.Route {
	t.Helper()
	return (&Server{}).routeTable()
}

func nameOf(r page.Route) string { return r.Method + " " + r.Path }

func TestEveryRouteHasItsGate(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range mapOf(t) {
		name := nameOf(r)
		if r.Gate == "" || r.Handler == nil {
			t.Errorf("%s has no gate or no handler", name)
		}
		if seen[name] {
			t.Errorf("%s is there twice", name)
		}
		seen[name] = true
		if r.Method != http.MethodGet && r.Method != http.MethodPost && r.Auth != page.ByBearer {
			t.Errorf("%s: forms know GET and POST only", name)
		}
		if r.Auth == page.ByBearer && r.Gate != page.Staff && !slices.Contains(TokenScopes(), r.Gate) {
			t.Errorf("%s: no token can be given %s", name, r.Gate)
		}
		if r.Path != "/" && (strings.HasSuffix(r.Path, "/") || r.Path != strings.ToLower(r.Path) &&
			!strings.Contains(r.Path, ":")) {
			t.Errorf("%s: paths are lower case without a slash at the end", name)
		}
		if strings.HasPrefix(r.Path, "/desk") && (r.Gate == page.Public || r.Gate == page.SignedIn) &&
			r.Path != staffSignIn && !strings.HasPrefix(r.Path, staffSignIn+"/") {
			t.Errorf("%s: a page of the desk is open to people who are no staff", name)
		}
	}
	s := &Server{opt: Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil))}}
	s.routes = []page.Route{{Method: http.MethodGet, Path: "/x",
		Handler: func(*page.Request) error { return nil }}}
	if err := s.build(); err == nil {
		t.Error("a route without a gate is accepted")
	}
}

// TestWhatIsLongCostsMore: a table that is sent whole counts for several requests, wherever it is asked for.
func TestWhatIsLongCostsMore(t *testing.T) {
	t.Parallel()
	n := 0
	for _, r := range mapOf(t) {
		if !strings.HasSuffix(r.Path, ".csv") && !strings.HasSuffix(r.Path, "/export") {
			continue
		}
		if n++; r.Cost < 5 {
			t.Errorf("%s counts for %d", nameOf(r), r.Cost)
		}
	}
	if n < 6 {
		t.Errorf("%d tables: this test does not read the map", n)
	}
}

// TestEveryChangeIsMeant: each route that changes something says what shows that whoever it acts for means
// it, and a map with a route that does not is no server.
func TestEveryChangeIsMeant(t *testing.T) {
	t.Parallel()
	kinds := map[page.Auth]int{}
	for _, r := range mapOf(t) {
		kinds[r.Auth]++
		if err := r.CheckAuth(); err != nil {
			t.Error(err)
		}
		if r.Method != http.MethodGet &&
			!slices.Contains([]page.Auth{page.ByFormToken, page.BySignedPath, page.ByBearer}, r.Auth) {
			t.Errorf("%s changes something by %q", nameOf(r), r.Auth)
		}
	}
	if kinds[page.BySession] < 50 || kinds[page.ByFormToken] < 50 || kinds[page.BySignedPath] != 1 ||
		kinds[page.ByBearer] < 5 {
		t.Errorf("the map holds %v: this test does not read it", kinds)
	}
	with := func(r page.Route, auth page.Auth) page.Route { r.Auth = auth; return r }
	for _, wrong := range []page.Route{
		with(page.Post("/x", page.Public, nil), ""), with(page.Post("/x", page.Public, nil), page.BySession),
		with(page.Post("/x", page.Public, nil), "hope"),
		with(page.Get("/x", page.Public, nil), ""), with(page.Get("/x", page.Public, nil), page.ByFormToken),
		with(page.Get("/x/:token", page.Public, nil), page.BySignedPath),
		// its path carries nothing
		page.Post("/x", page.Public, nil).Signed(),
		// where cookies count
		page.Post("/x", page.Public, nil).Bearer(), page.Get("/desk/x", page.Public, nil).Bearer(),
		page.Get("/api/v1/x", page.Public, nil), page.Post("/api/v1/x", page.Public, nil),
		page.Post("/api/:token", page.Public, nil).Signed(),
	} {
		wrong.Handler = func(*page.Request) error { return nil }
		s := &Server{opt: Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil))},
			routes: []page.Route{wrong}}
		if err := s.build(); err == nil {
			t.Errorf("%s by %q is accepted", nameOf(wrong), wrong.Auth)
		}
	}
}

func TestMenusLeadToRoutes(t *testing.T) {
	t.Parallel()
	routes := mapOf(t)
	for _, item := range slices.Concat(sections(), deskEntries()) {
		i := slices.IndexFunc(routes, func(r page.Route) bool {
			return r.Method == http.MethodGet &&
				r.Path == item.Path
		})
		if i < 0 {
			t.Errorf("the menu leads to %s, which is no page", item.Path)
		}
	}
}

// spellings returns ways to write a path that must not reach its handler, where they differ from the path.
func spellings(path string) []string {
	last := path[strings.LastIndex(path, "/")+1:]
	return slices.DeleteFunc([]string{
		strings.ToUpper(path[:2]) + path[2:],
		path + "/",
		"/" + path,
		path[:len(path)-len(last)] + "%2e/" + last,
		path + ";x=1",
		path[:len(path)-len(last)] + "%" + hex(last[0]) + last[1:],
	}, func(s string) bool { return s == path })
}

func hex(b byte) string {
	const digits = "0123456789ABCDEF"
	return string([]byte{digits[b>>4], digits[b&15]})
}

// Every route that is not public, asked for by a stranger and by each role, gives exactly the answer of the
// table; in other spellings its path leads nowhere, or to a route whose gate is open to that role.
func TestRoutesByRoleAndSpelling(t *testing.T) {
	t.Parallel()
	routes := append(mapOf(t),
		page.Get("/prova/firma", page.SignedIn, nil),
		page.Get("/desk/prova/:id", page.Staff, nil),
		page.Get("/desk/prova/:id/modifica", "web.test", nil),
		page.Post("/desk/prova/:token", "web.test", nil).Signed(),
		page.Get("/api/v1/prova", page.SignedIn, nil).Bearer(),
		page.Post("/api/v1/prova/:id", "web.test", nil).Bearer(),
	)
	base := serveRoutes(t, routes)
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	roles := append([]civic.Role{"", civic.Citizen}, civic.StaffRoles()...)
	for _, r := range routes {
		if r.Gate == page.Public {
			continue
		}
		path := strings.NewReplacer(":id", "01ABC", ":token", "tok").Replace(r.Path)
		for strings.Contains(path, ":") { // any other parameter
			from := strings.Index(path, ":")
			to := strings.IndexByte(path[from:]+"/", '/')
			path = path[:from] + "p" + path[from+to:]
		}
		for _, role := range roles {
			got, by := ask(t, client, r, base+path, role)
			if want := wanted(r, role); got != want || got == reached && by != nameOf(r) {
				t.Errorf("%s %s as %q: status %d by %q, want %d", r.Method, path, role, got, by, want)
			}
			for _, other := range spellings(path) {
				got, by := ask(t, client, r, base+other, role)
				if got != reached {
					continue
				}
				// It is the value of a parameter then, and that route's own gate holds.
				i := slices.IndexFunc(routes, func(q page.Route) bool { return nameOf(q) == by })
				if i < 0 || !strings.Contains(routes[i].Path, ":") || wanted(routes[i], role) != reached {
					t.Errorf("%s %s as %q reaches %s", r.Method, other, role, by)
				}
			}
		}
	}
}

// wanted returns what the table says a role gets: a change comes without its token here, so that nobody's
// passes.
func wanted(r page.Route, role civic.Role) int {
	actor := civic.Visitor("")
	if role != "" {
		actor = civic.NewActor(civic.Actor{Account: "a", Roles: []civic.Role{role}}, Grants())
	}
	switch err := page.Authorize(actor, r.Gate); {
	case civic.CodeOf(err) == civic.Unauthenticated && r.Auth == page.ByBearer:
		return http.StatusUnauthorized
	case civic.CodeOf(err) == civic.Unauthenticated:
		return http.StatusSeeOther
	case err != nil, r.Auth == page.ByFormToken:
		return http.StatusForbidden
	}
	return reached
}

func ask(
	t *testing.T, client *http.Client, r page.Route, address string, role civic.Role,
) (status int, route string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), r.Method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" {
		t.Fatalf("address %s: %v", address, err)
	}
	if role != "" && r.Auth == page.ByBearer {
		req.Header.Set("Authorization", "Bearer "+string(role))
	} else if role != "" {
		req.AddCookie(&http.Cookie{Name: "sid", Value: string(role)})
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// TestCookiesOpenNoAPI: a session is nobody at the addresses for programs, and a token is nobody at pages.
func TestCookiesOpenNoAPI(t *testing.T) {
	t.Parallel()
	base := serveRoutes(t, mapOf(t))
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, r := range mapOf(t) {
		if r.Auth != page.ByBearer && !strings.HasPrefix(r.Path, "/desk") || r.Gate == page.Public {
			continue
		}
		other, want := r, http.StatusUnauthorized
		if other.Auth = page.BySession; r.Auth != page.ByBearer {
			other.Auth, want = page.ByBearer, http.StatusSeeOther
		}
		for _, role := range civic.StaffRoles() {
			if got, _ := ask(t, client, other, base+strings.ReplaceAll(r.Path, ":id", "01ABC"),
				role); got != want {
				t.Errorf("%s as %q by %q: status %d, want %d", nameOf(r), role, other.Auth, got, want)
			}
		}
	}
}
