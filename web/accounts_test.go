package web_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web"
	"ascolto/web/desk/signin"
	"ascolto/web/page"
	"ascolto/web/webtest"
)

// door is the town with its real front door: people sign in as they would.
type door struct {
	*webtest.Town
	site *webtest.Site
}

func openDoor(t *testing.T, change ...func(*webtest.Town, *web.Options)) door {
	t.Helper()
	town := webtest.Open(t)
	opt := web.Options{Services: town.Services, Vault: town.Vault, Sessions: town.Accounts}
	for _, c := range change {
		c(town, &opt)
	}
	return door{town, webtest.Start(t, opt)}
}

const goodPassword, otherPassword = "quattro tortellini in brodo", "sette gnocchi fritti a tavola"

func (d door) colleague(t *testing.T, email, name string, roles ...civic.Role) accounts.Account {
	t.Helper()
	a, err := d.Accounts.CreateStaff(t.Context(), civic.System("test"),
		accounts.NewStaff{Email: email, Name: name, Roles: roles, Password: goodPassword})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (d door) signInStaff(t *testing.T, b *webtest.Browser, email, password string) *webtest.Page {
	t.Helper()
	return b.Submit(b.Get("/desk/login"), "/desk/login", url.Values{"email": {email}, "password": {password}})
}

func (d door) code(t *testing.T, email string) string {
	t.Helper()
	parts := strings.Fields(d.Mail.Last(email))
	if len(parts) != 4 || parts[1] != "code" {
		t.Fatalf("last mail to %s: %v", email, parts)
	}
	return parts[3]
}

func (d door) askCode(t *testing.T, b *webtest.Browser, email, to string) *webtest.Page {
	t.Helper()
	view := b.Submit(b.Get("/accedi?"+url.Values{page.ReturnParam: {to}}.Encode()), "/accedi",
		url.Values{"email": {email}})
	if view.Status != 303 {
		t.Fatalf("asking for a code: status %d, %s", view.Status, view.Text())
	}
	return b.Follow(view)
}

func (d door) signInCitizen(t *testing.T, email string) *webtest.Browser {
	t.Helper()
	b := d.site.Browser(t)
	view := d.askCode(t, b, email, "")
	if view = b.Submit(view, "/accedi/codice", url.Values{"code": {d.code(t, email)}}); view.Status != 303 {
		t.Fatalf("status %d, %s", view.Status, view.Text())
	}
	return b
}

// wants fails the test unless the page has the status and says all of the words.
func wants(t *testing.T, view *webtest.Page, status int, words ...string) {
	t.Helper()
	if view.Status != status {
		t.Errorf("status %d, want %d; the page says: %.300s", view.Status, status, view.Text())
	}
	for _, w := range words {
		if !view.Has(w) {
			t.Errorf("the page does not say %q; it says: %.500s", w, view.Text())
		}
	}
}

func TestCitizenSignsInWithACode(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	b := d.site.Browser(t)
	wants(t, b.Get("/accedi"), 200, "Con un codice via e-mail")
	if view := b.Get("/accedi"); view.Has("SPID") {
		t.Error("a provider is offered that is not there")
	}
	for _, slip := range []string{"anna", "x@y", "anna@posta", "anna@192.0.2.7"} {
		wants(t, b.Submit(b.Get("/accedi"), "/accedi", url.Values{"email": {slip}}), 422,
			"Indicare un indirizzo e-mail valido")
	}
	view := d.askCode(t, b, "anna@posta.example", "/contatti")
	wants(t, view, 200, "otto cifre", "Il codice è stato inviato a anna@posta.example")
	view = b.Submit(view, "/accedi/codice", url.Values{"code": {"0"}})
	wants(t, view, 422, "Il codice non è corretto")
	view = b.Submit(view, "/accedi/codice", url.Values{"code": {d.code(t, "anna@posta.example")}})
	wants(t, view, 303)
	if view.Location != "/contatti" {
		t.Errorf("led to %q", view.Location)
	}
	view = b.Follow(view)
	wants(t, view, 200, "Anna Dall'Olio")
	if view.Has("Bruno") {
		t.Error("somebody else's name is shown")
	}
	view = b.Get("/area-personale/sessioni")
	wants(t, view, 200, "questo browser", "codice via e-mail")
	sid := b.Cookie("sid")
	view = b.Submit(view, "/esci", nil)
	wants(t, view, 303)
	if wants(t, b.Follow(view), 200, "L'accesso è stato chiuso."); b.Cookie("sid") != "" {
		t.Error("the cookie is still there")
	}
	b.SetCookie("sid", sid)
	if view := b.Get("/area-personale/sessioni"); view.Status != 303 ||
		!strings.HasPrefix(view.Location, "/accedi") {
		t.Errorf("the ended session opens a page: %d to %s", view.Status, view.Location)
	}
}

func TestCodesThatHaveEnded(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	b, thief := d.site.Browser(t), d.site.Browser(t)
	view := d.askCode(t, b, "anna@posta.example", "")
	form := view.Form("/accedi/codice")
	code := d.code(t, "anna@posta.example")
	if view := thief.Get("/accedi/codice"); view.Status != 303 || view.Location != "/accedi" {
		t.Errorf("another browser is asked for the code: %d", view.Status)
	}
	wants(t, thief.Post("/accedi/codice", url.Values{"code": {code}}), 410, "Il codice non è più valido")
	for range accounts.CodeTries - 1 {
		wants(t, b.Submit(view, "/accedi/codice", url.Values{"code": {"00000000"}}), 422,
			"anna@posta.example")
	}
	wants(t, b.Submit(view, "/accedi/codice", url.Values{"code": {"00000000"}}), 410,
		"Il codice non è più valido")
	form.Set("code", code)
	wants(t, b.Do(b.PostRequest("/accedi/codice", form)), 410, "Con un codice via e-mail")
	if b.Cookie("sid") != "" || thief.Cookie("sid") != "" {
		t.Error("somebody is signed in")
	}
}

func TestReturnsStayOnTheSite(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	for _, to := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "/\tevil",
		"javascript:alert(1)", "evil.example", "/..//evil.example"} {
		b := d.site.Browser(t)
		view := d.askCode(t, b, fmt.Sprintf("c%d@posta.example", rand.IntN(1e6)), to)
		email := strings.Fields(d.Mail.Sent()[len(d.Mail.Sent())-1])[0]
		view = b.Submit(view, "/accedi/codice",
			url.Values{"code": {d.code(t, email)}, page.ReturnParam: {to}})
		if view.Status != 303 || view.Location != page.Home(false) {
			t.Errorf("%q leads to %q (%d)", to, view.Location, view.Status)
		}
	}
}

