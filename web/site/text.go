package site

import (
	"net/http"
	"strings"

	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// passage is a part of a page of text: a heading, paragraphs, and a list after them.
type passage struct {
	ID         string
	Title      string
	Paragraphs []string
	Items      []string
	Links      []ui.Link
	Fixed      bool // the wording is prescribed, and marked for those who check it
}

// textPage is a page of text.
type textPage struct {
	Lead     string
	Passages []passage
}

// Legal shows the legal notes: the licence of the contents in the prescribed words, and the accessibility of the site.
func (p *Pages) Legal(v *visit.Visit) error {
	f := v.Frame(v.T("site.legal.title"))
	accessibility := passage{ID: "accessibilita", Title: f.T("site.legal.accessibility_title"), Paragraphs: texts(f, "site.legal.accessibility", "site.legal.accessibility_feedback")}
	if f.Town.Accessibility != "" {
		accessibility.Links = []ui.Link{{Text: f.T("site.legal.accessibility_link"), URL: f.Town.Accessibility}}
	}
	return v.Page(http.StatusOK, textual(f, textPage{Lead: f.T("site.legal.lead"), Passages: []passage{
		{
			ID: "licenza", Title: f.T("site.legal.license_title"), Fixed: true, Paragraphs: texts(f, "site.legal.license"),
			Links: []ui.Link{{Text: f.T("site.legal.license_link"), URL: "https://creativecommons.org/licenses/by/4.0/legalcode.it"}},
		},
		{ID: "contributi", Title: f.T("site.legal.posts_title"), Paragraphs: texts(f, "site.legal.posts")},
		{ID: "informazioni", Title: f.T("site.legal.accuracy_title"), Paragraphs: texts(f, "site.legal.accuracy")},
		accessibility,
		{
			ID: "software", Title: f.T("site.legal.software_title"), Paragraphs: texts(f, "site.legal.software"),
			Links: []ui.Link{{Text: f.T("site.legal.software_link"), URL: ui.AssetURL("licences.txt")}},
		},
	}}))
}

// FAQ shows the frequently asked questions.
func (p *Pages) FAQ(v *visit.Visit) error {
	f := v.Frame(v.T("site.faq.title"))
	page := textPage{Lead: f.T("site.faq.lead")}
	for _, about := range []string{"what", "access", "anonymous", "results", "official", "moderation", "mail"} {
		page.Passages = append(page.Passages, passage{
			ID: about, Title: f.T("site.faq." + about + ".question"), Paragraphs: texts(f, "site.faq."+about+".answer"),
		})
	}
	return v.Page(http.StatusOK, textual(f, page))
}

// Contacts shows how to reach the municipality, and where to turn with a problem.
func (p *Pages) Contacts(v *visit.Visit) error {
	f := v.Frame(v.T("site.contacts.title"))
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
	return v.Page(http.StatusOK, textual(f, textPage{Lead: f.T("site.contacts.lead"), Passages: []passage{
		{ID: "assistenza", Title: f.T("site.contacts.assistance_title"), Paragraphs: assistance, Links: reach},
		{ID: "appuntamento", Title: f.T("site.contacts.booking_title"), Paragraphs: texts(f, "site.contacts.booking")},
		{ID: "disservizio", Title: f.T("site.contacts.report_title"), Paragraphs: texts(f, "site.contacts.report"), Links: reach},
	}}))
}

// cookie is a row of the table of cookies.
type cookie struct{ Name, Use, Life string }

// Privacy shows the privacy notice and the table of cookies.
func (p *Pages) Privacy(v *visit.Visit) error {
	f := v.Frame(v.T("site.privacy.title"))
	town := civic.Args{"Town": f.Town.Name}
	controller := []string{f.T("site.privacy.controller", town), f.T("site.privacy.dpo_office")}
	if f.Town.DPO != "" {
		controller[1] = f.T("site.privacy.dpo", civic.Args{"Email": f.Town.DPO})
	}
	var cookies []cookie
	for _, name := range visit.Cookies() {
		cookies = append(cookies, cookie{v.CookieName(name), f.T("site.privacy.cookie_" + name), f.T("site.privacy.cookie_" + name + "_life")})
	}
	return v.Page(http.StatusOK, privacy(f, textPage{Lead: f.T("site.privacy.lead"), Passages: []passage{
		{ID: "titolare", Title: f.T("site.privacy.controller_title"), Paragraphs: controller},
		{ID: "dati", Title: f.T("site.privacy.what_title"), Items: texts(f, "site.privacy.what_access", "site.privacy.what_contact", "site.privacy.what_survey", "site.privacy.what_forum")},
		{ID: "finalita", Title: f.T("site.privacy.why_title"), Items: texts(f, "site.privacy.why_task", "site.privacy.why_consent")},
		{ID: "destinatari", Title: f.T("site.privacy.who_title"), Paragraphs: texts(f, "site.privacy.who")},
		{ID: "durata", Title: f.T("site.privacy.long_title"), Paragraphs: texts(f, "site.privacy.long")},
		{ID: "diritti", Title: f.T("site.privacy.rights_title"), Paragraphs: texts(f, "site.privacy.rights")},
	}}, cookies))
}

func texts(f ui.Frame, keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = f.T(k)
	}
	return out
}
