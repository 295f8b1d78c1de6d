package desk

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"ascolto/internal/civic"
	"ascolto/internal/sitepage"
	"ascolto/web/locale"
	"ascolto/web/ui"
	"ascolto/web/visit"
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
	sitepage.Privacy: "site.privacy.title", sitepage.Legal: "site.legal.title", sitepage.FAQ: "site.faq.title",
	sitepage.ForumRules: "forum.rules.title",
}

func textPath(key sitepage.Key) string { return "/desk/texts/" + string(key) }

// SiteTexts lists the pages of the site whose text can be worded.
func (p *Pages) SiteTexts(v *visit.Visit) error {
	rows := []textRow{logoRow(v, p.Texts.Logo(v.Context()))}
	for _, key := range sitepage.Keys() {
		current, err := p.Texts.Current(v.Context(), key)
		if err != nil {
			return err
		}
		rows = append(rows, newTextRow(v, key, current))
	}
	return v.Page(http.StatusOK, siteTexts(v.Frame(v.T("desk.texts.title")), rows))
}

func newTextRow(v *visit.Visit, key sitepage.Key, current sitepage.Version) textRow {
	row := textRow{Title: v.T(textTitles[key]), Path: textPath(key), Own: current.Own(), State: v.T("desk.texts.standard")}
	if row.Own {
		row.State = v.T("desk.texts.worded")
	}
	if current.Number > 0 {
		row.Last = textWho(v.L, current.Issue)
	}
	return row
}

func textWho(l *locale.Localizer, i sitepage.Issue) civic.Args {
	return civic.Args{"Number": strconv.FormatInt(i.Number, 10), "Name": i.ByName, "When": l.DateTime(i.At)}
}

// published tells of the version that was published while a form was open: by whom, which may have been who reads it.
func published(v *visit.Visit, key string, i sitepage.Issue) string {
	if i.By != "" && i.By == v.Actor.Account {
		key += "_you"
	}
	return v.T(key, textWho(v.L, i))
}

// textFormPage is the form that words a page.
type textFormPage struct {
	Key      sitepage.Key
	Form     ui.Form
	Current  sitepage.Version
	Versions []sitepage.Version
	Paging   ui.Paging // of the versions
	Preview  []textPreview
	Conflict *sitepage.Version // published while the form was open
	Told     string            // of it
	Kept     []ui.Passage      // shown whatever the wording
}

// textPreview is a text as the site would show it.
type textPreview struct {
	Lang     string
	Sections []sitepage.Section
}

// EditSiteText shows the form with the text in force, or with that of the version that the query names.
func (p *Pages) EditSiteText(v *visit.Visit) error {
	key, err := sitepage.ParseKey(v.Param("page"))
	if err != nil {
		return err
	}
	current, err := p.Texts.Current(v.Context(), key)
	if err != nil {
		return err
	}
	from := current
	if asked, err := strconv.ParseInt(v.Query("from"), 10, 64); err == nil {
		if from, err = p.Texts.Version(v.Context(), key, asked); err != nil {
			return err
		}
	}
	return p.textForm(v, http.StatusOK, textFormPage{Key: key, Form: v.NewForm(p.textValues(v, from, current.Number))})
}

// textValues returns what the form shows of a version: its text, or the one that comes with the program.
func (p *Pages) textValues(v *visit.Visit, from sitepage.Version, base int64) url.Values {
	values := ui.Prefill("base", strconv.FormatInt(base, 10))
	for _, lang := range locale.Langs() {
		text := from.In(string(lang))
		if !from.Own() {
			text = ui.MarkedText(ui.StandardText(string(from.Page), v.In(lang), v.Town()))
		}
		values.Set("text."+string(lang), text)
	}
	return values
}

func (p *Pages) textForm(v *visit.Visit, status int, page textFormPage) (err error) {
	if page.Current, err = p.Texts.Current(v.Context(), page.Key); err != nil {
		return err
	}
	versions, err := p.Texts.Versions(v.Context(), page.Key, v.PageRequest())
	if err != nil {
		return err
	}
	page.Versions, page.Paging = versions.Items, ui.PagingBy(textPath(page.Key), v.Queries(), versions.Next).NewestFirst()
	for _, passage := range ui.StandardText(string(page.Key), v.L, v.Town()) {
		if passage.Kept {
			page.Kept = append(page.Kept, passage)
		}
	}
	return v.Page(status, textForm(v.Frame(v.T(textTitles[page.Key])), page))
}

// PublishSiteText publishes what the form says, or shows how it would look.
func (p *Pages) PublishSiteText(v *visit.Visit) error {
	key, err := sitepage.ParseKey(v.Param("page"))
	if err != nil {
		return err
	}
	form := v.Form()
	if form.String("act") == "preview" {
		return p.previewText(v, key, form)
	}
	draft := textDraft(key, form)
	if err = form.Err(); err == nil {
		_, err = p.Texts.Publish(v.Context(), v.Actor, draft)
	}
	if err == nil {
		return v.Redirect("/desk/texts", civic.Msg("desk.texts.published"))
	}
	return p.textAgain(v, key, form, err)
}

func textDraft(key sitepage.Key, form *visit.Form) sitepage.Draft {
	return sitepage.Draft{
		Page: key, Base: int64(form.Int("base")), Standard: form.String("act") == "standard", Note: form.Line("note", sitepage.MaxNote),
		Text: map[string]string{
			sitepage.Italian: form.Text("text.it", sitepage.MaxText), sitepage.English: form.Text("text.en", sitepage.MaxText),
		},
	}
}

// textAgain shows the form with what was typed and what is wrong; after a conflict beside what somebody else published.
func (p *Pages) textAgain(v *visit.Visit, key sitepage.Key, form *visit.Form, err error) error {
	page := textFormPage{Key: key}
	conflict, other := errors.AsType[*sitepage.Conflict[sitepage.Version]](err)
	if other {
		page.Conflict, err = &conflict.Current, civic.NewError(civic.Conflict, "desk.conflict.changed")
	}
	again, ok := form.Again(err)
	if !ok {
		return err
	}
	if page.Form = again; other {
		page.Told = published(v, "desk.texts.conflict", conflict.Current.Issue)
		page.Form.Values.Set("base", strconv.FormatInt(conflict.Current.Number, 10))
	}
	return p.textForm(v, http.StatusUnprocessableEntity, page)
}

func (p *Pages) previewText(v *visit.Visit, key sitepage.Key, form *visit.Form) error {
	page := textFormPage{Key: key, Form: v.NewForm(form.Values())}
	for _, lang := range locale.Langs() {
		page.Preview = append(page.Preview, textPreview{Lang: string(lang), Sections: sitepage.Sections(form.Raw("text." + string(lang)))})
	}
	return p.textForm(v, http.StatusOK, page)
}
