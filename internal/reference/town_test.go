package reference

import (
	"errors"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/vault"
)

// town is a municipality's reference data, on a store of its own, and who may change it.
type town struct {
	*Service
	operator civic.Actor // of the URP
	works    civic.Actor // of another office
	news     civic.Actor // communication office
	admin    civic.Actor
	citizen  civic.Actor
	visitor  civic.Actor
}

var root = civic.System("test")

func newTown(t testing.TB) *town {
	t.Helper()
	db := storetest.Open(t)
	v, err := vault.New([]byte("a secret of the tests, 32 bytes or more"))
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC) }
	log, err := audit.New(t.Context(), db, audit.Options{Now: now, Vault: v})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(t.Context(), Options{DB: db, Audit: log, Vault: v, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	may := civic.Grants{civic.Communication: {PermWrite}, civic.Administrator: {PermWrite}}
	who := func(account, contact civic.ID, role civic.Role) civic.Actor {
		return civic.NewActor(civic.Actor{Account: account, Contact: contact, Name: "Staff",
			Roles: []civic.Role{role}, Request: "r"}, may)
	}
	w := &town{
		Service: s, visitor: civic.Visitor("r"), operator: who("urp-1", "", civic.Operator),
		works: who("works-1", "", civic.OfficeMember),
		news:  who("news-1", "", civic.Communication), admin: who("admin-1", "", civic.Administrator),
		citizen: who("anna", "x", civic.Citizen),
	}
	r, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	r.Districts = []District{{Name: "Centro storico", Order: 1}, {Name: "San Lazzaro", Order: 2}}
	r.Districts[0].ID, r.Districts[1].ID = "centro", "san-lazzaro"
	if err := w.Seed(t.Context(), root, r); err != nil {
		t.Fatal(err)
	}
	return w
}

// fieldsOf returns the names of the fields an error is about.
func fieldsOf(err error) []string {
	e, ok := errors.AsType[*civic.Error](err)
	if !ok {
		return nil
	}
	var fields []string
	for _, f := range e.Fields {
		fields = append(fields, f.Field)
	}
	return fields
}
