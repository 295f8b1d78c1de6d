// Package texts has the texts and the logo of the site.
package texts

import "ascolto/internal/sitepage"

// Pages answers the requests about the texts of the site.
type Pages struct {
	Texts *sitepage.Service
}
