package mail

import (
	"net/mail"

	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/ui"
)

// heldSince says since when mail is held and by whom.
func heldSince(f ui.Frame, s notify.SendingStatus) string {
	if s.ByName == "" {
		return f.T("notify.mail_page.held_since", civic.Args{"At": f.L.DateTime(s.At)})
	}
	return f.T("notify.mail_page.held_by", civic.Args{"At": f.L.DateTime(s.At), "Name": s.ByName})
}

// holdReason returns why mail is held: a text of the catalogues where the program held it, else the words of
// who did.
func holdReason(f ui.Frame, reason string) string {
	if reason == notify.HoldRestored {
		return f.T(notify.HoldRestored)
	}
	return reason
}

// formFor returns the form of one address.
func (p heldPage) formFor(id civic.ID) ui.Form {
	return p.Form.ForItem("a"+string(id), p.Released == id)
}

// recipient returns a recipient as people read one: the name without the quotes that the header of a mail
// needs.
func recipient(to string) string {
	if a, err := mail.ParseAddress(to); err == nil && a.Name != "" {
		return a.Name + " <" + a.Address + ">"
	}
	return to
}
