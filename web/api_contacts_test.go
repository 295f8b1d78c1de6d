package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"ascolto/crm"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

const apiContacts = "/api/v1/contacts"

// problem is what a program is told of an error.
type problem struct {
	Status       int
	Code, Detail string
	Errors       []struct{ Field, Code, Detail string }
	Conflicts    []struct{ Field, By, At string }
	Candidates   []struct{ ID, Name string }
}

// toldOf demands that a reply is a problem of the status and returns it.
func toldOf(t *testing.T, r webtest.Reply, status int) (p problem) {
	t.Helper()
	if r.Status != status || r.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("status %d, want %d: %.400s", r.Status, status, r.Body)
		return p
	}
	r.Read(t, &p)
	return p
}

// fields returns what is wrong, as "field code", in order.
func (p problem) fields() []string {
	var out []string
	for _, e := range p.Errors {
		out = append(out, e.Field+" "+e.Code)
	}
	slices.Sort(out)
	return out
}

// create creates a contact by the API and returns where it is and its version.
func create(t *testing.T, p *webtest.Program, key, body string) (path, tag string) {
	t.Helper()
	r := p.Do(http.MethodPost, apiContacts, body, "Idempotency-Key", key)
	if r.Status != http.StatusCreated {
		t.Fatalf("status %d: %s", r.Status, r.Body)
	}
	u, err := url.Parse(r.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return u.Path, r.Header.Get("ETag")
}

// TestAContactByTheAPI: a program creates, reads, finds and changes a contact, with the checks, the
// effects and the audit of the desk.
func TestAContactByTheAPI(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	p := town.Program(t, town.Desk, crm.PermReadContacts, crm.PermWriteContacts)
	path, tag := create(t, p, "a-key-of-the-register",
		`{"kind":"person","given_name":" Nicolò ","family_name":"D'Angelo","emails":["Nicolo@Posta.example"],
		"phones":["059 222333"],"street":"Via Emilia 12","postcode":"41121","town":"Modena","district":"centro","birth_year":1980,"fiscal_code":null}`)
	r := p.Get(path)
	var got map[string]any
	if r.Read(t, &got); r.Status != 200 || r.Header.Get("ETag") != tag || tag == "" {
		t.Fatalf("status %d, version %s and %s: %s", r.Status, r.Header.Get("ETag"), tag, r.Body)
	}
	for name, want := range map[string]string{
		"kind": `"person"`, "given_name": `"Nicolò"`, "family_name": `"D'Angelo"`,
		"emails": `["Nicolo@posta.example"]`, "phones": `["059 222333"]`,
		"street": `"Via Emilia 12"`, "district": `"centro"`, "birth_year": "1980", "tags": "[]",
		"organisation": `""`, "language": `"it"`, "has_fiscal_code": "false",
	} {
		if b, _ := json.Marshal(got[name]); string(b) != want {
			t.Errorf("%s is %s, want %s", name, b, want)
		}
	}
	if r := p.Get(path, "If-None-Match", tag); r.Status != http.StatusNotModified || r.Body != "" {
		t.Errorf("what it has: status %d: %s", r.Status, r.Body)
	}
	settled(t, town)
	for query, want := range map[string]int{"?q=nicolo": 1, "?q=D%27Angelo&district=centro": 1,
		"?q=nicolo&district=san-lazzaro": 0, "?q=059222333": 1, "?district=centro": 1, "": 3} {
		var list struct {
			Items []struct{ ID, Name, Email string }
		}
		if p.Get(apiContacts+query).Read(t, &list); len(list.Items) != want {
			t.Errorf("%q finds %+v", query, list.Items)
		}
	}
	changed := p.Do(http.MethodPatch, path,
		`{"family_name":"De Angelis","emails":null,"phones":["059 222333","+39 333 1234567"],"birth_year":null}`,
		"If-Match", tag)
	if changed.Status != http.StatusNoContent || changed.Header.Get("ETag") == tag || changed.Body != "" {
		t.Fatalf("status %d: %s", changed.Status, changed.Body)
	}
	if p.Get(path).Read(t, &got); got["family_name"] != "De Angelis" || got["given_name"] != "Nicolò" ||
		len(got["emails"].([]any)) != 0 || len(got["phones"].([]any)) != 2 || got["birth_year"] != nil {
		t.Errorf("%v", got)
	}
	id := civic.ID(strings.TrimPrefix(path, apiContacts+"/"))
	if page := town.As(t, town.Desk).Get("/desk/contacts/" + string(id)); !page.Has("Nicolò De Angelis") ||
		page.Has("nicolo@posta.example") {
		t.Errorf("the desk shows %.400s", page.Text())
	}
	records, err := town.Audit.List(t.Context(), civic.System("test"), audit.Query{Contact: id,
		Page: civic.PageRequest{Size: 100}})
	if err != nil {
		t.Fatal(err)
	}
	actions := map[audit.Action]int{}
	for _, rec := range records.Items {
		if rec.Detail["token"] != "" {
			actions[rec.Action]++
			if rec.Actor != town.Desk.Account || !strings.HasPrefix(p.Token, rec.Detail["token"]) ||
				len(rec.Detail["token"]) > 12 {
				t.Errorf("audited %+v", rec)
			}
		}
	}
	if want := map[audit.Action]int{"crm.contact.create": 1, "crm.contact.update": 1,
		"crm.contact.read": 3}; !maps.Equal(actions, want) {
		t.Errorf("audited %v, want %v", actions, want)
	}
}

// TestFiscalCodesByTheAPI: the code is told at an address of its own, audited apart; a code that does not
// fit asks to be confirmed, and one that another contact has is refused.
func TestFiscalCodesByTheAPI(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	p := town.Program(t, town.Desk, crm.PermReadContacts, crm.PermWriteContacts)
	path, tag := create(t, p, "first-key",
		`{"kind":"person","given_name":"Mario","family_name":"Rossi","fiscal_code":"RSSMRA80A01H501U"}`)
	var got struct {
		FiscalCode *string `json:"fiscal_code"`
	}
	if p.Get(path+"/fiscal-code").Read(t, &got); got.FiscalCode == nil ||
		*got.FiscalCode != "RSSMRA80A01H501U" {
		t.Errorf("%v", got.FiscalCode)
	}
	if r := p.Get(path); strings.Contains(r.Body, "RSSMRA") || !strings.Contains(r.Body,
		`"has_fiscal_code":true`) {
		t.Errorf("%s", r.Body)
	}
	if got := toldOf(t, p.Do(http.MethodPatch, path, `{"family_name":"Verdi"}`, "If-Match", tag),
		422).fields(); len(got) != 1 || !strings.HasPrefix(got[0], "fiscal_code_confirmed ") {
		t.Errorf("a name that does not fit: %v", got)
	}
	if r := p.Do(http.MethodPatch, path, `{"family_name":"Verdi","fiscal_code_confirmed":true}`, "If-Match",
		tag); r.Status != 204 {
		t.Errorf("confirmed: status %d: %s", r.Status, r.Body)
	}
	taken := toldOf(t, p.Do(http.MethodPost, apiContacts,
		`{"kind":"person","family_name":"Altra","fiscal_code":"RSSMRA80A01H501U","fiscal_code_confirmed":true,"reason":"prova"}`, "Idempotency-Key", "second-key"), 409)
	if !slices.Equal(taken.fields(), []string{"fiscal_code crm.error.fiscal_code.taken"}) {
		t.Errorf("taken: %+v", taken)
	}
	reader := town.Program(t, town.Desk, crm.PermReadContacts)
	toldOf(t, reader.Get(path+"/fiscal-code"), 403)
	writer := town.Program(t, town.Desk, crm.PermWriteContacts)
	toldOf(t, writer.Get(path+"/fiscal-code"), 403)
	toldOf(t, writer.Get(path), 403)
}

// TestWhoMayByTheAPI: a token opens what both its owner and itself may, now; nobody else gets in.
func TestWhoMayByTheAPI(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	c := contact(t, town, "Anna", "Verdi")
	one := apiContacts + "/" + string(c.ID)
	all := []string{http.MethodGet + " " + apiContacts, http.MethodPost + " " + apiContacts, http.MethodGet +
		" " + one, http.MethodPatch + " " + one, http.MethodGet + " " + one + "/fiscal-code"}
	check := func(who string, p *webtest.Program, want ...int) {
		t.Helper()
		for i, act := range all {
			method, path, _ := strings.Cut(act, " ")
			body := ""
			if method != http.MethodGet {
				body = `{"nobody":1}` // whoever may is told so
			}
			if r := p.Do(method, path, body, "Idempotency-Key", "key-of-a-test", "If-Match",
				"*"); r.Status != want[i] {
				t.Errorf("%s: %s: status %d, want %d: %.200s", who, act, r.Status, want[i], r.Body)
			}
		}
	}
	const read, own, write = crm.PermReadContacts, crm.PermReadOwn, crm.PermWriteContacts
	check("a stranger", town.Site.Program(t, ""), 401, 401, 401, 401, 401)
	check("a guess", town.Site.Program(t, "asc_"+strings.Repeat("a", 43)), 401, 401, 401, 401, 401)
	check("both", town.Program(t, town.Desk, read, write), 200, 422, 200, 422, 200)
	check("reading", town.Program(t, town.Desk, read), 200, 403, 200, 403, 403)
	check("writing", town.Program(t, town.Desk, write), 403, 422, 403, 422, 403)
	check("data protection", town.Program(t, town.Officer, read), 200, 403, 200, 403, 403)
	works := town.Program(t, town.Works, own)
	check("another office", works, 403, 403, 404, 403, 403)
	call(t, town, town.Desk, crm.InteractionInput{Contact: c.ID, Office: town.Works.Offices[0],
		Channel: crm.ByPhone})
	check("an office that dealt with her", works, 403, 403, 200, 403, 403)

	p := town.Program(t, town.News, read, write)
	check("the communication office", p, 200, 422, 200, 422, 200)
	admin := civic.System("test")
	if _, err := town.Accounts.SetDuties(t.Context(), admin, town.News.Account,
		dutiesOf(civic.Moderator)); err != nil {
		t.Fatal(err)
	}
	check("whose role was taken", p, 403, 403, 403, 403, 403)
	if _, err := town.Accounts.SetDuties(t.Context(), admin, town.News.Account,
		dutiesOf(civic.DataProtection)); err != nil {
		t.Fatal(err)
	}
	check("whose role is another now", p, 200, 403, 200, 403, 403)
	if _, err := town.Accounts.Disable(t.Context(), admin, town.News.Account); err != nil {
		t.Fatal(err)
	}
	check("who is disabled", p, 401, 401, 401, 401, 401)
	if r := p.Get(apiContacts); !strings.Contains(r.Header.Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("%v", r.Header)
	}
	b := town.As(t, town.Desk)
	if page := b.Get(apiContacts); page.Status != 401 || strings.Contains(page.Body, "Verdi") ||
		page.Header.Get("WWW-Authenticate") != `Bearer realm="ascolto"` {
		t.Errorf("a browser that is signed in: status %d", page.Status)
	}
	if page := b.Post(apiContacts, url.Values{"kind": {"person"}, "family_name": {"X"}}); page.Status != 401 {
		t.Errorf("a form of a browser that is signed in: status %d", page.Status)
	}
}

// TestTheFieldsOfTheDesk: what the desk finds wrong in a contact, the API finds wrong under the same
// names for the same reasons.
func TestTheFieldsOfTheDesk(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	p := town.Program(t, town.Desk, crm.PermReadContacts, crm.PermWriteContacts)
	for body, in := range map[string]crm.ContactInput{
		`{}`:                {},
		`{"kind":"person"}`: {Kind: crm.Person},
		`{"kind":"robot","language":"xx","district":"none","tags":["none"]}`: {Kind: "robot",
			Language: "xx", District: "none", Tags: []civic.ID{"none"}},
		`{"kind":"person","family_name":"---","given_name":"12"}`: {Kind: crm.Person,
			FamilyName: "---", GivenName: "12"},
		`{"kind":"organisation","organisation":"","fiscal_code":"RSSMRA80A01H501X"}`: {Kind: crm.Organisation,
			FiscalCode: "RSSMRA80A01H501X"},
		`{"kind":"person","family_name":"A","emails":["a@b.example","no"],"phones":["x"],"postcode":"1","street":"1","town":"2","birth_year":1066}`: {
			Kind: crm.Person, FamilyName: "A", Emails: []string{"a@b.example", "no"}, Phones: []string{"x"},
			BirthYear: "1066",
			Address:   crm.Address{Postcode: "1", Street: "1", Town: "2"},
		},
		`{"kind":"person","family_name":"A","emails":["a1@b.example","a2@b.example","a3@b.example","a4@b.example","a5@b.example","a6@b.example"]}`: {
			Kind: crm.Person, FamilyName: "A",
			Emails: []string{"a1@b.example", "a2@b.example", "a3@b.example",
				"a4@b.example", "a5@b.example", "a6@b.example"},
		},
	} {
		_, err := town.CRM.CreateContact(t.Context(), town.Desk, in)
		e, ok := err.(*civic.Error)
		if !ok {
			t.Fatalf("%s: %v", body, err)
		}
		var want []string
		for _, f := range e.Fields {
			want = append(want, f.Field+" "+f.Message.Key)
		}
		slices.Sort(want)
		got := toldOf(t, p.Do(http.MethodPost, apiContacts, body, "Idempotency-Key", "a-new-key"), 422)
		if !slices.Equal(got.fields(), want) || len(want) == 0 {
			t.Errorf("%s: %v, the desk says %v", body, got.fields(), want)
		}
		for _, f := range got.Errors {
			if f.Detail == "" || strings.HasPrefix(f.Detail, "crm.") {
				t.Errorf("%s: %+v", body, f)
			}
		}
	}
	it := toldOf(t, p.Do(http.MethodPost, apiContacts, `{}`, "Idempotency-Key", "a-new-key",
		"Accept-Language",
		"it"), 422)
	en := toldOf(t, p.Do(http.MethodPost, apiContacts, `{}`, "Idempotency-Key", "a-new-key",
		"Accept-Language",
		"en"), 422)
	if len(it.Errors) == 0 || len(en.Errors) == 0 || it.Errors[0].Detail == en.Errors[0].Detail {
		t.Errorf("%+v, %+v", it, en)
	}
}

// TestTheSameKeyCreatesOnce: however often a program sends what it creates, it is there once; another
// content under the key is refused, and the keys of two accounts have nothing to do with each other.
func TestTheSameKeyCreatesOnce(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	p := town.Program(t, town.Desk, crm.PermReadContacts, crm.PermWriteContacts)
	body := `{"kind":"person","given_name":"Carla","family_name":"Neri"}`
	var mu sync.Mutex
	seen := map[string]int{}
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			r := p.Do(http.MethodPost, apiContacts, body, "Idempotency-Key",
				`"8e03978e-40d5-43e8-bc93-6894a57f9324"`)
			mu.Lock()
			defer mu.Unlock()
			seen[fmt.Sprint(r.Status, r.Header.Get("Location"), r.Body)]++
		})
	}
	wg.Wait()
	if len(seen) != 1 {
		t.Errorf("%v", seen)
	}
	other := town.Program(t, town.Desk, crm.PermWriteContacts)
	if path, _ := create(t, other, "8e03978e-40d5-43e8-bc93-6894a57f9324",
		` {"family_name":"Neri","kind":"person","given_name":"Carla"}`); !seenIn(seen, path) {
		t.Errorf("another token of the account, without the quotes: %s, %v", path, seen)
	}
	used := toldOf(t, p.Do(http.MethodPost, apiContacts, `{"kind":"person","family_name":"Neri"}`,
		"Idempotency-Key", "8e03978e-40d5-43e8-bc93-6894a57f9324"), 409)
	if used.Code != "error.form_used" || !strings.Contains(used.Detail, "Idempotency-Key") {
		t.Errorf("%+v", used)
	}
	double := toldOf(t, town.Program(t, town.News, crm.PermReadContacts,
		crm.PermWriteContacts).Do(http.MethodPost, apiContacts, body, "Idempotency-Key",
		"8e03978e-40d5-43e8-bc93-6894a57f9324"), 409)
	if double.Code != "crm.error.duplicate" || len(double.Candidates) != 1 ||
		double.Candidates[0].Name != "Neri Carla" {
		t.Errorf("another account: %+v", double)
	}
	blind := toldOf(t, town.Program(t, town.News, crm.PermWriteContacts).Do(http.MethodPost, apiContacts,
		body,
		"Idempotency-Key", "another-key"), 409)
	if blind.Code != "crm.error.duplicate" || blind.Candidates != nil {
		t.Errorf("who may not read is shown candidates: %+v", blind)
	}
	create(t, p, "on-purpose",
		`{"kind":"person","given_name":"Carla","family_name":"Neri","reason":"omonima"}`)
	page, err := town.CRM.Contacts(t.Context(), town.Desk, crm.ContactFilter{Prefix: "Neri"},
		civic.PageRequest{})
	if err != nil || len(page.Items) != 2 {
		t.Errorf("%d contacts, %v", len(page.Items), err)
	}
	for _, key := range []string{"", "short", strings.Repeat("a", 201), "with space in it", `"half-quoted`,
		`quo"ted-key`, "back\\slash", "tab\tin-the-key", "é-in-the-key-of-it"} {
		if r := p.Do(http.MethodPost, apiContacts, body, "Idempotency-Key", key); r.Status != 400 {
			t.Errorf("the key %q: status %d: %s", key, r.Status, r.Body)
		}
	}
}

