package site

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/sitepage"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// textPage is a page of text.
type textPage struct {
	Lead     string
	Passages []ui.Passage
	History  textHistory
}

// textHistory is what a page of text says about its versions; the zero value says nothing.
type textHistory struct {
	Shown   sitepage.Version
	Earlier bool               // Shown is not in force any more
	All     []sitepage.Version // newest first
	Path    string
}

// titled returns the passages that the index of the page leads to.
func (p textPage) titled() []ui.Passage {
	return slices.DeleteFunc(slices.Clone(p.Passages), func(x ui.Passage) bool { return x.Title == "" })
}

func textDate(f ui.Frame, v sitepage.Version) civic.Args {
	return civic.Args{"Number": strconv.FormatInt(v.Number, 10), "Date": f.L.Date(v.At)}
}

// versionParam names the version of a page that is asked for.
const versionParam = "versione"

// worded returns a page of text as the municipality worded it, else as it comes with the program. A version of before is shown
// when the query asks for one.
func (p *Pages) worded(r *page.Request, key sitepage.Key, lead string) (textPage, error) {
	f := textPage{Lead: lead, Passages: ui.StandardText(string(key), r.L, r.Town())}
	current, err := p.Texts.Current(r.Context(), key)
	if err != nil || current.Number == 0 {
		return f, err
	}
	shown := current
	if asked := r.Query(versionParam); asked != "" {
		number, err := strconv.ParseInt(asked, 10, 64)
		if err != nil {
			return f, civic.NewError(civic.NotFound, "error.not_found")
		}
		if shown, err = p.Texts.Version(r.Context(), key, number); err != nil {
			return f, err
		}
	}
	all, err := p.Texts.Versions(r.Context(), key, civic.PageRequest{Size: civic.MaxPageSize})
	f.History = textHistory{Shown: shown, Earlier: shown.Number != current.Number, All: all.Items, Path: r.Path()}
	if shown.Own() {
		f.Passages = reworded(f.Passages, shown.In(string(r.Lang)))
	}
	return f, err
}

// reworded returns the passages that every wording keeps, around those of a text: the last of them stands after it.
func reworded(standard []ui.Passage, text string) []ui.Passage {
	var before, after, own []ui.Passage
	passed := false
	for _, p := range standard {
		switch {
		case !p.Kept:
			passed = true
		case passed:
			after = append(after, p)
		default:
			before = append(before, p)
		}
	}
	for _, s := range sitepage.Sections(text) {
		own = append(own, ui.Passage{ID: s.ID, Title: s.Title, HTML: s.HTML})
	}
	return slices.Concat(before, own, after)
}

// Legal shows the legal notes: the licence of the contents in the prescribed words, and the accessibility of the site.
func (p *Pages) Legal(r *page.Request) error {
	return p.showText(r, sitepage.Legal, "site.legal")
}

// FAQ shows the frequently asked questions.
func (p *Pages) FAQ(r *page.Request) error { return p.showText(r, sitepage.FAQ, "site.faq") }

func (p *Pages) showText(r *page.Request, key sitepage.Key, words string) error {
	view, err := p.worded(r, key, r.T(words+".lead"))
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, textual(r.Frame(r.T(words+".title")), view))
}

// Contacts shows how to reach the municipality, and where to turn with a problem.
func (p *Pages) Contacts(r *page.Request) error {
	f := r.Frame(r.T("site.contacts.title"))
	var reach []ui.Link
	for _, way := range []struct{ key, text, scheme string }{
		{"site.contacts.phone", f.Town.Phone, "tel:"}, {"site.contacts.email", f.Town.Email, "mailto:"},
		{"site.contacts.pec", f.Town.PEC, "mailto:"}, {"site.contacts.site", f.Town.Site, ""},
	} {
		if way.text != "" {
			reach = append(reach, ui.Link{Text: f.T(way.key) + " " + way.text, URL: way.scheme + strings.ReplaceAll(way.text, " ", "")})
		}
	}
	assistance := texts(f, "site.contacts.assistance")
	if f.Town.Address != "" {
		assistance = append(assistance, f.T("site.contacts.address")+" "+f.Town.Address)
	}
	return r.Page(http.StatusOK, textual(f, textPage{Lead: f.T("site.contacts.lead"), Passages: []ui.Passage{
		{ID: "assistenza", Title: f.T("site.contacts.assistance_title"), Paragraphs: assistance, Links: reach},
		{ID: "appuntamento", Title: f.T("site.contacts.booking_title"), Paragraphs: texts(f, "site.contacts.booking")},
		{ID: "disservizio", Title: f.T("site.contacts.report_title"), Paragraphs: texts(f, "site.contacts.report"), Links: reach},
	}}))
}

// cookie is a row of the table of cookies.
type cookie struct{ Name, Use, Life string }

// Privacy shows the privacy notice and the table of cookies.
func (p *Pages) Privacy(r *page.Request) error {
	view, err := p.worded(r, sitepage.Privacy, r.T("site.privacy.lead"))
	if err != nil {
		return err
	}
	f := r.Frame(r.T("site.privacy.title"))
	var cookies []cookie
	for _, name := range page.Cookies() {
		cookies = append(cookies, cookie{r.CookieName(name), f.T("site.privacy.cookie_" + name), f.T("site.privacy.cookie_" + name + "_life")})
	}
	return r.Page(http.StatusOK, privacy(f, view, cookies))
}

func texts(f ui.Frame, keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = f.T(k)
	}
	return out
}
