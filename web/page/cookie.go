package page

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// The cookies, each without its prefix.
const (
	sessionCookie = "sid"
	anonCookie    = "anon" // names a visitor's browser, so that a form can be bound to it
	langCookie    = "lang"
	flashCookie   = "flash"

	FollowCookie = "request" // a request was opened with its number and code
	DraftCookie  = "draft"   // what was typed to ask for something waits to be confirmed
	SurveyCookie = "survey"  // with a hyphen and the survey's address behind it: what was begun or sent there
)

// The cookies by which a sign-in under way is bound to the browser that began it, and one that is done makes
// it known.
const (
	CodeCookie   = "code"   // a one-time code was sent
	OIDCCookie   = "oidc"   // the browser is at the identity provider
	DeviceCookie = "device" // somebody signed in from this browser before
)

const purpose = "web/" // of what the vault signs here

// Cookies lists the names of all cookies the site sets, each without its prefix.
func Cookies() []string {
	return []string{
		sessionCookie, anonCookie, langCookie, flashCookie, SurveyCookie, FollowCookie, DraftCookie, CodeCookie,
		OIDCCookie, DeviceCookie,
	}
}

// CookieName returns the name with the prefix that makes browsers refuse it from another host, where the
// origin is https.
func (r *Request) CookieName(name string) string {
	if r.site.Secure {
		return "__Host-" + name
	}
	return name
}

func (r *Request) setCookie(name, value string, life time.Duration) {
	c := fiber.Cookie{
		Name: r.CookieName(name), Value: value, Path: "/",
		Secure: r.site.Secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	}
	switch {
	case life < 0:
		c.Expires = time.Unix(1, 0)
	case life > 0:
		c.MaxAge = int(life / time.Second)
	default:
		c.SessionOnly = true
	}
	r.cookies = true
	r.c.Cookie(&c)
}

// Cookie returns the secret of the session that the browser sent, empty when it sent none.
func (r *Request) Cookie() string { return r.c.Cookies(r.CookieName(sessionCookie)) }

// SignIn gives the browser the secret of a new session, for at most life; the server decides when it really
// ends.
func (r *Request) SignIn(secret string, life time.Duration) {
	r.setCookie(sessionCookie, secret, life)
	r.setCookie(anonCookie, "", -1)
}

// SignOut takes the session from the browser, and what else was opened in it; ending the session in the store
// is the service's part.
func (r *Request) SignOut() {
	r.setCookie(sessionCookie, "", -1)
	for _, opened := range []string{FollowCookie, DraftCookie} {
		if r.c.Cookies(r.CookieName(opened)) != "" {
			r.setCookie(opened, "", -1)
		}
	}
}

// Speak makes l the language of this browser.
func (r *Request) Speak(l locale.Lang) {
	const year = 365 * 24 * time.Hour
	r.Lang, r.L = l, r.site.Locale.In(l)
	r.setCookie(langCookie, string(l), year)
}

// Token returns the token that a form of this visitor must carry. It is bound to the session, or for visitors
// to a cookie that is set when the first form is shown, and differs each time so that compressed pages do not
// betray it.
func (r *Request) Token() string {
	r.keep = nil // nobody else's form carries it
	mac := r.tokenMAC(r.bound())
	out := make([]byte, 2*len(mac))
	rand.Read(out[:len(mac)])
	subtle.XORBytes(out[len(mac):], out[:len(mac)], mac)
	return base64.RawURLEncoding.EncodeToString(out)
}

// The texts that say why a form is not accepted from this browser.
const (
	NotOurForm = "error.csrf"         // another browser was shown it, or another site sent it
	CookieGone = "error.cookie_gone"  // the cookie is not there any more to which its token is bound
	SignedOut  = "error.session_over" // the session ended to which its token is bound
)

// Misfit returns the error of a form whose token does not fit.
func (r *Request) Misfit() error {
	switch {
	case r.boundTo() != "":
		return civic.NewError(civic.Forbidden, NotOurForm)
	case r.Cookie() != "":
		return civic.NewError(civic.Forbidden, SignedOut)
	default:
		return civic.NewError(civic.Forbidden, CookieGone)
	}
}