var tokens = regexp.MustCompile(`value="[A-Za-z0-9_-]{20,}"`)

// shape returns a page without what differs each time, and without the address that was typed.
func shape(view *webtest.Page, email string) string {
	return strings.ReplaceAll(tokens.ReplaceAllString(view.Body, ""), email, "")
}

// Whoever tries addresses at a form cannot tell which ones are known.
func TestFormsTellNothingAboutAddresses(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.colleague(t, "known@comune.example", "Ada Lodi", civic.Operator)
	answer := func(path, email string, more url.Values) string {
		b := d.site.Browser(t)
		values := url.Values{"email": {email}}
		for k, v := range more {
			values[k] = v
		}
		view := b.Submit(b.Get(path), path, values)
		out := fmt.Sprint(view.Status, view.Location, shape(view, email))
		if view.Status == 303 {
			out += shape(b.Follow(view), email)
		}
		return out
	}
	for _, test := range []struct {
		path, known, unknown string
		more                 url.Values
	}{
		{"/desk/login", "known@comune.example", "nobody@comune.example",
			url.Values{"password": {otherPassword}}},
		{"/desk/login/password", "known@comune.example", "nobody@comune.example", nil},
		{"/accedi", "anna@posta.example", "zeno@posta.example", nil},
	} {
		known, unknown := answer(test.path, test.known, test.more), answer(test.path, test.unknown, test.more)
		if known != unknown {
			t.Errorf("%s answers differently:\n%s\n%s", test.path, known, unknown)
		}
	}
}

