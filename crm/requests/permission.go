package requests

import (
	"slices"

	"ascolto/crm"
	"ascolto/internal/civic"
)

// What staff may do. A citizen needs none of them for what they asked themselves: Actor.Contact is the right
// to it.
//
// Who also holds crm.PermReadContacts reads the requests of every office; others those of their own offices,
// those that they are responsible for, and while a reminder names them those that they can decide in place of
// the office.
const (
	PermRead    civic.Permission = "requests.read"
	PermWrite   civic.Permission = "requests.write"   // file for somebody, and move
	PermFigures civic.Permission = "requests.figures" // how long requests took
	PermLoad    civic.Permission = "requests.load"    // bring in requests in bulk
	// changes what can be asked for, and by which rules
	PermWriteProcedures civic.Permission = "requests.procedure.write"
)

// Readable reports whether by, of the staff, may know of r.
func (r Request) Readable(by civic.Actor) bool {
	return by.Allowed(PermRead) && (by.Allowed(crm.PermReadContacts) || by.In(r.Office) ||
		by.Account != "" && (r.Responsible == by.Account || slices.Contains(r.Substitutes, by.Account)))
}

// Editable reports whether by, of the staff, may move r.
func (r Request) Editable(by civic.Actor) bool { return by.Allowed(PermWrite) && r.Readable(by) }

// own reports whether r is what by asked for, signed in.
func (r Request) own(by civic.Actor) bool { return by.Contact != "" && r.Contact == by.Contact }
