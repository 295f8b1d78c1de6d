package testtown

import "ascolto/internal/civic"

// Staff is who works in a municipality, with what grants give to their roles.
type Staff struct {
	Operator civic.Actor // of the URP
	Works    civic.Actor // of another office: public works
	News     civic.Actor // communication office
	Officer  civic.Actor // data protection
	Admin    civic.Actor
	Visitor  civic.Actor // nobody of them: a browser that signed in nowhere

	grants civic.Grants
}

// NewStaff returns the staff of a municipality.
func NewStaff(grants civic.Grants) Staff {
	return Staff{
		Operator: Colleague(grants, "urp-1", civic.Operator, "urp"),
		Works:    Colleague(grants, "works-1", civic.OfficeMember, "lavori-pubblici"),
		News:     Colleague(grants, "news-1", civic.Communication),
		Officer:  Colleague(grants, "dpo-1", civic.DataProtection),
		Admin:    Colleague(grants, "admin-1", civic.Administrator),
		Visitor:  civic.Visitor("r"),
		grants:   grants,
	}
}

// Citizen returns the actor of a contact's own account.
func (s Staff) Citizen(contact civic.ID) civic.Actor { return Citizen(s.grants, contact) }

// Colleague returns somebody of the staff who signed in.
func Colleague(grants civic.Grants, account civic.ID, role civic.Role, offices ...civic.ID) civic.Actor {
	return civic.NewActor(civic.Actor{Account: account, Name: "Staff " + string(account),
		Roles: []civic.Role{role}, Offices: offices, Request: "r"}, grants)
}

// Citizen returns the actor of the account "account-of-" and the contact's id.
func Citizen(grants civic.Grants, contact civic.ID) civic.Actor {
	return civic.NewActor(civic.Actor{Account: "account-of-" + contact, Contact: contact,
		Roles: []civic.Role{civic.Citizen}, Request: "r"}, grants)
}
