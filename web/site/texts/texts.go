package texts

import (
	"net/http"
	"strings"

	"ascolto/internal/sitepage"
	"ascolto/web/page"
	"ascolto/web/site/siteui"
	"ascolto/web/ui"
)

// legal shows the legal notes: the licence of the contents in the prescribed words, and the accessibility of
// the site.
func (p *Pages) legal(r *page.Request) error {
	return p.showText(r, sitepage.Legal, "site.legal")
}

// faq shows the frequently asked questions.
func (p *Pages) faq(r *page.Request) error { return p.showText(r, sitepage.FAQ, "site.faq") }

func (p *Pages) showText(r *page.Request, key sitepage.Key, words string) error {
	view, err := siteui.ReadText(r, p.Texts, key, r.T(words+".lead"))
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, textual(r.Frame(r.T(words+".title")), view))
}

// contacts shows how to reach the municipality, and where to turn with a problem.
func (p *Pages) contacts(r *page.Request) error {
	f := r.Frame(r.T("site.contacts.title"))
	var reach []ui.Link
	for _, way := range []struct{ key, text, scheme string }{
		{"site.contacts.phone", f.Town.Phone, "tel:"}, {"site.contacts.email", f.Town.Email, "mailto:"},
		{"site.contacts.pec", f.Town.PEC, "mailto:"}, {"site.contacts.site", f.Town.Site, ""},
	} {
		if way.text != "" {
			reach = append(reach,
				ui.Link{Text: f.T(way.key) + " " + way.text,
					URL: way.scheme + strings.ReplaceAll(way.text, " ", "")})
		}
	}
	assistance := texts(f, "site.contacts.assistance")
	if f.Town.Address != "" {
		assistance = append(assistance, f.T("site.contacts.address")+" "+f.Town.Address)
	}
	return r.Page(http.StatusOK,
		textual(f, siteui.TextPage{Lead: f.T("site.contacts.lead"), Passages: []ui.Passage{
			{ID: "assistenza", Title: f.T("site.contacts.assistance_title"), Paragraphs: assistance,
				Links: append([]ui.Link{{Text: f.T("site.contacts.assistance_here"), URL: f.Town.Assists()}},
					reach...)},
			{
				ID: "appuntamento", Title: f.T("site.contacts.booking_title"),
				Paragraphs: texts(f, "site.contacts.booking"),
			},
			{ID: "disservizio", Title: f.T("site.contacts.report_title"),
				Paragraphs: texts(f, "site.contacts.report"),
				Links: append([]ui.Link{{Text: f.T("site.contacts.report_here"),
					URL: f.Town.Reports()}}, reach...)},
		}}))
}

// cookie is a row of the table of cookies.
type cookie struct{ Name, Use, Life string }

// privacy shows the privacy notice and the table of cookies.
func (p *Pages) privacy(r *page.Request) error {
	view, err := siteui.ReadText(r, p.Texts, sitepage.Privacy, r.T("site.privacy.lead"))
	if err != nil {
		return err
	}
	f := r.Frame(r.T("site.privacy.title"))
	var cookies []cookie
	for _, name := range page.Cookies() {
		cookies = append(cookies,
			cookie{
				r.CookieName(name), f.T("site.privacy.cookie_" + name),
				f.T("site.privacy.cookie_" + name + "_life"),
			})
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
