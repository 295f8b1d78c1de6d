package texts

import (
	"encoding/base64"
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

const logoPath = "/desk/texts/logo"

// logoKinds is what a browser offers to choose; what a file is, its content tells.
const logoKinds = "image/png,image/jpeg,image/webp"

func logoRow(r *page.Request, current sitepage.Logo) textRow {
	row := textRow{
		Title: r.T("desk.logo.title"), Path: logoPath, Own: current.Own(), State: r.T("desk.logo.standard"),
	}
	if row.Own {
		row.State = r.T("desk.logo.own")
	}
	if current.Number > 0 {
		row.Last = textWho(r.L, current.Issue)
	}
	return row
}

// logoFormPage is the form that publishes a logo.
type logoFormPage struct {
	Form     ui.Form
	Current  sitepage.Logo
	Versions []sitepage.Logo
	Paging   ui.Paging      // of the versions
	Picture  ui.Logo        // what would be published; its zero value while no picture was chosen
	Looked   bool           // a preview was asked for
	Conflict *sitepage.Logo // published while the form was open
	Told     string         // of it
}

// editLogo shows the form with the logo in force, or with that of the version that the query names.
func (p *Pages) editLogo(r *page.Request) error {
	current := p.Texts.Logo(r.Context())
	from := current
	if asked, err := strconv.ParseInt(r.Query("from"), 10, 64); err == nil {
		if from, err = p.Texts.LogoVersion(r.Context(), asked); err != nil {
			return err
		}
	}
	return p.logoForm(r, http.StatusOK, logoFormPage{Form: r.NewForm(logoValues(r, from, current.Number))})
}

// logoValues returns what the form shows of a version. Until somebody says what a logo shows, that is the
// municipality's name.
func logoValues(r *page.Request, from sitepage.Logo, base int64) url.Values {
	values := ui.Prefill("base", strconv.FormatInt(base, 10), "hash", from.Hash)
	for _, lang := range locale.Langs() {
		alt := r.Town().Name
		if from.Own() {
			alt = from.Alt[string(lang)]
		}
		values.Set(civic.Field("alt", string(lang)), alt)
	}
	return values
}

func (p *Pages) logoForm(r *page.Request, status int, view logoFormPage) error {
	view.Current = p.Texts.Logo(r.Context())
	versions, err := p.Texts.Logos(r.Context(), r.PageRequest())
	if err != nil {
		return err
	}
	view.Versions, view.Paging = versions.Items, ui.PagingBy(logoPath, r.Queries(),
		versions.Next).NewestFirst()
	view.Form.Files = true
	view.Picture = p.formPicture(r, view.Form)
	return r.Page(status, logoForm(r.Frame(r.T("desk.logo.title")), view))
}

// formPicture returns the picture that the form carries: one that was sent and is not published, or that of a
// version.
func (p *Pages) formPicture(r *page.Request, form ui.Form) ui.Logo {
	logo := ui.Logo{Alt: form.Value(civic.Field("alt", string(r.Lang)))}
	if sent := form.Value("picture"); sent != "" {
		picture, err := sitepage.ParsePicture(decodePicture(sent))
		if err != nil {
			return ui.Logo{}
		}
		logo.Path, logo.Width, logo.Height = "data:image/png;base64,"+encodePicture(picture.PNG),
			picture.Width,
			picture.Height
		return logo
	}
	picture, err := p.Texts.LogoPicture(r.Context(), form.Value("hash"))
	if err != nil {
		return ui.Logo{}
	}
	logo.Path, logo.Width, logo.Height = sitepage.LogoPath+picture.Hash+".png", picture.Width, picture.Height
	return logo
}

func encodePicture(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// decodePicture returns what is no picture for what is not encoded as one.
func decodePicture(s string) []byte {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return []byte("?")
	}
	return b
}

// publishLogo publishes what the form says, or shows how it would look.
func (p *Pages) publishLogo(r *page.Request) error {
	form := r.Form()
	draft := logoDraft(form)
	err := form.Err()
	if form.String("act") == "preview" && err == nil {
		if err = p.Texts.CheckLogo(r.Context(), r.Actor, draft); err == nil {
			return p.logoForm(r, http.StatusOK, logoFormPage{Form: r.NewForm(logoAgain(form)), Looked: true})
		}
	}
	if err == nil {
		if _, err = p.Texts.PublishLogo(r.Context(), r.Actor, draft); err == nil {
			said := civic.Msg("desk.logo.published")
			if draft.Standard {
				said = civic.Msg("desk.logo.restored")
			}
			return r.Redirect("/desk/texts", said)
		}
	}
	return p.logoRefused(r, form, err)
}

func logoDraft(form *page.Form) sitepage.LogoDraft {
	d := sitepage.LogoDraft{
		Base: int64(form.Int("base")), Standard: form.String("act") == "standard",
		Note: form.Line("note", sitepage.MaxNote),
		Hash: form.String("hash"), File: form.File("logo"),
		Alt: form.Lines("alt", sitepage.MaxAlt),
	}
	if sent := form.Raw("picture"); d.File == nil && sent != "" {
		d.File = decodePicture(sent)
	}
	return d
}

// logoAgain returns what was sent, and in it the file as the site would show it: a browser does not send a
// file twice.
func logoAgain(form *page.Form) url.Values {
	values := form.Values()
	if file := form.File("logo"); file != nil {
		values.Del("picture")
		if picture, err := sitepage.ParsePicture(file); err == nil {
			values.Set("picture", encodePicture(picture.PNG))
		}
	}
	return values
}

// logoRefused shows the form with what was typed and what is wrong; after a conflict beside what somebody
// else published.
func (p *Pages) logoRefused(r *page.Request, form *page.Form, err error) error {
	view := logoFormPage{}
	values := logoAgain(form)
	if c, ok := errors.AsType[*merge.Conflict[sitepage.Logo]](err); ok {
		view.Conflict = &c.Stored
		for _, language := range civic.Languages() { // what only the other one changed is theirs
			values.Set(civic.Field("alt", language), c.Mine.Alt[language])
		}
		if values.Get("picture") == "" {
			values.Set("hash", c.Mine.Hash)
		}
	} else if c, ok := errors.AsType[*sitepage.Conflict[sitepage.Logo]](err); ok {
		view.Conflict = &c.Current
	}
	if view.Conflict != nil {
		err = civic.NewError(civic.Conflict, "desk.conflict.changed")
		view.Told = published(r, view.Conflict.Issue)
		values.Set("base", strconv.FormatInt(view.Conflict.Number, 10))
	}
	again, ok := form.Again(err)
	if !ok {
		return err
	}
	view.Form, view.Form.Values = again, values
	return p.logoForm(r, http.StatusUnprocessableEntity, view)
}

// published tells of the logo that was published while a form was open: by whom, which may have been who
// reads it.
func published(r *page.Request, i sitepage.Issue) string {
	key := "desk.logo.conflict"
	if i.By != "" && i.By == r.Actor.Account {
		key += "_you"
	}
	return r.T(key, textWho(r.L, i))
}

func shownLogo(f ui.Frame, l sitepage.Logo) ui.Logo {
	return ui.Logo{Path: l.Path(), Alt: l.Alt[string(f.L.Lang())], Width: l.Width, Height: l.Height}
}

func logoBounds() civic.Args {
	return civic.Args{
		"Bytes": sitepage.MaxPicture >> 10, "Side": sitepage.MaxSide, "Width": sitepage.LogoWidth,
		"Height": sitepage.LogoHeight,
	}
}
