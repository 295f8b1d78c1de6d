package reference_test

import (
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/internal/testtown"
)

// town is a municipality's reference data, and who may change it.
type town struct {
	testtown.Staff
	*reference.Service
}

func newTown(t testing.TB) *town {
	t.Helper()
	return &town{
		Service: testtown.Open(t, testtown.Still()).Reference(t),
		Staff: testtown.NewStaff(civic.Grants{civic.Communication: {reference.PermWrite},
			civic.Administrator: {reference.PermWrite}}),
	}
}