func TestStaffSignIn(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.colleague(t, "ada@comune.example", "Ada Lodi", civic.Operator)
	b := d.site.Browser(t)
	view := b.Get("/desk/account")
	if view.Status != 303 || !strings.HasPrefix(view.Location, "/desk/login?") {
		t.Fatalf("a stranger at the desk: %d to %s", view.Status, view.Location)
	}
	view = b.Follow(view)
	view = b.Submit(view, "/desk/login",
		url.Values{"email": {"ada@comune.example"}, "password": {"sbagliata"}})
	wants(t, view, 422, "L'indirizzo e-mail o la password non sono corretti.", "ada@comune.example")
	view = b.Submit(view, "/desk/login", url.Values{"email": {"ada@comune.example"}, "password": {""}})
	wants(t, view, 422, "Password: Compilare questo campo.", "ada@comune.example")
	if len(view.By("href", "#campo-password")) != 1 || len(view.By("href", "#campo-email")) != 0 {
		t.Errorf("the summary blames something else: %.400s", view.Text())
	}
	if strings.Contains(view.Body, "sbagliata") {
		t.Error("the password is shown again")
	}
	planted := b.Cookie("sid")
	b.SetCookie("sid", "planted")
	view = b.Submit(view, "/desk/login",
		url.Values{"email": {"ada@comune.example"}, "password": {goodPassword}})
	wants(t, view, 303)
	if view.Location != "/desk/account" || b.Cookie("sid") == planted || b.Cookie("sid") == "planted" {
		t.Errorf("led to %q with session %q", view.Location, b.Cookie("sid"))
	}
	view = b.Follow(view)
	wants(t, view, 200, "Ada Lodi", "Cambiare la password", "questo browser")
	other := d.site.Browser(t)
	other.SetCookie("sid", "planted")
	if view := other.Get("/desk/account"); view.Status != 303 {
		t.Errorf("the planted session was taken over: %d", view.Status)
	}
	wants(t, b.Submit(view, "/desk/account/password",
		url.Values{"current": {"sbagliata"}, "password": {otherPassword}}), 422,
		"La password attuale non è corretta.")
	wants(t, b.Submit(view, "/desk/account/password",
		url.Values{"current": {goodPassword}, "password": {"ascolto2026!"}}), 422, "facile da indovinare")
	d.signInStaff(t, other, "ada@comune.example", goodPassword)
	wants(t, other.Get("/desk/account"), 200)
	old := b.Cookie("sid")
	wants(t, b.Submit(view, "/desk/account/password",
		url.Values{"current": {goodPassword}, "password": {otherPassword}}), 303)
	wants(t, b.Get("/desk/account"), 200, "La password è stata cambiata.")
	if b.Cookie("sid") == old || other.Get("/desk/account").Status != 303 {
		t.Error("an old session outlived the change")
	}
}

