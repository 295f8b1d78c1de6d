package site

import (
	"encoding/json"
	"net/http"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

const ownDataPath = "/area-personale/dati"

// ownCopy is everything kept about a person, as it is downloaded and shown.
type ownCopy struct {
	MadeAt   time.Time               `json:"made_at"`
	Sections []civic.PersonalSection `json:"sections"`
}

// signInForData asks to sign in again before data is shown.
func signInForData(v *visit.Visit) error {
	return v.Redirect(signInAgain(ownDataPath), civic.Message{Key: "crm.area.data_fresh", Args: civic.Args{"Minutes": int(accounts.FreshFor.Minutes())}})
}

// gather asks every part of the house what it keeps about the person, and audits that they took it away. Nothing is asked and fresh is
// false when they did not sign in a short while ago: a browser may have been left open.
func (p *Pages) gather(v *visit.Visit) (all ownCopy, fresh bool, err error) {
	if fresh, err = p.Accounts.Fresh(v.Context(), v.Actor, civic.ID(v.Session)); err != nil || !fresh {
		return ownCopy{}, false, err
	}
	about, err := civic.OwnSubject(v.Actor)
	if err != nil {
		return ownCopy{}, false, err
	}
	all.MadeAt = civic.Now()
	for _, part := range p.Personal {
		sections, err := part.ExportPersonal(v.Context(), v.Actor, about, string(v.Lang))
		if err != nil {
			return ownCopy{}, false, err
		}
		all.Sections = append(all.Sections, sections...)
	}
	return all, true, p.CRM.NoteOwnExport(v.Context(), v.Actor)
}

// OwnDataPage shows the person everything that is kept about them, to read and to print.
func (p *Pages) OwnDataPage(v *visit.Visit) error {
	all, fresh, err := p.gather(v)
	if err != nil {
		return err
	}
	if !fresh {
		return signInForData(v)
	}
	frame := v.Frame(v.T("site.personal.title")).With(v.T("crm.area.title"), "/area-personale")
	return v.Page(http.StatusOK, ownData(frame, all, v.NewForm(nil)))
}

// OwnData sends the person everything that is kept about them, for programs.
func (p *Pages) OwnData(v *visit.Visit) error {
	all, fresh, err := p.gather(v)
	if err != nil {
		return err
	}
	if !fresh {
		return signInForData(v)
	}
	body, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return v.Download("i-miei-dati.json", "application/json", body)
}

// fieldLabel returns what a field is called.
func fieldLabel(f ui.Frame, field civic.PersonalField) string {
	if field.Label != "" {
		return field.Label
	}
	return f.T("site.personal.field." + field.Name)
}

// fieldValue returns what a field says: a code in words, a time as it is read.
func fieldValue(f ui.Frame, field civic.PersonalField) string {
	if field.Word != "" && f.L.Has(field.Word) {
		return f.T(field.Word)
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
	Lines       []summaryLine
}

// OwnAnswers shows what the person sent to surveys whose respondents are known.
func (p *Pages) OwnAnswers(v *visit.Visit) error {
	found, err := p.Surveys.OwnAnswers(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	var all []ownAnswer
	for _, a := range found {
		all = append(all, newOwnAnswer(v, a))
	}
	frame := v.Frame(v.T("surveys.own.title")).With(v.T("crm.area.title"), "/area-personale")
	return v.Page(http.StatusOK, ownAnswers(frame, all))
}

func newOwnAnswer(v *visit.Visit, a surveys.Answered) ownAnswer {
	lang := string(v.Lang)
	own := ownAnswer{Title: a.Title.In(lang), Slug: a.Slug, At: a.At}
	for _, asked := range a.Asked {
		own.Lines = append(own.Lines, summaryLine{asked.Question.Text.In(lang), inWords(v.L, asked, lang)})
	}
	return own
}
