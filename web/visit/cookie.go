package visit

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
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

	SurveyCookie = "survey" // with a hyphen and the survey's address behind it: what was begun or sent there
)

// The cookies by which a sign-in under way is bound to the browser that began it, and one that is done makes it known.
const (
	CodeCookie   = "code"   // a one-time code was sent
	OIDCCookie   = "oidc"   // the browser is at the identity provider
	DeviceCookie = "device" // somebody signed in from this browser before
)

const purpose = "web/" // of what the vault signs here

// Cookies lists the names of all cookies the site sets, each without its prefix.
func Cookies() []string {
	return []string{sessionCookie, anonCookie, langCookie, flashCookie, SurveyCookie, CodeCookie, OIDCCookie, DeviceCookie}
}

// CookieName returns the name with the prefix that makes browsers refuse it from another host, where the origin is https.
func (v *Visit) CookieName(name string) string {
	if v.site.Secure {
		return "__Host-" + name
	}
	return name
}

func (v *Visit) setCookie(name, value string, life time.Duration) {
	c := fiber.Cookie{
		Name: v.CookieName(name), Value: value, Path: "/",
		Secure: v.site.Secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	}
	switch {
	case life < 0:
		c.Expires = time.Unix(1, 0)
	case life > 0:
		c.MaxAge = int(life / time.Second)
	default:
		c.SessionOnly = true
	}
	v.cookies = true
	v.c.Cookie(&c)
}

// Cookie returns the secret of the session that the browser sent, empty when it sent none.
func (v *Visit) Cookie() string { return v.c.Cookies(v.CookieName(sessionCookie)) }

// SignIn gives the browser the secret of a new session, for at most life; the server decides when it really ends.
func (v *Visit) SignIn(secret string, life time.Duration) {
	v.setCookie(sessionCookie, secret, life)
	v.setCookie(anonCookie, "", -1)
}

// SignOut takes the session from the browser; ending it in the store is the service's part.
func (v *Visit) SignOut() { v.setCookie(sessionCookie, "", -1) }

// Speak makes l the language of this browser.
func (v *Visit) Speak(l locale.Lang) {
	const year = 365 * 24 * time.Hour
	v.Lang, v.L = l, v.site.Locale.In(l)
	v.setCookie(langCookie, string(l), year)
}

// Token returns the token that a form of this visitor must carry. It is bound to the session, or for visitors to a cookie that
// is set when the first form is shown, and differs each time so that compressed pages do not betray it.
func (v *Visit) Token() string {
	v.keep = nil // nobody else's form carries it
	mac := v.tokenMAC(v.bound())
	out := make([]byte, 2*len(mac))
	rand.Read(out[:len(mac)])
	subtle.XORBytes(out[len(mac):], out[:len(mac)], mac)
	return base64.RawURLEncoding.EncodeToString(out)
}

// TokenFits reports whether token was made for this session or this visitor's cookie.
func (v *Visit) TokenFits(token string) bool {
	b, err := base64.RawURLEncoding.DecodeString(token)
	bound := v.boundTo()
	if err != nil || bound == "" {
		return false
	}
	want := v.tokenMAC(bound)
	if len(b) != 2*len(want) {
		return false
	}
	subtle.XORBytes(b[len(want):], b[len(want):], b[:len(want)])
	return subtle.ConstantTimeCompare(b[len(want):], want) == 1
}

func (v *Visit) tokenMAC(bound string) []byte {
	return []byte(v.site.Vault.Digest(purpose+"csrf", bound))
}

// boundTo returns what tokens of this visit are bound to, empty for a visitor who was shown no form yet.
func (v *Visit) boundTo() string {
	switch {
	case v.Session != "":
		return "session " + v.Session
	case v.anon != "":
		return "anon " + v.anon
	}
	id, err := v.site.Vault.Verify(purpose+"anon", v.c.Cookies(v.CookieName(anonCookie)))
	if err != nil || len(id) == 0 {
		return ""
	}
	v.anon = string(id)
	return "anon " + v.anon
}

func (v *Visit) bound() string {
	if b := v.boundTo(); b != "" {
		return b
	}
	v.anon = rand.Text()
	v.setCookie(anonCookie, v.site.Vault.Sign(purpose+"anon", []byte(v.anon)), 0)
	return "anon " + v.anon
}

// flashLimit keeps the cookie within what browsers store.
const flashLimit = 3000

func (v *Visit) setFlash(messages []civic.Message) {
	b, err := json.Marshal(messages)
	if err != nil || len(b) > flashLimit {
		v.site.Log.Error("message for the next page dropped", "request", v.Request, "bytes", len(b))
		return
	}
	v.setCookie(flashCookie, v.site.Vault.Sign(purpose+"flash", b), time.Minute)
}

// takeFlash returns the messages left for this page and removes them.
func (v *Visit) takeFlash() []civic.Message {
	cookie := v.c.Cookies(v.CookieName(flashCookie))
	if cookie == "" {
		return nil
	}
	v.setCookie(flashCookie, "", -1)
	var messages []civic.Message
	b, err := v.site.Vault.Verify(purpose+"flash", cookie)
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

// Remember keeps a small value in this browser for at most life: what a visitor has begun, never who they are. A negative
// life forgets it. name consists of letters, digits and hyphens.
func (v *Visit) Remember(name, value string, life time.Duration) { v.setCookie(name, value, life) }

// Remembered returns what Remember kept, empty when there is nothing. It is what the browser says: trust it no further.
func (v *Visit) Remembered(name string) string {
	v.keep = nil // the page may show it
	return v.c.Cookies(v.CookieName(name))
}