func seenIn(seen map[string]int, path string) bool {
	for answer := range seen {
		if strings.Contains(answer, path+"{") {
			return true
		}
	}
	return false
}

// TestVersionsOfAContact: a change names the version that it changes. Of many of one version one is
// stored, and the others are told which of their fields it changed; the same change sent again is the
// same success.
func TestVersionsOfAContact(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	p := town.Program(t, town.Desk, crm.PermReadContacts, crm.PermWriteContacts)
	path, first := create(t, p, "the-first-key",
		`{"kind":"person","given_name":"Ada","family_name":"Conti","street":"Via Po 1"}`)
	change := func(body, tag string) webtest.Reply {
		return p.Do(http.MethodPatch, path, body, "If-Match",
			tag)
	}
	if got := toldOf(t, p.Do(http.MethodPatch, path, `{"street":"Via Adda 2"}`),
		428); got.Code != "api.error.if_match" {
		t.Errorf("%+v", got)
	}
	for _, tag := range []string{"nonsense", `"open`, `"a" "b"`, `"a",,"b"`, strings.Repeat(`"a",`, 30) +
		`"b"`} {
		toldOf(t, change(`{"street":"Via Adda 2"}`, tag), 400)
	}
	var mu sync.Mutex
	stored, refusedOf := []string{}, 0
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			r := change(fmt.Sprintf(`{"street":"Via Adda %d","town":"Modena"}`, i), first)
			mu.Lock()
			defer mu.Unlock()
			switch r.Status {
			case 204:
				stored = append(stored, fmt.Sprintf("Via Adda %d", i))
			case 412:
				refusedOf++
				var got problem
				r.Read(t, &got)
				if len(got.Conflicts) != 1 || got.Conflicts[0].Field != "street" ||
					got.Conflicts[0].By != town.Desk.Name || got.Conflicts[0].At == "" {
					t.Errorf("told %+v", got)
				}
			default:
				t.Errorf("status %d: %s", r.Status, r.Body)
			}
		})
	}
	wg.Wait()
	r := p.Get(path)
	if len(stored) != 1 || refusedOf != 11 || !strings.Contains(r.Body, stored[0]) {
		t.Errorf("stored %v, %d refused: %s", stored, refusedOf, r.Body)
	}
	second := r.Header.Get("ETag")
	if got := toldOf(t, change(`{"given_name":"Adele"}`, first), 412); len(got.Conflicts) != 0 {
		t.Errorf("a field that nobody else changed: %+v", got)
	}
	if r := change(fmt.Sprintf(`{"street":%q,"town":"Modena"}`, stored[0]), first); r.Status != 204 ||
		r.Header.Get("ETag") != second {
		t.Errorf("the change that is stored, sent again: status %d: %s", r.Status, r.Body)
	}
	if r := change(`{"given_name":"Ada"}`, second); r.Status != 204 || r.Header.Get("ETag") != second {
		t.Errorf("nothing changed: status %d, %s", r.Status, r.Header.Get("ETag"))
	}
	if r := change(`{"given_name":"Adele"}`, `"other", W/`+second); r.Status != 204 {
		t.Errorf("of a list, marked as weak: status %d: %s", r.Status, r.Body)
	}
	if r := change(`{"given_name":"Adelaide"}`, "*"); r.Status != 204 {
		t.Errorf("any version: status %d: %s", r.Status, r.Body)
	}
	third := p.Get(path).Header.Get("ETag")
	b := town.As(t, town.News)
	form := "/desk/contacts/" + strings.TrimPrefix(path, apiContacts+"/")
	if page := b.Submit(b.Get(form+"/edit"), form, url.Values{"given_name": {"Ines"}}); page.Status != 303 {
		t.Fatalf("the desk: status %d: %.300s", page.Status, page.Text())
	}
	if got := toldOf(t, change(`{"given_name":"Olga","family_name":"Conti"}`, third),
		412); len(got.Conflicts) != 1 || got.Conflicts[0].Field != "given_name" ||
		got.Conflicts[0].By != town.News.Name {
		t.Errorf("what the desk changed: %+v", got)
	}
	toldOf(t, change(`{"given_name":""  ,"family_name":null}`, "*"), 422)
	toldOf(t, p.Do(http.MethodPatch, apiContacts+"/nobody", `{"town":"Modena"}`, "If-Match", "*"), 404)
}

