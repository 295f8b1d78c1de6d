package home

import (
	"ascolto/web/locale"
	"ascolto/web/page"
)

// changeLanguage keeps the chosen language in the browser and leads back to where the reader was.
func (p *Pages) changeLanguage(r *page.Request) error {
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
