// Package hours has when the offices of the town work, as administrators edit it.
package hours

import (
	"ascolto/crm/hours"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
)

// Pages answers the requests about hours.
type Pages struct {
	Hours     *hours.Service
	Reference *reference.Service
}

// The addresses.
const (
	hoursPath = "/desk/hours"

	closuresPart      = "/closures" // below that of an office
	removeWeekPart    = "/weeks/remove"
	removeClosurePart = closuresPart + "/remove"
	patronPart        = "/patron"
)

func officePath(office civic.ID) string { return hoursPath + "/" + string(office) }
