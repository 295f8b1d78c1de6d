package page

import (
	"cmp"
	"net/netip"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/accounts"
	"ascolto/web/ui"
)

// ReturnParam is the query parameter, and the form field, that tells where somebody wanted to go before
// signing in.
const ReturnParam = "ritorno"

// Browser returns what accounts need to know of the browser that asks.
func (r *Request) Browser() accounts.Client {
	address, _ := netip.ParseAddr(r.Client) // the zero address counts as one place
	return accounts.Client{
		Address: address, Agent: r.c.Get(fiber.HeaderUserAgent), Device: r.Remembered(DeviceCookie),
		Session: r.Cookie(), Request: r.RequestID, Lang: string(r.Lang),
	}
}

// Welcome gives the browser the session that a sign-in began, and takes the cookies of the way there.
func (r *Request) Welcome(in accounts.SignIn) {
	life := accounts.CitizenLife
	if in.Session.Account.Staff {
		life = accounts.StaffLife
	}
	r.SignIn(in.Token, life)
	if in.Device != "" {
		r.Remember(DeviceCookie, in.Device, accounts.DeviceLife)
	}
	for _, cookie := range []string{CodeCookie, OIDCCookie} {
		if r.Remembered(cookie) != "" {
			r.Remember(cookie, "", -1)
		}
	}
}

// Home returns the page where somebody who signed in begins.
func Home(staff bool) string {
	if staff {
		return "/desk"
	}
	return "/area-personale"
}

// SessionRows returns sessions as a page lists them.
func (r *Request) SessionRows(sessions []accounts.Session) []ui.SessionRow {
	rows := make([]ui.SessionRow, len(sessions))
	for i, s := range sessions {
		rows[i] = ui.SessionRow{
			ID: string(s.ID), Browser: cmp.Or(s.Agent, r.T("accounts.session.unknown_browser")),
			Method: r.T("accounts.session.by." + s.Method),
			Began:  s.CreatedAt, Seen: s.SeenAt, Current: string(s.ID) == r.Session,
		}
	}
	return rows
}
