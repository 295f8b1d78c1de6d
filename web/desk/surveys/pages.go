// Package surveys has surveys as staff make, publish and read them.
package surveys

import (
	"ascolto/internal/reference"
	"ascolto/internal/work"
	"ascolto/surveys"
)

// Pages answers the requests about surveys.
type Pages struct {
	Reference *reference.Service
	Work      *work.Service
	Surveys   *surveys.Service
}