func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.colleague(t, "ada@comune.example", "Ada Lodi", civic.Operator)
	b := d.site.Browser(t)
	form := b.Get("/desk/login/password").Form("/desk/login/password")
	form.Set("email", "ada@comune.example")
	req := b.PostRequest("/desk/login/password", form)
	for _, h := range []string{"X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "X-Original-Host",
		"Forwarded"} {
		req.Header.Set(h, "evil.example")
	}
	view := b.Do(req)
	wants(t, view, 303)
	wants(t, b.Follow(view), 200, "tra poco arriva un messaggio")
	if err := d.Accounts.SendResets(t.Context()); err != nil {
		t.Fatal(err)
	}
	link := strings.Fields(d.Mail.Last("ada@comune.example"))[3]
	path, ok := strings.CutPrefix(link, "http://127.0.0.1")
	if !ok || !strings.HasPrefix(path, signin.ResetPath) {
		t.Fatalf("link %s", link)
	}
	ended := d.site.Browser(t).Get(signin.ResetPath + "x")
	wants(t, ended, 410, "Il collegamento non è più valido", "Password dimenticata?")
	if !slices.Contains(linksOf(ended), "/desk/login/password") {
		t.Errorf("who has an ended link is led to %v", linksOf(ended))
	}
	fresh := d.site.Browser(t)
	view = fresh.Get(path)
	wants(t, view, 200, "Nuova password")
	wants(t, fresh.Submit(view, path, url.Values{"password": {"corta"}}), 422, "almeno 12 caratteri")
	wants(t, fresh.Submit(view, path, url.Values{"password": {otherPassword}}), 303)
	if fresh.Cookie("device") == "" {
		t.Error("the browser is not known afterwards")
	}
	wants(t, fresh.Get(path), 410)
	wants(t, d.signInStaff(t, fresh, "ada@comune.example", goodPassword), 422)
	wants(t, d.signInStaff(t, fresh, "ada@comune.example", otherPassword), 303)
}

// A form that another site, or another browser's page, sends signs nobody in.
func TestLoginForgery(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.colleague(t, "evil@comune.example", "Eva Neri", civic.Operator)
	values := url.Values{"email": {"evil@comune.example"}, "password": {goodPassword}}
	attacker := d.site.Browser(t)
	theirs := attacker.Get("/desk/login").Form("/desk/login").Get("csrf")
	for name, alter := range map[string]func(b *webtest.Browser) *webtest.Page{
		"no token": func(b *webtest.Browser) *webtest.Page {
			return b.Do(b.PostRequest("/desk/login", values))
		},
		"the attacker's token": func(b *webtest.Browser) *webtest.Page {
			return b.Do(b.PostRequest("/desk/login", with(values, "csrf", theirs)))
		},
		"another site": func(b *webtest.Browser) *webtest.Page {
			req := b.PostRequest("/desk/login", with(values, "csrf", b.Token()))
			req.Header.Set("Sec-Fetch-Site", "cross-site")
			req.Header.Set("Origin", "https://evil.example")
			return b.Do(req)
		},
	} {
		b := d.site.Browser(t)
		b.Get("/desk/login")
		if view := alter(b); view.Status != 403 || b.Cookie("sid") != "" {
			t.Errorf("%s: status %d, session %q", name, view.Status, b.Cookie("sid"))
		}
	}
}

func with(values url.Values, name, value string) url.Values {
	out := url.Values{name: {value}}
	for k, v := range values {
		out[k] = v
	}
	return out
}

// Guesses with invented forwarding addresses count for the connection they come through.
func TestForgedAddressesDoNotHelp(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	b := d.site.Browser(t)
	token := b.Get("/desk/login").Form("/desk/login").Get("csrf")
	compared := 0
	for i := range 120 {
		req := b.PostRequest("/desk/login",
			url.Values{"csrf": {token}, "email": {fmt.Sprintf("n%d@comune.example", i)},
				"password": {goodPassword}})
		req.Header.Set("X-Forwarded-For", fmt.Sprintf("%d.%d.%d.%d", rand.IntN(223)+1, rand.IntN(256),
			rand.IntN(256), rand.IntN(256)))
		req.Header.Set("X-Real-Ip", fmt.Sprintf("198.51.100.%d", rand.IntN(256)))
		switch view := b.Do(req); view.Status {
		case 422:
			compared++
		case 429:
		default:
			t.Fatalf("status %d", view.Status)
		}
	}
	if compared == 0 || compared > 100 {
		t.Errorf("%d of 120 guesses were compared", compared)
	}
}

