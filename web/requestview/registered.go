package requestview

import (
	"time"

	"ascolto/crm/requests"
	"ascolto/crm/term"
	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// DayText writes a day such as "2026-11-08" out, and what is none as it is.
func DayText(l *locale.Localizer, day string) string {
	at, err := time.ParseInLocation(time.DateOnly, day, civic.Rome())
	if err != nil {
		return day
	}
	return l.Date(at)
}

// Registered says where in the municipality's register the document is that an event of r is, or that it
// waits for its number; empty for what is not registered.
func Registered(l *locale.Localizer, r requests.Request, e requests.Event) string {
	if g, ok := r.RegisteredAs(e.ID); ok {
		key := "register.given"
		if g.Register != "" {
			key += "_in"
		}
		return l.T(key, civic.Args{"Number": g.Number, "On": DayText(l, g.On), "Register": g.Register})
	}
	if !r.AwaitsRegister(e) {
		return ""
	}
	day := term.DateOf(e.At)
	if e.Act == requests.ActFile {
		day = term.DateOf(r.ReceivedAt)
	}
	return l.T("register.awaited", civic.Args{"On": DayText(l, day.String())})
}
