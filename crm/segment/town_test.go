package segment

import (
	"crypto/rand"
	"strings"
	"testing"

	"ascolto/crm"
	"ascolto/crm/crmtest"
	"ascolto/internal/civic"
)

// town is a municipality with segments.
type town struct {
	*crmtest.Town
	*Service
}

var root = civic.System("test")

func newTown(t testing.TB, change ...func(*Options)) *town {
	t.Helper()
	w := &town{Town: crmtest.New(t, PermRead, PermWrite)}
	o := Options{DB: w.DB, Contacts: w.CRM, Reference: w.Reference, Audit: w.Log, Vault: w.Vault,
		Now: w.Clock.Now}
	for _, f := range change {
		f(&o)
	}
	var err error
	if w.Service, err = New(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return w
}

func formKey() string { return rand.Text() }

// The export of a segment holds its people alone.
func TestExportOfASegment(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.Town.Create(t, crm.ContactInput{GivenName: "=1+A1", FamilyName: "@SUM(A1)", District: "centro"})
	w.Town.Create(t, crm.ContactInput{FamilyName: "D'Angelo; \"Anna\"", District: "san-lazzaro"})
	g := w.made(t, Is(crm.AttributeDistrict, "san-lazzaro"))
	var out strings.Builder
	if err := w.Export(t.Context(), w.News, g.ID, "it", &out); err != nil ||
		strings.Count(out.String(), "\r\n") != 2 ||
		!strings.Contains(out.String(), "D'Angelo") || strings.Contains(out.String(), "SUM") {
		t.Errorf("segment: %q, %v", out.String(), err)
	}
}