func TestOperatorsInForms(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.colleague(t, "ada@comune.example", "Ada Lodi", civic.Administrator)
	b := d.site.Browser(t)
	token := b.Get("/desk/login").Form("/desk/login").Get("csrf")
	for _, values := range []url.Values{
		{"email[$ne]": {""}, "password[$ne]": {""}},
		{"email": {`{"$ne":null}`}, "password": {`{"$ne":null}`}},
		{"email": {"ada@comune.example", "$ne"}, "password": {"", goodPassword}},
		{"email.$gt": {""}, "password": {"x"}},
		{"email": {"ada@comune.example"}, "password": {"$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAA"}},
	} {
		view := b.Do(b.PostRequest("/desk/login", with(values, "csrf", token)))
		if view.Status != 422 || b.Cookie("sid") != "" {
			t.Errorf("%v: status %d, session %q", values, view.Status, b.Cookie("sid"))
		}
	}
}

func TestStaffScreens(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	town := d.Town
	form := url.Values{"email": {"nuovo@comune.example"}, "name": {"Ugo Lo Piparo"}, "roles": {"operator"},
		"offices": {"urp"}}
	town.Run(t, []webtest.Scenario{
		{Name: "a stranger", Path: "/desk/users", WantStatus: 303,
			WantLocation: "/desk/login?ritorno=%2Fdesk%2Fusers", WantNot: []string{"Carla Conti"}},
		{Name: "a citizen", Who: &town.Anna, Path: "/desk/users", WantStatus: 403,
			WantNot: []string{"Carla Conti"}},
		{Name: "another office", Who: &town.Works, Path: "/desk/users", WantStatus: 403,
			WantNot: []string{"Carla Conti"}},
		{Name: "a colleague adds nobody", Who: &town.Desk, Method: "POST", Path: "/desk/users", Form: form,
			WantStatus: 403},
		{Name: "a citizen adds nobody", Who: &town.Anna, Method: "POST", Path: "/desk/users", Form: form,
			WantStatus: 403},
		{Name: "the data protection officer adds nobody", Who: &town.Officer, Method: "POST",
			Path: "/desk/users", Form: form, WantStatus: 403},
		{Name: "the administrator", Who: &town.Administrator, Path: "/desk/users", WantStatus: 200,
			Want: []string{"Carla Conti", "Operatore URP", "mai"}, WantNot: []string{"anna@posta.example"}},
		{Name: "faults", Who: &town.Administrator, Method: "POST", Path: "/desk/users",
			Form: url.Values{"email": {"x"}, "name": {"Ugo"}}, WantStatus: 422,
			Want: []string{"Indicare un indirizzo e-mail valido", "Scegliere almeno un ruolo", "Ugo"}},
		{Name: "an invented role", Who: &town.Administrator, Method: "POST", Path: "/desk/users",
			Form: with(form, "roles", "root"), WantStatus: 303},
		{Name: "no such colleague", Who: &town.Administrator, Path: "/desk/users/nessuno", WantStatus: 404},
		{Name: "a citizen is no colleague", Who: &town.Administrator, Path: "/desk/users/" +
			url.PathEscape(string(town.Anna.Account)), WantStatus: 404},
	})
	b := town.As(t, town.Administrator)
	view := b.Submit(b.Get("/desk/users/new"), "/desk/users", form)
	wants(t, view, 422, "Esiste già un accesso con questo indirizzo.")
	form.Set("email", "altro@comune.example")
	view = b.Submit(b.Get("/desk/users/new"), "/desk/users", form)
	wants(t, view, 303)
	wants(t, b.Follow(view), 200, "Ugo Lo Piparo può ora scegliere la password")
	if err := d.Accounts.SendResets(t.Context()); err != nil {
		t.Fatal(err)
	}
	if mail := d.Mail.Last("altro@comune.example"); !strings.Contains(mail, " invite it http://127.0.0.1"+
		signin.ResetPath) {
		t.Errorf("invitation: %q", mail)
	}
}

