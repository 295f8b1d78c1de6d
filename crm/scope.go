package crm

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/search"
)

// The kinds of search documents that crm gives.
const (
	DocContact     = "contact"
	DocInteraction = "interaction"
)

// ScopeContacts is the scope of contacts: who holds PermReadContacts.
const ScopeContacts search.Scope = "crm/contacts"

// scopeOffice is the scope of an office's interactions, and of those that only its members may find.
func scopeOffice(office civic.ID, confidential bool) search.Scope {
	s := search.Scope("crm/office/" + office)
	if confidential {
		s += "/confidential"
	}
	return s
}

// scopeAuthor is the scope of the interactions somebody recorded, who reads them whatever their office.
func scopeAuthor(account civic.ID) search.Scope { return search.Scope("crm/author/" + account) }

// Scopes returns the scopes of crm's matter that by may search; none for citizens and visitors.
func (s *Service) Scopes(ctx context.Context, by civic.Actor) ([]search.Scope, error) {
	var scopes []search.Scope
	if by.Allowed(PermReadContacts) {
		scopes = append(scopes, ScopeContacts)
	}
	if !by.Allowed(PermReadInteractions) {
		return scopes, nil
	}
	if by.Account != "" {
		scopes = append(scopes, scopeAuthor(by.Account))
	}
	for _, office := range by.Offices {
		scopes = append(scopes, scopeOffice(office, false), scopeOffice(office, true))
	}
	if !by.Allowed(PermReadContacts) {
		return scopes, nil
	}
	offices, err := s.reference.Offices(ctx)
	if err != nil {
		return nil, err
	}
	for _, o := range offices {
		if !by.In(o.ID) {
			scopes = append(scopes, scopeOffice(o.ID, false))
		}
	}
	return scopes, nil
}
