package requests

import (
	"slices"

	"ascolto/crm/requests"
)

// needsText reports whether an act is nothing without words.
func needsText(c requests.Choice) bool { return slices.Contains(c.Needs, requests.FieldText) }

// opened reports whether the form of an act stands open: it came back, or the office waits for it.
func opened(p requestPage, a requests.Act) bool {
	return a == p.Refused || p.Refused == "" && (a == requests.ActSupply || a == requests.ActObserve)
}
