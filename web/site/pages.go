// Package site has the pages that citizens and visitors see.
package site

import (
	"ascolto/crm"
	own "ascolto/crm/privacy"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/internal/sitepage"
	"ascolto/notify"
	"ascolto/search"
	"ascolto/surveys"
	"ascolto/web/locale"
	"ascolto/web/page"
)

// Pages answers the requests for the site.
type Pages struct {
	Accounts  *accounts.Service
	CRM       *crm.Service
	Own       *own.Service
	Reference *reference.Service
	Surveys   *surveys.Service
	Forum     *forum.Service
	Search    *search.Index
	Texts     *sitepage.Service
	Notify    *notify.Service
	Personal  []civic.PersonalData // who keeps data about people
	Memory    *Memory

	sitemap sitemap
}

// ChangeLanguage keeps the chosen language in the browser and leads back to where the reader was.
func (p *Pages) ChangeLanguage(r *page.Request) error {
	form := r.Form()
	lang, err := locale.ParseLang(form.String("lang"))
	if readErr := form.Err(); readErr != nil {
		err = readErr
	}
	if err != nil {
		return err
	}
	r.Speak(lang)
	return r.Redirect(form.Line("to", 2000))
}