// TokenFits reports whether token was made for this session or this visitor's cookie.
func (r *Request) TokenFits(token string) bool {
	b, err := base64.RawURLEncoding.DecodeString(token)
	bound := r.boundTo()
	if err != nil || bound == "" {
		return false
	}
	want := r.tokenMAC(bound)
	if len(b) != 2*len(want) {
		return false
	}
	subtle.XORBytes(b[len(want):], b[len(want):], b[:len(want)])
	return subtle.ConstantTimeCompare(b[len(want):], want) == 1
}

func (r *Request) tokenMAC(bound string) []byte {
	return []byte(r.site.Vault.Digest(purpose+"csrf", bound))
}

// boundTo returns what tokens of this request are bound to, empty for a visitor who was shown no form yet.
func (r *Request) boundTo() string {
	switch {
	case r.Session != "":
		return "session " + r.Session
	case r.anon != "":
		return "anon " + r.anon
	}
	id, err := r.site.Vault.Verify(purpose+"anon", r.c.Cookies(r.CookieName(anonCookie)))
	if err != nil || len(id) == 0 {
		return ""
	}
	r.anon = string(id)
	return "anon " + r.anon
}

func (r *Request) bound() string {
	if b := r.boundTo(); b != "" {
		return b
	}
	r.anon = rand.Text()
	r.setCookie(anonCookie, r.site.Vault.Sign(purpose+"anon", []byte(r.anon)), 0)
	return "anon " + r.anon
}

// flashLimit keeps the cookie within what browsers store.
const flashLimit = 3000

func (r *Request) setFlash(messages []civic.Message) {
	b, err := json.Marshal(messages)
	if err != nil || len(b) > flashLimit {
		r.site.Log.Error("message for the next page dropped", "request", r.RequestID, "bytes", len(b))
		return
	}
	r.setCookie(flashCookie, r.site.Vault.Sign(purpose+"flash", b), time.Minute)
}

// takeFlash returns the messages left for this page and removes them.
func (r *Request) takeFlash() []civic.Message {
	cookie := r.c.Cookies(r.CookieName(flashCookie))
	if cookie == "" {
		return nil
	}
	r.setCookie(flashCookie, "", -1)
	var messages []civic.Message
	b, err := r.site.Vault.Verify(purpose+"flash", cookie)
	if err != nil || json.Unmarshal(b, &messages) != nil {
		return nil
	}
	wholeNumbers(messages)
	return messages
}

// wholeNumbers makes counts of what JSON only knows as numbers, so that 6 is not read as 6.0.
func wholeNumbers(messages []civic.Message) {
	for _, m := range messages {
		for k, v := range m.Args {
			if n, ok := v.(float64); ok && n == float64(int(n)) {
				m.Args[k] = int(n)
			}
		}
	}
}

// Remember keeps a small value in this browser for at most life: what a visitor has begun, never who they
// are. A negative life forgets it. name consists of letters, digits and hyphens.
func (r *Request) Remember(name, value string, life time.Duration) { r.setCookie(name, value, life) }

// Remembered returns what Remember kept, empty when there is nothing. It is what the browser says: trust it
// no further.
func (r *Request) Remembered(name string) string {
	r.keep = nil // the page may show it
	return r.c.Cookies(r.CookieName(name))
}

// Entrust keeps a small secret in this browser until it is closed, and for at most life: sealed, so that
// nobody reads it there, nor makes one up. Names are as those of Remember.
func (r *Request) Entrust(name, secret string, life time.Duration) {
	until := strconv.FormatInt(time.Now().Add(life).Unix(), 10)
	sealed := r.site.Vault.Seal(purpose+name, []byte(until+" "+secret))
	r.setCookie(name, base64.RawURLEncoding.EncodeToString(sealed), 0)
}

// Entrusted returns what Entrust kept, empty when there is nothing, or its time is over. What is answered
// with it no browser keeps.
func (r *Request) Entrusted(name string) string {
	sealed, err := base64.RawURLEncoding.DecodeString(r.Remembered(name))
	if err != nil || len(sealed) == 0 {
		return ""
	}
	plain, err := r.site.Vault.Open(purpose+name, sealed)
	if err != nil {
		return ""
	}
	until, secret, _ := strings.Cut(string(plain), " ")
	end, err := strconv.ParseInt(until, 10, 64)
	if err != nil || time.Now().Unix() >= end {
		return ""
	}
	r.secret = true
	return secret
}