// TestStrictJSON: what is no exact JSON of the fields there are is refused, and says why.
func TestStrictJSON(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	p := town.Program(t, town.Desk, crm.PermReadContacts, crm.PermWriteContacts)
	path, _ := create(t, p, "the-first-key", `{"kind":"person","family_name":"Conti"}`)
	deep := strings.Repeat(`{"a":`, 50_000) + "1" + strings.Repeat("}", 50_000)
	for body, want := range map[string]string{
		`{"kind":"person","family_name":"A","colour":"red","Kind":1}`: "422 Kind api.error.field,colour api.error.field",
		`{"kind":"person","family_name":"A","family_name":"B"}`:       "422 family_name api.error.field_twice",
		`{"kind":"person","family_name":"A","x":[{"b":1,"b":2}]}`:     "422 x.b api.error.field_twice",
		`{"kind":1,"family_name":["A"],"emails":"a@b.example","phones":[1],"birth_year":"1980","fiscal_code_confirmed":"yes","tags":{}}`: "422 birth_year api.error.type.integer," +
			"emails api.error.type.strings,family_name api.error.type.string," +
			"fiscal_code_confirmed api.error.type.boolean,kind api.error.type.string," +
			"phones.1 api.error.type.string,tags api.error.type.strings",
		`{"kind":"person","family_name":"A","birth_year":1980.5}`: "422 birth_year api.error.type.integer",
		`{"kind":"person","family_name":"A","birth_year":1e400}`:  "422 birth_year api.error.type.integer",
		"{\"kind\":\"person\",\"family_name\":\"A\\u0000B\"}":     "422 family_name error.text.encoding",
		"{\"kind\":\"person\",\"family_name\":\"A\xff\"}":         "400",
		`{"kind":"person","family_name":"\ud800"}`:                "400",
		`{"kind":"person","family_name":"\udc00\ud800"}`:          "400",
		`{"kind":"person","family_name":"A",}`:                    "400",
		`{"kind":"person"} {}`:                                    "400",
		"\ufeff{}":                                                "400",
		`[]`:                                                      "400",
		`null`:                                                    "400",
		`"x"`:                                                     "400",
		`{"a":`:                                                   "400",
		`{"emails":[` + strings.Repeat(`"x",`, 100_000) + `"x"]}`: "422 emails api.error.items",
		`{` + manyMembers(5000) + `"kind":1}`:                     "413",
		`{a:1}`:                                                   "400",
		deep:                                                      "400",
		`{"x":` + strings.Repeat("[", 8) + strings.Repeat("]", 8) + `}`: "400",
		`{"family_name":"` + strings.Repeat("a", 501) + `"}`:            "422 family_name error.text.long",
		`{"` + strings.Repeat("n", 5000) + `":1}`: "422 " + strings.Repeat("n", 200) +
			"… api.error.field",
	} {
		r := p.Do(http.MethodPost, apiContacts, body, "Idempotency-Key", "a-new-key")
		var got problem
		r.Read(t, &got)
		told := fmt.Sprint(r.Status)
		if len(got.Errors) > 0 {
			told += " " + strings.Join(got.fields(), ",")
		}
		if told != want {
			t.Errorf("%.100s: %.300s, want %.300s: %.200s", body, told, want, r.Body)
		}
	}
	if r := p.Do(http.MethodPost, apiContacts,
		`{"kind":"person","family_name":"A\\ud800 \ud83d\ude00","reason":"prova"}`, "Idempotency-Key",
		"an-emoji-key"); r.Status != 201 {
		t.Errorf("an emoji: status %d: %s", r.Status, r.Body)
	}
	for _, tc := range []struct {
		method, path, media string
		want                int
		header, told        string
	}{
		{http.MethodPost, apiContacts, "application/x-www-form-urlencoded", 415, "Accept",
			"application/json"},
		{http.MethodPost, apiContacts, "text/plain", 415, "Accept", "application/json"},
		{http.MethodPost, apiContacts, "application/json; charset=latin1", 415, "Accept", "application/json"},
		{http.MethodPost, apiContacts, "", 415, "Accept", "application/json"},
		{http.MethodPost, apiContacts, "application/json; charset=UTF-8", 422, "", ""},
		{http.MethodPatch, path, "application/json", 415, "Accept-Patch", "application/merge-patch+json"},
		{http.MethodPatch, path, "application/json-patch+json", 415, "Accept-Patch",
			"application/merge-patch+json"},
	} {
		r := p.Do(tc.method, tc.path, `{"colour":1}`, "Content-Type", tc.media, "Idempotency-Key",
			"a-new-key",
			"If-Match", "*")
		if toldOf(t, r, tc.want); tc.header != "" && r.Header.Get(tc.header) != tc.told {
			t.Errorf("%s as %q: %v", tc.method, tc.media, r.Header)
		}
	}
	toldOf(t, p.Do(http.MethodPost, apiContacts, `{"family_name":"`+strings.Repeat("a", 1100<<10)+`"}`,
		"Idempotency-Key", "a-new-key"), 413)
	toldOf(t, p.Do(http.MethodPost, apiContacts, "", "Idempotency-Key", "a-new-key"), 422)
	toldOf(t, p.Get(apiContacts, "Accept", "text/csv"), 406)
	toldOf(t, p.Do(http.MethodDelete, path, ""), 405)
	toldOf(t, p.Do(http.MethodPut, path, "{}"), 405)
}

