package web_test

import (
	"testing"

	"ascolto/web/webtest"
)

// Who asks for a whole table again and again is told to wait, and other pages go on meanwhile.
func TestTablesCannotBeAskedForWithoutEnd(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	desk := town.As(t, town.Head)
	n, status := 0, 200
	for ; n < 60 && status == 200; n++ {
		status = desk.Get("/desk/interactions/statistics.csv").Status
	}
	if n < 15 || status != 429 {
		t.Errorf("after %d tables in a row: status %d", n, status)
	}
	if page := desk.Get("/desk/interactions"); page.Status != 200 {
		t.Errorf("another page meanwhile: status %d", page.Status)
	}
}
