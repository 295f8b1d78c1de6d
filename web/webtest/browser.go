package webtest

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"ascolto/internal/civic"
)

// Browser keeps cookies and asks for pages; it does not follow redirects by itself.
type Browser struct {
	t      *testing.T
	site   *Site
	client *http.Client
}

// Browser returns a browser in which nobody is signed in.
func (s *Site) Browser(t *testing.T) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Browser{t: t, site: s, client: &http.Client{
		Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// As returns a browser in which who is signed in.
func (s *Site) As(t *testing.T, who civic.Actor) *Browser {
	t.Helper()
	b := s.Browser(t)
	b.SetCookie("sid", s.sessions.open(who))
	return b
}

// SetCookie puts a cookie of the site into the browser.
func (b *Browser) SetCookie(name, value string) {
	b.client.Jar.SetCookies(b.url("/"), []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

// Cookie returns the value of a cookie of the site, empty when there is none.
func (b *Browser) Cookie(name string) string {
	for _, c := range b.client.Jar.Cookies(b.url("/")) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (b *Browser) url(path string) *url.URL {
	u, err := url.Parse(b.site.Origin + path)
	if err != nil {
		b.t.Fatal(err)
	}
	return u
}

// Get asks for a page.
func (b *Browser) Get(path string) *Page {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.site.Origin+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.Do(req)
}

// Post sends form values as a page of the site would: with the token of this browser, unless values have one.
func (b *Browser) Post(path string, values url.Values) *Page {
	b.t.Helper()
	form := url.Values{}
	for k, v := range values {
		form[k] = v
	}
	if !form.Has("csrf") {
		form.Set("csrf", b.Token())
	}
	return b.Do(b.PostRequest(path, form))
}

// PostRequest returns a request that sends values as they are, with the headers a browser adds, for a test to
// alter.
func (b *Browser) PostRequest(path string, values url.Values) *http.Request {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.site.Origin+path,
		strings.NewReader(values.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", b.site.Origin)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return req
}

// Token returns a form token of this browser, taken from the start page, or from the sign-in when nobody is
// signed in: a page without forms has none.
func (b *Browser) Token() string {
	b.t.Helper()
	if token := b.Get("/").Input("csrf"); token != "" {
		return token
	}
	return b.Get("/accedi").Input("csrf")
}

// Submit fills the form of a page that posts to action and sends it, with everything the form carries.
func (b *Browser) Submit(page *Page, action string, values url.Values) *Page {
	b.t.Helper()
	form := page.Form(action)
	if form == nil {
		b.t.Fatalf("the page has no form that posts to %s", action)
	}
	for k, v := range values {
		form[k] = v
	}
	return b.Do(b.PostRequest(action, form))
}

// SentFile is a file as a browser sends it; nothing is chosen when it has no content.
type SentFile struct {
	Name    string // whatever the sender calls it
	Content []byte
}

// Upload is Submit of a form with a file, which is called name by whoever sends it; no file is chosen when
// content is empty.
func (b *Browser) Upload(
	page *Page, action string, values url.Values, field, name string, content []byte,
) *Page {
	b.t.Helper()
	if len(content) == 0 {
		name = ""
	}
	return b.UploadAll(page, action, values, field, SentFile{name, content})
}

// UploadAll is Submit of a form with any number of files of one field.
func (b *Browser) UploadAll(
	page *Page,
	action string,
	values url.Values,
	field string,
	files ...SentFile,
) *Page {
	b.t.Helper()
	form := page.Form(action)
	if form == nil {
		b.t.Fatalf("the page has no form that posts to %s", action)
	}
	form.Del(field)
	for k, v := range values {
		form[k] = v
	}
	return b.Do(b.UploadRequest(action, form, field, files...))
}

// UploadRequest returns a request that sends values and files as they are, for a test to alter.
func (b *Browser) UploadRequest(
	action string,
	values url.Values,
	field string,
	files ...SentFile,
) *http.Request {
	b.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for k, all := range values {
		for _, v := range all {
			if err := parts.WriteField(k, v); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	for _, f := range files {
		part, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {fmt.Sprintf("form-data; name=%q; filename=\"%s\"", field, f.Name)},
			"Content-Type":        {"image/png"},
		})
		if err == nil {
			_, err = part.Write(f.Content)
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
	if err := parts.Close(); err != nil {
		b.t.Fatal(err)
	}
	req := b.PostRequest(action, nil)
	req.Header.Set("Content-Type", parts.FormDataContentType())
	req.Body, req.ContentLength = io.NopCloser(&body), int64(body.Len())
	return req
}

// Follow asks for the page that a redirect leads to.
func (b *Browser) Follow(page *Page) *Page {
	b.t.Helper()
	if page.Location == "" {
		b.t.Fatalf("status %d is no redirect", page.Status)
	}
	return b.Get(page.Location)
}

// Do sends a request and reads the answer.
func (b *Browser) Do(req *http.Request) *Page {
	b.t.Helper()
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	page := &Page{Status: res.StatusCode, Header: res.Header, Location: res.Header.Get("Location"),
		Body: string(body)}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		if page.Doc, err = html.Parse(bytes.NewReader(body)); err != nil {
			b.t.Fatal(err)
		}
	}
	if key := page.bareKey(); key != "" {
		b.t.Errorf("%s %s shows the text %s by its key", req.Method, req.URL.Path, key)
	}
	return page
}
