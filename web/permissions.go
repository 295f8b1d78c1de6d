package web

import "ascolto/internal/civic"

// Grants returns what each role may do. It is data: a service asks its actor, never the role.
func Grants() civic.Grants {
	return civic.Grants{
		civic.Citizen:        {},
		civic.Operator:       {},
		civic.OfficeMember:   {},
		civic.OfficeHead:     {},
		civic.Communication:  {},
		civic.Moderator:      {},
		civic.DataProtection: {},
		civic.Administrator:  {},
	}
}
