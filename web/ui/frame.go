// Package ui has the parts that pages are put together from: the frame of a municipal site, forms, tables,
// lists and charts. A page is a templ component that takes a Frame and its own typed struct.
package ui

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// Frame is what the layout of every page needs: who looks at it, in which language, and what surrounds the
// page's own matter.
type Frame struct {
	L     *locale.Localizer
	Title string // of the page, without the town's name
	// where search engines find it, in no language in particular; empty when they should not
	Address     string
	Asked       locale.Lang // the language that the address asks for, if it does
	Feeds       []Link
	Description string // for search engines; may be empty
	Path        string // of the page, without query
	URL         string // with query, where a change of language leads back to
	Town        Municipality
	Logo        Logo  // of the municipality; its zero value is the program's sign
	User        *User // nil for visitors
	Sections    []NavItem
	Desk        []NavItem // what this member of staff may open
	Crumbs      []Link    // the pages above this one, outermost first
	Flash       []civic.Message
	Compact     bool          // a step of something longer: the contact block is one line
	Renew       int           // after how many seconds the page is shown anew to who has no scripts; 0: never
	Token       func() string // the CSRF token of this visitor; asking for it may set a cookie
}

// Logo is a picture at a size in pixels; Alt is read where it is not seen.
type Logo struct {
	Path, Alt     string
	Width, Height int
}

// besideName returns the logo for a place where a name is written: a text that only repeats it would be read
// twice.
func (l Logo) besideName(name string) Logo {
	if l.Alt == name {
		l.Alt = ""
	}
	return l
}

// silent returns the logo for a second place of a page.
func (l Logo) silent() Logo {
	l.Alt = ""
	return l
}

type answer struct{}

// Answered returns ctx for rendering a page that is sent with an HTTP status.
func Answered(ctx context.Context, status int) context.Context {
	return context.WithValue(ctx, answer{}, status)
}

// windowTitle returns what the browser calls the page: where input was wrong, that comes first, since it is
// all that a person who does not see the page hears at first.
func (f Frame) windowTitle(ctx context.Context) string {
	title := f.Title + " – " + f.Town.Name
	if ctx.Value(answer{}) == http.StatusUnprocessableEntity {
		return f.T("core.form.error") + " " + title
	}
	return title
}

// T returns the text of key in the frame's language.
func (f Frame) T(key string, args ...civic.Args) string { return f.L.T(key, args...) }

// With returns f with a page above it added to the breadcrumbs.
func (f Frame) With(text, url string) Frame {
	f.Crumbs = append(f.Crumbs[:len(f.Crumbs):len(f.Crumbs)], Link{Text: text, URL: url})
	return f
}

// closed reports whether url is a room of the desk that is not in the reader's navigation: who may open one
// page of it, as an office the contacts it deals with, is not led to the list of all. The door is open to
// all.
func (f Frame) closed(url string) bool {
	url, _, _ = strings.Cut(url, "?")
	room, inside := strings.CutPrefix(url, "/desk/")
	return inside && room != "login" && !strings.Contains(room, "/") &&
		!slices.ContainsFunc(f.Desk, func(item NavItem) bool { return item.Path == url })
}

// Describe returns f with a description for search engines.
func (f Frame) Describe(text string) Frame {
	f.Description = text
	return f
}

// Step returns f for a step of something longer, which must not end in more than the step itself.
func (f Frame) Step() Frame {
	f.Compact = true
	return f
}

// Fed returns f with a feed of what is new on the page.
func (f Frame) Fed(title, path string) Frame {
	f.Feeds = append(f.Feeds[:len(f.Feeds):len(f.Feeds)], Link{Text: title, URL: path})
	return f
}

// LangParam is the query parameter by which an address asks for a language.
const LangParam = "lingua"

// WithParam returns an address with a query parameter set, or without it when value is empty.
func WithParam(address, name, value string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	q.Del(name)
	if value != "" {
		q.Set(name, value)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// in returns the address of this page in a language.
func (f Frame) in(l locale.Lang) string { return WithParam(f.URL, LangParam, string(l)) }

// canonical returns the one address of this page, in the language it was asked for in.
func (f Frame) canonical() string { return WithParam(f.Address, LangParam, string(f.Asked)) }

// summary returns the page's description, the site's own when it has none.
func (f Frame) summary() string {
	return orElse(f.Description, f.T("core.description", civic.Args{"Town": f.Town.Name}))
}

// current reports whether the page lies at path or under it.
func (f Frame) current(path string) bool {
	return f.Path == path || path != "/" && path != "/desk" && strings.HasPrefix(f.Path, path+"/")
}

// activeEntry returns the path of the desk's entry that the page lies under, the nearest one where several
// do.
func (f Frame) activeEntry() string {
	nearest := ""
	for _, item := range f.Desk {
		if f.current(item.Path) && len(item.Path) > len(nearest) {
			nearest = item.Path
		}
	}
	return nearest
}

// Staff reports whether a member of staff looks at the page: what only citizens may begin is not offered to
// them.
func (f Frame) Staff() bool { return f.User != nil && f.User.Staff }

// desk reports whether the page is one of the desk's.
func (f Frame) desk() bool { return f.Path == "/desk" || strings.HasPrefix(f.Path, "/desk/") }

// menu returns the first-level menu of the municipality's site.
func (f Frame) menu() []Link {
	if len(f.Town.Menu) > 0 || f.Town.Site == "" {
		return f.Town.Menu
	}
	site := strings.TrimRight(f.Town.Site, "/")
	return []Link{
		{f.T("core.menu.administration"), site + "/amministrazione", "management"},
		{f.T("core.menu.news"), site + "/novita", "news"},
		{f.T("core.menu.services"), site + "/servizi", "all-services"},
		{f.T("core.menu.living", civic.Args{"City": f.Town.City}), site + "/vivere-il-comune", "live"},
	}
}

func orElse(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

func (m Municipality) faq() string { return orElse(m.FAQ, "/domande-frequenti") }

// Reports returns the address of the page where a problem is reported: it is one of the procedures.
func (m Municipality) Reports() string {
	return orElse(m.Report, "/richieste#procedimento-disservizio")
}

// Assists returns the address of the page where help is asked for: it is one of the procedures, too.
func (m Municipality) Assists() string {
	return orElse(m.Assistance, "/richieste#procedimento-assistenza")
}

func (m Municipality) booking() string { return orElse(m.Booking, "/contatti#appuntamento") }
func (m Municipality) accessibility() string {
	return orElse(m.Accessibility, "/note-legali#accessibilita")
}

func phoneArgs(f Frame) civic.Args { return civic.Args{"Phone": f.Town.Phone} }
func vatArgs(f Frame) civic.Args   { return civic.Args{"VAT": f.Town.VAT} }
