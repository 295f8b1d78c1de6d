package texts

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"ascolto/internal/civic"
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

// published tells of the version that was published while a form was open: by whom, which may have been who
// reads it.
func published(r *page.Request, key string, i sitepage.Issue) string {
	if i.By != "" && i.By == r.Actor.Account {
		key += "_you"
	}
	return r.T(key, textWho(r.L, i))
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
	return p.textForm(r, http.StatusOK,
		textFormPage{Key: key, Form: r.NewForm(p.textValues(r, from, current.Number))})
}

// textValues returns what the form shows of a version: its text, or the one that comes with the program.
func (p *Pages) textValues(r *page.Request, from sitepage.Version, base int64) url.Values {
	values := ui.Prefill("base", strconv.FormatInt(base, 10))
	for _, lang := range locale.Langs() {
		text := from.In(string(lang))
		if !from.Own() {
			text = ui.MarkedText(ui.StandardText(string(from.Page), r.In(lang), r.Town()))
		}
		values.Set(civic.Field("text", string(lang)), text)
	}
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
	draft := textDraft(key, form)
	if err = form.Err(); err == nil {
		_, err = p.Texts.Publish(r.Context(), r.Actor, draft)
	}
	if err == nil {
		return r.Redirect("/desk/texts", civic.Msg("desk.texts.published"))
	}
	return p.textAgain(r, key, form, err)
}

func textDraft(key sitepage.Key, form *page.Form) sitepage.Draft {
	return sitepage.Draft{
		Page: key, Base: int64(form.Int("base")), Standard: form.String("act") == "standard",
		Note: form.Line("note", sitepage.MaxNote),
		Text: form.Texts("text", sitepage.MaxText),
	}
}

// textAgain shows the form with what was typed and what is wrong; after a conflict beside what somebody else
// published.
func (p *Pages) textAgain(r *page.Request, key sitepage.Key, form *page.Form, err error) error {
	view := textFormPage{Key: key}
	conflict, other := errors.AsType[*sitepage.Conflict[sitepage.Version]](err)
	if other {
		view.Conflict, err = &conflict.Current, civic.NewError(civic.Conflict, "desk.conflict.changed")
	}
	again, ok := form.Again(err)
	if !ok {
		return err
	}
	if view.Form = again; other {
		view.Told = published(r, "desk.texts.conflict", conflict.Current.Issue)
		view.Form.Values.Set("base", strconv.FormatInt(conflict.Current.Number, 10))
	}
	return p.textForm(r, http.StatusUnprocessableEntity, view)
}

func (p *Pages) previewText(r *page.Request, key sitepage.Key, form *page.Form) error {
	view := textFormPage{Key: key, Form: r.NewForm(form.Values())}
	for _, lang := range locale.Langs() {
		view.Preview = append(view.Preview,
			textPreview{Lang: string(lang), Sections: sitepage.Sections(form.Raw(civic.Field("text", string(lang))))})
	}
	return p.textForm(r, http.StatusOK, view)
}
