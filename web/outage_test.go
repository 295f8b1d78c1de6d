package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// cutOff returns a browser at the front door of a town whose store has gone, and the page of path as it was
// before.
func cutOff(
	t *testing.T, path string, prepare func(door, *webtest.Browser),
) (*webtest.Browser, *webtest.Page) {
	t.Helper()
	d := openDoor(t)
	d.colleague(t, "vittima@comune.borgoforte.example", "Vittoria Zanasi", civic.Operator)
	b := d.site.Browser(t)
	if prepare != nil {
		prepare(d, b)
	}
	page := b.Get(path)
	wants(t, page, http.StatusOK)
	if err := d.DB.Close(); err != nil {
		t.Fatal(err)
	}
	return b, page
}

// While the store is away guesses are counted all the same, because the buckets are in the process: whoever
// goes on is told to wait, nobody gets in, and nothing says why.
func TestLimitsHoldWhileTheStoreIsAway(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path    string
		prepare func(door, *webtest.Browser)
		form    func(n int) url.Values
		most    int // attempts that get as far as the store
	}{
		"passwords at one login": {path: "/desk/login", most: 10, form: func(n int) url.Values {
			return url.Values{"email": {"vittima@comune.borgoforte.example"},
				"password": {fmt.Sprint("tentativo ", n)}}
		}},
		"the right password": {path: "/desk/login", most: 10, form: func(int) url.Values {
			return url.Values{"email": {"vittima@comune.borgoforte.example"}, "password": {goodPassword}}
		}},
		"one password at many logins": {path: "/desk/login", most: 100, form: func(n int) url.Values {
			return url.Values{"email": {fmt.Sprintf("collega%d@comune.borgoforte.example", n)},
				"password": {goodPassword}}
		}},
		"codes asked for one address": {path: "/accedi", most: 100, form: func(int) url.Values {
			return url.Values{"email": {"anna@posta.example"}}
		}},
		"codes asked for many addresses": {path: "/accedi", most: 100, form: func(n int) url.Values {
			return url.Values{"email": {fmt.Sprintf("cittadino%d@posta.example", n)}}
		}},
		"codes tried": {path: "/accedi/codice", most: 100, form: func(n int) url.Values {
			return url.Values{"code": {fmt.Sprintf("%08d", n)}}
		}, prepare: func(d door, b *webtest.Browser) { d.askCode(t, b, "anna@posta.example", "") }},
		"links for new passwords": {path: "/desk/login/password", most: 100, form: func(n int) url.Values {
			return url.Values{"email": {fmt.Sprintf("collega%d@comune.borgoforte.example", n)}}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, page := cutOff(t, c.path, c.prepare)
			through := 0
			for n := range 150 {
				answer := b.Submit(page, c.path, c.form(n))
				switch answer.Status {
				case http.StatusTooManyRequests:
				case http.StatusServiceUnavailable, http.StatusInternalServerError:
					through++
				default:
					t.Fatalf("attempt %d: status %d, to %q; the page says: %.300s", n, answer.Status,
						answer.Location, answer.Text())
				}
				// the request's number on the page is random letters, "sql" among them now and then
				if text := strings.ToLower(answer.Text()); b.Cookie("sid") != "" ||
					strings.Contains(text, "sqlite") || strings.Contains(text, "sql:") {
					t.Fatalf("attempt %d: signed in, or told the cause: %.300s", n, answer.Text())
				}
			}
			if through == 0 || through > c.most {
				t.Errorf("%d of 150 attempts were let through, want 1 to %d", through, c.most)
			}
		})
	}
}