// TestTheListOfContactsByTheAPI: parts follow each other without a gap or a double, by the link and by
// the cursor, in each order; a mistyped filter is refused.
func TestTheListOfContactsByTheAPI(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	p := town.Program(t, town.Desk, crm.PermReadContacts)
	for i := range 7 {
		contact(t, town, fmt.Sprintf("Anna%c", 'a'+i), fmt.Sprintf("Bianchi%c", 'a'+i))
	}
	type list struct {
		Items []struct{ ID, Name string }
		Next  *string
	}
	var orders []string
	for _, order := range []string{"", "name", "-name", "updated_at", "-updated_at"} {
		var names []string
		next := apiContacts + "?limit=3&order=" + order
		if order == "" {
			next = apiContacts + "?limit=3"
		}
		for pages := 0; next != "" && pages < 5; pages++ {
			r := p.Get(next)
			var l list
			r.Read(t, &l)
			for _, item := range l.Items {
				names = append(names, item.Name)
			}
			link, last := r.Header.Get("Link"), next
			if next = ""; link != "" {
				u, err := url.Parse(strings.TrimPrefix(strings.Split(link, ">")[0], "<"))
				if err != nil || !strings.HasSuffix(link, `; rel="next"`) ||
					u.Query().Get("cursor") != *l.Next ||
					!strings.HasPrefix(link, "<"+town.Origin+"/") {
					t.Fatalf("%s: link %q: %v", last, link, err)
				}
				next = u.RequestURI()
			} else if l.Next != nil {
				t.Errorf("%s: a cursor without a link", last)
			}
		}
		orders = append(orders, strings.Join(names, " "))
		if slices.Sort(names); len(slices.Compact(names)) != 9 {
			t.Errorf("by %q: %v", order, names)
		}
	}
	if orders[0] != orders[1] || orders[1] == orders[2] || orders[3] == orders[4] {
		t.Errorf("%q", orders)
	}
	for query, want := range map[string]string{
		"?distict=centro": "distict api.error.parameter", "?limit=0": "limit api.error.limit",
		"?limit=101": "limit api.error.limit", "?limit=x": "limit api.error.limit",
		"?order=age": "order api.error.order", "?q=anna&order=name": "order api.error.parameter",
		"?limit=1&limit=2": "limit api.error.field_twice",
		"?district=%22":    "district error.id", "?cursor=nonsense": "",
	} {
		if got := toldOf(t, p.Get(apiContacts+query), 400).fields(); strings.Join(got, ",") != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
}

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"m%d":1,`, i)
	}
	return b.String()
}

func dutiesOf(role civic.Role) accounts.Duties { return accounts.Duties{Roles: []civic.Role{role}} }
