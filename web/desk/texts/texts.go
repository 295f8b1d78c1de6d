package texts

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/internal/sitepage"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// textRow is a page of the site in the list of those that can be worded, or the logo.
type textRow struct {
	Title string
	Path  string
	State string
	Own   bool
	Last  civic.Args // number, name and time of the version in force; nil when none was ever published
}

// textTitles are the keys of the titles of the pages, as the site shows them.
var textTitles = map[sitepage.Key]string{
	sitepage.Privacy: "site.privacy.title", sitepage.Legal: "site.legal.title",
	sitepage.FAQ:        "site.faq.title",
	sitepage.ForumRules: "forum.rules.title",
}

func textPath(key sitepage.Key) string { return "/desk/texts/" + string(key) }

// siteTexts lists the pages of the site whose text can be worded.
func (p *Pages) siteTexts(r *page.Request) error {
	rows := []textRow{logoRow(r, p.Texts.Logo(r.Context()))}
	for _, key := range sitepage.Keys() {
		current, err := p.Texts.Current(r.Context(), key)
		if err != nil {
			return err
		}
		rows = append(rows, newTextRow(r, key, current))
	}
	return r.Page(http.StatusOK, siteTexts(r.Frame(r.T("desk.texts.title")), rows))
}

func newTextRow(r *page.Request, key sitepage.Key, current sitepage.Version) textRow {
	row := textRow{
		Title: r.T(textTitles[key]), Path: textPath(key), Own: current.Own(),
		State: r.T("desk.texts.standard"),
	}
	if row.Own {
		row.State = r.T("desk.texts.worded")
	}
	if current.Number > 0 {
		row.Last = textWho(r.L, current.Issue)
	}
	return row
}

func textWho(l *locale.Localizer, i sitepage.Issue) civic.Args {
	return civic.Args{"Number": strconv.FormatInt(i.Number, 10), "Name": i.ByName, "When": l.DateTime(i.At)}
}

// textFormPage is the form that words a page.
type textFormPage struct {
	Key      sitepage.Key
	Form     ui.Form
	Current  sitepage.Version
	Versions []sitepage.Version
	Paging   ui.Paging // of the versions
	Preview  []textPreview
	Clashes  []ui.Clash
	Kept     []ui.Passage // shown whatever the wording
}

// textPreview is a text as the site would show it.
type textPreview struct {
	Lang     string
	Sections []sitepage.Section
}

// editSiteText shows the form with the text in force, or with that of the version that the query names.
func (p *Pages) editSiteText(r *page.Request) error {
	key, err := sitepage.ParseKey(r.Param("page"))
	if err != nil {
		return err
	}
	current, err := p.Texts.Current(r.Context(), key)
	if err != nil {
		return err
	}
	from := current
	if asked, err := strconv.ParseInt(r.Query("from"), 10, 64); err == nil {
		if from, err = p.Texts.Version(r.Context(), key, asked); err != nil {
			return err
		}
	}
	text := from.Text
	if !from.Own() {
		text = programText(r, key)
	}
	return p.textForm(r, http.StatusOK,
		textFormPage{Key: key, Form: r.NewForm(textValues(text, current.Number))})
}

// programText returns the text of a page that comes with the program, as the form shows it.
func programText(r *page.Request, key sitepage.Key) civic.Text {
	return civic.TextOf(func(language string) string {
		return ui.MarkedText(ui.StandardText(string(key), r.In(locale.Lang(language)), r.Town()))
	})
}

// textValues returns what the form shows of a text, to follow the version numbered base.
func textValues(text civic.Text, base int64) url.Values {
	values := ui.Prefill("base", strconv.FormatInt(base, 10))
	ui.PrefillText(values, "text", text)
	return values
}

func (p *Pages) textForm(r *page.Request, status int, view textFormPage) (err error) {
	if view.Current, err = p.Texts.Current(r.Context(), view.Key); err != nil {
		return err
	}
	versions, err := p.Texts.Versions(r.Context(), view.Key, r.PageRequest())
	if err != nil {
		return err
	}
	view.Versions, view.Paging = versions.Items,
		ui.PagingBy(textPath(view.Key), r.Queries(), versions.Next).NewestFirst()
	for _, passage := range ui.StandardText(string(view.Key), r.L, r.Town()) {
		if passage.Kept {
			view.Kept = append(view.Kept, passage)
		}
	}
	return r.Page(status, textForm(r.Frame(r.T(textTitles[view.Key])), view))
}

// publishSiteText publishes what the form says, or shows how it would look.
func (p *Pages) publishSiteText(r *page.Request) error {
	key, err := sitepage.ParseKey(r.Param("page"))
	if err != nil {
		return err
	}
	form := r.Form()
	if form.String("act") == "preview" {
		return p.previewText(r, key, form)
	}
	draft := textDraft(r, key, form)
	if err = form.Err(); err == nil {
		_, err = p.Texts.Publish(r.Context(), r.Actor, draft)
	}
	if err == nil {
		return r.Redirect("/desk/texts", civic.Msg("desk.texts.published"))
	}
	return p.textAgain(r, key, form, err)
}

func textDraft(r *page.Request, key sitepage.Key, form *page.Form) sitepage.Draft {
	return sitepage.Draft{
		Page: key, Base: int64(form.Int("base")), Standard: form.String("act") == "standard",
		Note: form.Line("note", sitepage.MaxNote),
		Text: form.Texts("text", sitepage.MaxText), Program: programText(r, key),
	}
}

// textAgain shows the form with what was typed and what is wrong; of a language that somebody else changed,
// too, beside what they published.
func (p *Pages) textAgain(r *page.Request, key sitepage.Key, form *page.Form, err error) error {
	view, ok := textFormPage{Key: key}, false
	if view.Form, view.Clashes, ok = page.ConflictForm(form, err, textShows(r, err)); !ok {
		if view.Form, ok = form.Again(err); !ok {
			return err
		}
	}
	return p.textForm(r, http.StatusUnprocessableEntity, view)
}

// textShows returns how the form shows a version, to follow the one that it clashed with.
func textShows(r *page.Request, err error) page.ConflictView[sitepage.Version] {
	base := int64(0)
	if conflict, ok := errors.AsType[*merge.Conflict[sitepage.Version]](err); ok {
		base = conflict.Stored.Number
	}
	return page.ConflictView[sitepage.Version]{Values: func(v sitepage.Version) url.Values {
		values := textValues(v.Text, base)
		values.Set("note", v.Note)
		return values
	}, Field: func(name string, of sitepage.Version) (label, value string) {
		for _, l := range civic.Languages() {
			if name == civic.Field("text", l) {
				label, value = r.T("desk.texts.text_"+l), of.Text[l]
			}
		}
		return label, value
	}}
}

func (p *Pages) previewText(r *page.Request, key sitepage.Key, form *page.Form) error {
	view := textFormPage{Key: key, Form: r.NewForm(form.Values())}
	for _, lang := range locale.Langs() {
		view.Preview = append(view.Preview,
			textPreview{Lang: string(lang), Sections: sitepage.Sections(form.Raw(civic.Field("text", string(lang))))})
	}
	return p.textForm(r, http.StatusOK, view)
}