func TestAdministratorChangesAColleague(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	a := d.colleague(t, "ada@comune.example", "Ada Lodi", civic.Operator)
	staff := d.site.Browser(t)
	d.signInStaff(t, staff, "ada@comune.example", goodPassword)
	wants(t, staff.Get("/desk/account"), 200)
	b, path := d.As(t, d.Administrator), "/desk/users/"+string(a.ID)
	view := b.Get(path)
	wants(t, view, 200, "Ada Lodi", "ada@comune.example", "Browser sconosciuto")
	wants(t, b.Submit(view, path+"/duties", url.Values{"roles": nil}), 422, "Scegliere almeno un ruolo")
	wants(t, b.Submit(view, path+"/duties", url.Values{"roles": {"moderator"}, "offices": {"urp"}}), 303)
	if staff.Get("/desk/account").Status != 303 {
		t.Error("the old roles are still signed in")
	}
	d.signInStaff(t, staff, "ada@comune.example", goodPassword)
	wants(t, staff.Get("/desk/moderation"), 200)
	wants(t, b.Submit(view, path+"/disable", nil), 303)
	wants(t, b.Get(path), 200, "disattivato", "Riattiva l'accesso")
	if staff.Get("/desk/account").Status != 303 {
		t.Error("a disabled colleague acts")
	}
	wants(t, d.signInStaff(t, staff, "ada@comune.example", goodPassword), 422)
	wants(t, b.Submit(b.Get(path), path+"/enable", nil), 303)
	wants(t, d.signInStaff(t, staff, "ada@comune.example", goodPassword), 303)
	own := "/desk/users/" + string(d.Administrator.Account)
	wants(t, b.Submit(b.Get(own), own+"/disable", nil), 422,
		"Deve restare almeno una persona con il ruolo di amministratore")
}

func TestSessionsOfOthers(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	anna, bruno := d.signInCitizen(t, "anna@posta.example"), d.signInCitizen(t, "bruno@posta.example")
	annas := anna.Get("/area-personale/sessioni")
	session := annas.Input("session")
	if session == "" {
		t.Fatalf("no session listed: %s", annas.Text())
	}
	if view := bruno.Post("/area-personale/sessioni", url.Values{"session": {session}}); view.Status != 404 {
		t.Errorf("Bruno ended Anna's session: %d", view.Status)
	}
	wants(t, anna.Get("/area-personale/sessioni"), 200)
	wants(t, anna.Submit(annas, "/area-personale/sessioni", nil), 303)
	if view := anna.Get("/area-personale/sessioni"); view.Status != 303 {
		t.Errorf("the session Anna ended is alive: %d", view.Status)
	}
	wants(t, bruno.Get("/area-personale/sessioni"), 200)
}

