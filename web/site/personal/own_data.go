package personal

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/site/siteui"
	"ascolto/web/ui"
)

const ownDataPath = "/area-personale/dati"

// ownCopy is everything kept about a person, as it is downloaded and shown.
type ownCopy struct {
	MadeAt   time.Time               `json:"made_at"`
	Sections []civic.PersonalSection `json:"sections"`
}

// signInForData asks to sign in again before data is shown.
func signInForData(r *page.Request) error {
	return r.Redirect(siteui.SignInAgain(ownDataPath),
		civic.Message{Key: "crm.area.data_fresh",
			Args: civic.Args{"Minutes": int(accounts.FreshFor.Minutes())}})
}

// gather asks every part of the house what it keeps about the person, and audits that they took it away.
// Nothing is asked and fresh is false when they did not sign in a short while ago: a browser may have been
// left open.
func (p *Pages) gather(r *page.Request) (all ownCopy, fresh bool, err error) {
	if fresh, err = p.Accounts.Fresh(r.Context(), r.Actor, civic.ID(r.Session)); err != nil || !fresh {
		return ownCopy{}, false, err
	}
	about, err := civic.OwnSubject(r.Actor)
	if err != nil {
		return ownCopy{}, false, err
	}
	all.MadeAt = civic.Now()
	for _, part := range p.Personal {
		sections, err := part.ExportPersonal(r.Context(), r.Actor, about, string(r.Lang))
		if err != nil {
			return ownCopy{}, false, err
		}
		all.Sections = append(all.Sections, sections...)
	}
	linkFiles(all.Sections)
	if err := p.explain(r, all.Sections); err != nil {
		return ownCopy{}, false, err
	}
	return all, true, p.Own.NoteOwnExport(r.Context(), r.Actor)
}

// linkFiles says of every file where the site gives it.
func linkFiles(sections []civic.PersonalSection) {
	for _, section := range sections {
		for _, e := range section.Entries {
			for i, field := range e.Fields {
				if field.File != "" {
					e.Fields[i].Path = ownDataPath + "/file/" + string(field.File)
				}
			}
		}
	}
}

// explain puts into words what nobody would read: codes; and of requests, as their pages do, why they are due
// when they are.
func (p *Pages) explain(r *page.Request, sections []civic.PersonalSection) error {
	for _, section := range sections {
		for n := range section.Entries {
			e := &section.Entries[n]
			if section.Name == "requests" {
				if err := p.explainRequest(r, e); err != nil {
					return err
				}
			}
			for i, field := range e.Fields {
				if field.Text == "" && field.Word != "" && r.L.Has(field.Word) {
					e.Fields[i].Text = r.T(field.Word)
				}
			}
		}
	}
	return nil
}

func (p *Pages) explainRequest(r *page.Request, e *civic.PersonalEntry) error {
	own, err := p.Requests.Own(r.Context(), r.Actor, e.About)
	if civic.CodeOf(err) == civic.NotFound {
		return nil // erased meanwhile
	}
	if err != nil {
		return err
	}
	clock, err := p.Requests.ClockOf(own)
	if err != nil {
		return err
	}
	offices, err := p.Requests.OfficeNames(r.Context())
	if err != nil {
		return err
	}
	service, err := requestview.ReadService(r.Context(), p.Requests, own, offices)
	if err != nil {
		return err
	}
	requestview.Explain(r.L, e, own, clock, service)
	return nil
}

// ownFile sends the person a file that is part of what is kept about them.
func (p *Pages) ownFile(r *page.Request) error {
	fresh, err := p.Accounts.Fresh(r.Context(), r.Actor, civic.ID(r.Session))
	if err != nil {
		return err
	}
	if !fresh {
		return signInForData(r)
	}
	about, err := civic.OwnSubject(r.Actor)
	if err != nil {
		return err
	}
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	f, content, err := p.Files.OpenPersonal(r.Context(), r.Actor, about, id)
	if err != nil {
		return err
	}
	if err := p.Own.NoteOwnExport(r.Context(), r.Actor); err != nil {
		return errors.Join(err, content.Close())
	}
	return r.File(f, content)
}

// ownDataPage shows the person everything that is kept about them, to read and to print.
func (p *Pages) ownDataPage(r *page.Request) error {
	all, fresh, err := p.gather(r)
	if err != nil {
		return err
	}
	if !fresh {
		return signInForData(r)
	}
	frame := r.Frame(r.T("site.personal.title")).With(r.T("crm.area.title"), "/area-personale")
	return r.Page(http.StatusOK, ownData(frame, all, r.NewForm(nil)))
}

// ownData sends the person everything that is kept about them, for programs.
func (p *Pages) ownData(r *page.Request) error {
	all, fresh, err := p.gather(r)
	if err != nil {
		return err
	}
	if !fresh {
		return signInForData(r)
	}
	body, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return r.Download("i-miei-dati.json", "application/json", body)
}

// fieldLabel returns what a field is called.
func fieldLabel(f ui.Frame, field civic.PersonalField) string {
	if field.Label != "" {
		return field.Label
	}
	if own := "site.personal.field." + field.Name; f.L.Has(own) {
		return f.T(own)
	}
	return f.T("crm.field." + field.Name) // of a contact, called as in its form
}

// fieldValue returns what a field says: what there are words for in words, a day, a time and the size of a
// file as they are read.
func fieldValue(f ui.Frame, field civic.PersonalField) string {
	if size, err := strconv.ParseInt(field.Value, 10, 64); err == nil && field.Name == "bytes" {
		return ui.FileSize(f.L, size)
	}
	if field.Text != "" {
		return field.Text
	}
	if day, err := time.ParseInLocation(time.DateOnly, field.Value, civic.Rome()); err == nil && field.Day {
		return f.L.Date(day)
	}
	if t, err := time.Parse(time.RFC3339, field.Value); err == nil && field.Label == "" {
		return f.L.DateTime(t)
	}
	return field.Value
}

// ownAnswer is a response of the person as they read it.
type ownAnswer struct {
	Title, Slug string
	At          time.Time
	Lines       []siteui.SummaryLine
}

// ownAnswers shows what the person sent to surveys whose respondents are known.
func (p *Pages) ownAnswers(r *page.Request) error {
	found, err := p.Surveys.OwnAnswers(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	var all []ownAnswer
	for _, a := range found {
		all = append(all, newOwnAnswer(r, a))
	}
	frame := r.Frame(r.T("surveys.own.title")).With(r.T("crm.area.title"), "/area-personale")
	return r.Page(http.StatusOK, ownAnswers(frame, all))
}

func newOwnAnswer(r *page.Request, a surveys.Answered) ownAnswer {
	lang := string(r.Lang)
	own := ownAnswer{Title: a.Title.In(lang), Slug: a.Slug, At: a.At}
	for _, asked := range a.Asked {
		own.Lines = append(own.Lines,
			siteui.SummaryLine{Question: asked.Question.Text.In(lang),
				Answers: siteui.InWords(r.L, asked, lang)})
	}
	return own
}
