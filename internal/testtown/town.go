// Package testtown is the ground that the tests of every domain stand on: a store, an index, an audit, sealed
// fields and a clock of their own, the staff of a municipality, and a timeline that remembers. A domain's own
// town embeds it and adds the domain's service. Tests of pages stand on the whole program instead
// (web/webtest).
package testtown

import (
	"log/slog"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/reference"
	"ascolto/internal/vault"
	"ascolto/search"
)

// Ground is what the services of a municipality are opened over.
type Ground struct {
	DB    *docstore.DB
	Vault *vault.Vault
	Log   *audit.Log
	Clock *Clock
}

// Root is who prepares a town.
var Root = civic.System("test")

// Morning is when a town's clock begins, in UTC.
var Morning = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

// Open returns a ground over an empty store, by the clock, until the test ends.
func Open(t testing.TB, c *Clock) *Ground {
	t.Helper()
	return On(t, storetest.Open(t), c)
}

// On returns a ground over a store that is there, as another program over it has.
func On(t testing.TB, db *docstore.DB, c *Clock) *Ground {
	t.Helper()
	g := &Ground{DB: db, Clock: c}
	var err error
	g.Vault, err = vault.New([]byte("a secret of the tests, 32 bytes or more"))
	Check(t, err)
	g.Log, err = audit.New(t.Context(), db, audit.Options{Now: c.Now, Vault: g.Vault})
	Check(t, err)
	return g
}

// Index returns an empty search index, open until the test ends.
func (g *Ground) Index(t testing.TB) *search.Index {
	t.Helper()
	index, err := search.Open(t.Context(), search.Options{Dir: t.TempDir(), Now: g.Clock.Now,
		Log: slog.New(slog.DiscardHandler)})
	Check(t, err)
	t.Cleanup(func() {
		if err := index.Close(); err != nil {
			t.Errorf("closing the index: %v", err)
		}
	})
	return index
}

// Reference returns what every municipality begins with, and two districts, "centro" and "san-lazzaro".
func (g *Ground) Reference(t testing.TB) *reference.Service {
	t.Helper()
	s, err := reference.New(t.Context(), reference.Options{DB: g.DB, Audit: g.Log, Vault: g.Vault,
		Now: g.Clock.Now})
	Check(t, err)
	Check(t, s.Seed(t.Context(), Root, Data(t)))
	return s
}

// Data returns what Reference stores.
func Data(t testing.TB) reference.Data {
	t.Helper()
	data, err := reference.Default()
	Check(t, err)
	data.Districts = []reference.District{{Name: "Centro storico", Order: 1}, {Name: "San Lazzaro", Order: 2}}
	data.Districts[0].ID, data.Districts[1].ID = "centro", "san-lazzaro"
	return data
}

// Audited returns the actions recorded of what q asks for, newest first, reading left out.
func (g *Ground) Audited(t testing.TB, q audit.Query) (actions []string) {
	t.Helper()
	q.Page = civic.PageRequest{Size: 100}
	page, err := g.Log.List(t.Context(), Root, q)
	Check(t, err)
	for _, r := range page.Items {
		if r.Action != audit.ActionRead {
			actions = append(actions, string(r.Action))
		}
	}
	return actions
}