func TestAuditScreens(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	town := d.Town
	if _, err := town.CRM.Contact(t.Context(), town.Desk, town.Anna.Contact); err != nil {
		t.Fatal(err)
	}
	if _, err := town.CRM.Contact(t.Context(), town.Desk, town.Bruno.Contact); err != nil {
		t.Fatal(err)
	}
	formula := d.colleague(t, "f@comune.example", "=HYPERLINK(1)", civic.Operator)
	d.signInStaff(t, d.site.Browser(t), "f@comune.example", goodPassword)
	annas := "/desk/audit?" + url.Values{"person": {"anna@posta.example"}}.Encode()
	town.Run(t, []webtest.Scenario{
		{Name: "a stranger", Path: "/desk/audit", WantStatus: 303, WantNot: []string{"Carla Conti"}},
		{Name: "a citizen", Who: &town.Anna, Path: "/desk/audit", WantStatus: 403,
			WantNot: []string{"Carla Conti"}},
		{Name: "another office", Who: &town.Works, Path: "/desk/audit", WantStatus: 403,
			WantNot: []string{"Carla Conti"}},
		{Name: "export by another office", Who: &town.Works, Path: "/desk/audit/export", WantStatus: 403,
			WantNot: []string{"Carla Conti"}},
		{Name: "the officer", Who: &town.Officer, Path: "/desk/audit", WantStatus: 200,
			Want: []string{"Carla Conti", "ha letto una scheda", "Anna Dall'Olio", "Bruno De Cristofaro"}},
		{Name: "about Anna", Who: &town.Officer, Path: annas, WantStatus: 200,
			Want:    []string{"Operazioni che riguardano Anna Dall'Olio", "Carla Conti"},
			WantNot: []string{"Bruno De Cristofaro"}},
		{Name: "about nobody", Who: &town.Officer, Path: "/desk/audit?person=zeno@posta.example",
			WantStatus: 200, Want: []string{"Nessuna persona corrisponde"},
			WantNot: []string{"ha letto una scheda</td>"}},
		{Name: "by an operator", Who: &town.Officer, Path: "/desk/audit?staff=" + string(formula.ID),
			WantStatus: 200, Want: []string{"ha effettuato l'accesso", "modo: password"},
			WantNot: []string{"Bruno De Cristofaro", "method:"}},
		{Name: "of another day", Who: &town.Officer, Path: "/desk/audit?to=2020-01-01", WantStatus: 200,
			Want: []string{"Nessuna operazione corrisponde"}},
		{Name: "evidence for the administrator", Who: &town.Administrator,
			Path: "/desk/audit/evidence?record=x", WantStatus: 403},
		{Name: "no such evidence", Who: &town.Officer, Path: "/desk/audit/evidence?record=x",
			WantStatus: 404},
	})
	b := town.As(t, town.Officer)
	file := b.Get("/desk/audit/export?" + url.Values{"staff": {string(formula.ID)}}.Encode())
	if file.Status != 200 ||
		!strings.Contains(file.Body, ";'=HYPERLINK(1);;"+string(formula.ID)+
			";ha effettuato l'accesso;accounts.session.began;") ||
		strings.Contains(file.Body, "crm.contact.read") {
		t.Errorf("export: %d %s", file.Status, file.Body)
	}
	view := b.Submit(b.Get("/desk/audit"), "/desk/audit/verify", nil)
	wants(t, view, 200, "Nessuna registrazione risulta modificata o mancante.")
	wants(t, b.Get("/desk/audit?action=audit.records.exported"), 200, "Ivo Neri", "ha scaricato il registro")
}

// TestAuditSpeaksWords: whoever reads the record need not know the codes the program keeps.
func TestAuditSpeaksWords(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	_, err := d.Accounts.CreateStaff(t.Context(), civic.System("command line"), accounts.NewStaff{
		Email: "dpo@comune.example", Name: "Zoe Però",
		Roles: []civic.Role{civic.Administrator, civic.DataProtection}, Password: goodPassword,
	})
	if err != nil {
		t.Fatal(err)
	}
	view := d.As(t, d.Officer).Get("/desk/audit?action=" + string(accounts.ActionCreated))
	wants(t, view, 200, "Riga di comando", "ruoli: Responsabile della protezione dei dati, Amministratore")
	for _, code := range []string{"command line", "data_protection"} {
		if view.Has(code) {
			t.Errorf("the page says %q", code)
		}
	}
}

func TestAuditPagesOn(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	for range 45 {
		if _, err := d.CRM.Contact(t.Context(), d.Desk, d.Anna.Contact); err != nil {
			t.Fatal(err)
		}
	}
	b := d.As(t, d.Officer)
	path, seen := "/desk/audit?action=crm.contact.read", 0
	for path != "" {
		view := b.Get(path)
		wants(t, view, 200)
		seen += len(view.By("href", "/desk/audit?contact="+string(d.Anna.Contact)))
		path = ""
		for _, a := range view.By("rel", "next") {
			path = webtest.Attr(a, "href")
		}
	}
	if seen != 45 {
		t.Errorf("%d of 45 readings were shown", seen)
	}
}
