package civic

import (
	"errors"
	"slices"
)

// Role is what an account is for. A person may hold several.
type Role string

// The roles of Ascolto.
const (
	Citizen        Role = "citizen"
	Operator       Role = "operator"        // URP operator
	OfficeMember   Role = "office_member"   // answers for an office
	OfficeHead     Role = "office_head"     // answers for an office and organises it
	Communication  Role = "communication"   // communication office
	Moderator      Role = "moderator"       // moderates the forum
	DataProtection Role = "data_protection" // data protection officer
	Administrator  Role = "administrator"
)

// StaffRoles lists the roles that sign in at the desk, in the order the interface shows them.
func StaffRoles() []Role {
	return []Role{Operator, OfficeMember, OfficeHead, Communication, Moderator, DataProtection, Administrator}
}

// ParseRole returns the role named s, or an Invalid error.
func ParseRole(s string) (Role, error) {
	if r := Role(s); r == Citizen || slices.Contains(StaffRoles(), r) {
		return r, nil
	}
	return "", NewError(Invalid, "error.role")
}

// Permission names one thing an actor may do: "crm.contact.read". Domains declare theirs as constants; the
// table that grants them to roles is data beside web/routes.go.
type Permission string

// Grants maps roles to what they may do.
type Grants map[Role][]Permission

// Actor is who does something: a signed-in person, an anonymous visitor, or a job of the system. It is an
// argument of every service method that reads or changes what not everybody may.
type Actor struct {
	Account ID     // the account signed in with; empty for visitors and jobs
	Contact ID     // the contact a citizen's account belongs to; empty for staff
	Name    string // as shown to others
	Offices []ID   // the offices a member of staff belongs to
	Roles   []Role
	Token   string // how the token begins by which a program acts for the account; empty for people
	Request string // the id of the HTTP request, or the name of the job, for the audit
	system  bool
	may     map[Permission]bool
}

// NewActor returns a with the permissions that grants give to its roles.
func NewActor(a Actor, grants Grants) Actor {
	a.system = false
	a.may = map[Permission]bool{}
	for _, r := range a.Roles {
		for _, p := range grants[r] {
			a.may[p] = true
		}
	}
	return a
}

// Only returns a with those of its permissions that are among ps.
func (a Actor) Only(ps []Permission) Actor {
	may := map[Permission]bool{}
	for _, p := range ps {
		may[p] = a.may[p]
	}
	a.system, a.may = false, may
	return a
}

// System returns the actor of a job or command; it may do everything and the audit shows its name.
func System(name string) Actor { return Actor{Name: name, Request: name, system: true} }

// Visitor returns the actor who is not signed in.
func Visitor(request string) Actor { return Actor{Request: request} }

// Allowed reports whether a may do p.
func (a Actor) Allowed(p Permission) bool { return a.system || a.may[p] }

// Can returns nil when a may do p, Unauthenticated when a is a visitor who might after signing in, else
// Forbidden.
func (a Actor) Can(p Permission) error {
	switch {
	case a.Allowed(p):
		return nil
	case a.Account == "":
		return NewError(Unauthenticated, "error.unauthenticated")
	default:
		return &Error{Code: Forbidden, Message: Msg("error.forbidden"), Denied: p}
	}
}

// DeniedOf returns the permission that was asked for in vain, empty where err is not about one.
func DeniedOf(err error) Permission {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Denied
	}
	return ""
}

// IsSystem reports whether a is a job or command rather than a person.
func (a Actor) IsSystem() bool { return a.system }

// IsStaff reports whether a holds any role but citizen.
func (a Actor) IsStaff() bool {
	return slices.ContainsFunc(a.Roles, func(r Role) bool { return r != Citizen })
}

// In reports whether a belongs to office.
func (a Actor) In(office ID) bool { return slices.Contains(a.Offices, office) }
