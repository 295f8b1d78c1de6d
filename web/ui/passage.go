package ui

import (
	"html/template"
	"strings"

	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// Passage is a part of a page of text: a heading, paragraphs, and a list after them; or HTML that was made
// safe.
type Passage struct {
	ID         string
	Title      string
	Paragraphs []string
	Items      []string
	Links      []Link
	HTML       template.HTML
	Fixed      bool // the wording is prescribed, and marked for those who check it
	Kept       bool // shown whatever wording a municipality chooses: prescribed, or drawn from its data
}

// StandardText returns the passages of a page that come with the program, by the page's key ("privacy",
// "legal", "faq", "forum-rules"), in l's language.
func StandardText(page string, l *locale.Localizer, town Municipality) []Passage {
	texts := standardTexts{l: l, town: town}
	switch page {
	case "privacy":
		return texts.privacy()
	case "legal":
		return texts.legal()
	case "faq":
		return texts.faq()
	case "forum-rules":
		return texts.forumRules()
	}
	return nil
}

type standardTexts struct {
	l    *locale.Localizer
	town Municipality
}

func (s standardTexts) words(keys ...string) []string {
	out := make([]string, len(keys))
	for i, key := range keys {
		out[i] = s.l.T(key)
	}
	return out
}

func (s standardTexts) privacy() []Passage {
	controller := []string{s.l.T("site.privacy.controller", civic.Args{"Town": s.town.Name}),
		s.l.T("site.privacy.dpo_office")}
	if s.town.DPO != "" {
		controller[1] = s.l.T("site.privacy.dpo", civic.Args{"Email": s.town.DPO})
	}
	return []Passage{
		{ID: "titolare", Title: s.l.T("site.privacy.controller_title"), Paragraphs: controller, Kept: true},
		{
			ID: "dati", Title: s.l.T("site.privacy.what_title"),
			Items: s.words("site.privacy.what_access", "site.privacy.what_contact",
				"site.privacy.what_survey", "site.privacy.what_forum"),
		},
		{ID: "finalita", Title: s.l.T("site.privacy.why_title"),
			Items: s.words("site.privacy.why_task", "site.privacy.why_consent")},
		{ID: "destinatari", Title: s.l.T("site.privacy.who_title"), Paragraphs: s.words("site.privacy.who")},
		{ID: "durata", Title: s.l.T("site.privacy.long_title"),
			Paragraphs: s.words("site.privacy.long", "site.privacy.long_program")},
		{ID: "diritti", Title: s.l.T("site.privacy.rights_title"),
			Paragraphs: s.words("site.privacy.rights", "site.privacy.rights_how")},
	}
}

func (s standardTexts) legal() []Passage {
	accessibility := Passage{
		ID: "accessibilita", Title: s.l.T("site.legal.accessibility_title"),
		Paragraphs: s.words("site.legal.accessibility", "site.legal.accessibility_feedback"),
	}
	if s.town.Accessibility != "" {
		accessibility.Links = []Link{{Text: s.l.T("site.legal.accessibility_link"),
			URL: s.town.Accessibility}}
	}
	return []Passage{
		{
			ID: "licenza", Title: s.l.T("site.legal.license_title"), Fixed: true, Kept: true,
			Paragraphs: s.words("site.legal.license"),
			Links: []Link{{Text: s.l.T("site.legal.license_link"),
				URL: "https://creativecommons.org/licenses/by/4.0/legalcode.it"}},
		},
		{ID: "contributi", Title: s.l.T("site.legal.posts_title"), Paragraphs: s.words("site.legal.posts")},
		{ID: "informazioni", Title: s.l.T("site.legal.accuracy_title"),
			Paragraphs: s.words("site.legal.accuracy")},
		accessibility,
		{
			ID: "software", Title: s.l.T("site.legal.software_title"), Kept: true,
			Paragraphs: s.words("site.legal.software"),
			Links:      []Link{{Text: s.l.T("site.legal.software_link"), URL: AssetURL("licences.txt")}},
		},
	}
}

func (s standardTexts) faq() []Passage {
	var all []Passage
	for _, about := range []string{"what", "access", "anonymous", "results", "official", "moderation",
		"mail"} {
		key := "site.faq." + about
		all = append(all,
			Passage{ID: about, Title: s.l.T(key + ".question"), Paragraphs: s.words(key + ".answer")})
	}
	return all
}

func (s standardTexts) forumRules() []Passage {
	var all []Passage
	for _, about := range []string{"moderation", "privacy", "answers"} {
		key := "forum.rules." + about
		all = append(all, Passage{ID: about, Title: s.l.T(key), Paragraphs: s.words(key + ".text")})
	}
	return all
}

// MarkedText returns the passages that a municipality may word as one text with marks, as the form for
// wording them shows it first.
func MarkedText(passages []Passage) string {
	var blocks []string
	for _, p := range passages {
		if p.Kept {
			continue
		}
		blocks = append(append(blocks, "## "+p.Title), p.Paragraphs...)
		if len(p.Items) > 0 {
			blocks = append(blocks, "- "+strings.Join(p.Items, "\n- "))
		}
		for _, l := range p.Links {
			blocks = append(blocks, "["+l.Text+"]("+l.URL+")")
		}
	}
	return strings.Join(blocks, "\n\n")
}
