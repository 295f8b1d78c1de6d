// Package texts has the pages of text: legal notes, privacy, questions, how to reach the municipality.
package texts

import "ascolto/internal/sitepage"

// Pages answers the requests about pages of text.
type Pages struct {
	Texts *sitepage.Service
}
