package web_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"testing"

	"ascolto/crm/requests"
	"ascolto/web"
	"ascolto/web/webtest"
)

// Who guesses codes is told to wait after a few, by their address: the page that opens a request with number
// and code, and the link that confirms one. Other addresses, and who opened a request before, go on.
func TestGuessingCodesIsSlowed(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	r, err := town.Requests.File(t.Context(), town.Anna, requests.FileInput{FormKey: "guess-guess-guess",
		Procedure: "istanza", Subject: "Lampione", Text: "È spento."})
	if err != nil {
		t.Fatal(err)
	}
	code, err := town.Requests.Code(t.Context(), town.Anna, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	plenty, few := web.Rate{PerSecond: 1e6, Burst: 1e6}, web.Rate{PerSecond: 0.001, Burst: 100}
	site := webtest.Start(t, web.Options{Services: town.Services, Vault: town.Site.Vault,
		Limits:  web.Limits{Requests: plenty, Account: plenty, Changes: few, Dear: few},
		Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	from := func(b *webtest.Browser, address string, req *http.Request) int {
		req.Header.Set("X-Forwarded-For", address)
		return b.Do(req).Status
	}
	open := func(b *webtest.Browser, address, code string) int {
		return from(b, address, b.PostRequest("/richieste/segui", url.Values{"csrf": {b.Token()},
			"number": {r.Number}, "code": {code}}))
	}
	get := func(b *webtest.Browser, address, path string) int {
		req, err := http.NewRequest(http.MethodGet, site.Origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		return from(b, address, req)
	}
	owner, guesser := site.Browser(t), site.Browser(t)
	if got := open(owner, "203.0.113.7", code); got != 303 {
		t.Fatalf("the owner opens it: status %d", got)
	}
	for what, guess := range map[string]func() int{
		"codes": func() int { return open(guesser, "203.0.113.7", "AAAAA-AAAAA-AAAAA-AAAAA") },
		"links": func() int {
			return get(guesser, "203.0.113.7", "/richieste/conferma/nessuna/AAAAA-AAAAA-AAAAA-AAAAA")
		},
	} {
		refused := 0
		for range 60 {
			if guess() == http.StatusTooManyRequests {
				refused++
			}
		}
		if refused < 50 {
			t.Errorf("of 60 wrong %s %d were refused", what, refused)
		}
	}
	if got := get(owner, "203.0.113.7", "/richieste/seguita"); got != 200 {
		t.Errorf("who opened it before, behind the same address: status %d", got)
	}
	if got := open(site.Browser(t), "203.0.113.8", code); got != 303 {
		t.Errorf("another address: status %d", got)
	}
}
