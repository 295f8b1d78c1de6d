package page

import "ascolto/internal/civic"

// The gates of routes that ask for no particular permission. A route has one of these or a permission, never
// nothing.
const (
	Public   civic.Permission = "web.public"    // everybody
	SignedIn civic.Permission = "web.signed_in" // whoever signed in, whatever for
	Staff    civic.Permission = "web.staff"     // whoever signed in with a role other than citizen
)

// Authorize returns nil when the actor may pass the gate, else Unauthenticated or Forbidden; an empty gate
// lets nobody pass.
func Authorize(actor civic.Actor, gate civic.Permission) error {
	switch {
	case gate == Public,
		gate == SignedIn && actor.Account != "",
		gate == Staff && actor.Account != "" && actor.IsStaff():
		return nil
	}
	return actor.Can(gate) // nobody is granted the empty one, or any of these
}
